import type { Result } from '../../../result/result.ts';
import { count, size } from '../../format.ts';
import { table } from '../table.ts';

export const dataset = ({ dataset: data }: Result) =>
  table(
    'Data',
    ['Table', 'Rows', 'Size'],
    (data?.tables ?? []).map((table) => [table.name, count(table.rows), size(table.bytes)]),
  );
