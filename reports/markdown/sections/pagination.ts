import type { Result } from '../../../result/result.ts';
import { count, duration } from '../../format.ts';
import { given } from '../cells.ts';
import { table } from '../table.ts';

export const pagination = ({ pagination: all }: Result) =>
  table(
    'Pagination',
    ['Statement', 'Method', 'Tenant', 'Depth', 'Buffers', 'Time'],
    all.map((page) => [
      page.statement,
      [page.method, page.form].filter(Boolean).join(', '),
      page.tenantClass,
      count(page.depth),
      given(page.buffers, count),
      given(page.ms, duration),
    ]),
  );
