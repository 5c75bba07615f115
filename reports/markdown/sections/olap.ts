import type { Result } from '../../../result/result.ts';
import { duration, rate } from '../../format.ts';
import { given, sign } from '../cells.ts';
import { table } from '../table.ts';

export const olap = ({ olap: all }: Result) =>
  table(
    'OLAP',
    ['Question', 'Place', 'Equal', 'Latency p50', 'max'],
    all
      .filter((each) => each.kind === 'question')
      .map((each) => [
        each.question,
        each.name,
        sign(each.equal),
        given(each.latencyMs.p50, duration),
        given(each.latencyMs.max, duration),
      ]),
  );

export const olapInterference = ({ olap: all }: Result) =>
  table(
    'Short transactions while the questions are asked',
    ['Asked', 'Transactions', 'p50', 'p99'],
    all
      .filter((each) => each.kind === 'interference')
      .map((each) => [
        each.asked,
        rate(each.transactionsPerSecond),
        given(each.transactionMs.p50, duration),
        given(each.transactionMs.p99, duration),
      ]),
  );
