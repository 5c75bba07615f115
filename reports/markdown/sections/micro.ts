import type { Result } from '../../../result/result.ts';
import { count, quantity, rate } from '../../format.ts';
import { given } from '../cells.ts';
import { table } from '../table.ts';

export const micro = ({ micro: all }: Result) =>
  table(
    'Micro-benchmarks',
    ['Name', 'p50', 'p99', 'Operations', 'Samples'],
    all.map((each) => [
      each.name,
      given(each.p50, (value) => quantity(value, each.unit)),
      given(each.p99, (value) => quantity(value, each.unit)),
      rate(each.operationsPerSecond),
      count(each.samples),
    ]),
  );
