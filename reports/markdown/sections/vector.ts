import type { Result } from '../../../result/result.ts';
import { count, duration } from '../../format.ts';
import { given, percent } from '../cells.ts';
import { table } from '../table.ts';

export const vector = ({ vector: all }: Result) =>
  table(
    'Vector search',
    ['Engine', 'Filter', 'ef', 'Recall at 10', 'Latency p50', 'p99'],
    all
      .filter((each) => each.kind === 'search')
      .map((each) => [
        each.name,
        each.filter,
        count(each.ef),
        percent(100 * each.recallAt10),
        given(each.latencyMs.p50, duration),
        given(each.latencyMs.p99, duration),
      ]),
  );
