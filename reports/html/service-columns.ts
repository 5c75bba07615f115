import type { Percentiles } from '../../result/result.ts';
import { duration } from '../format.ts';
import { type Column, column, figures, number } from './table.ts';

/** Columns that the sections of cache, vectors, OLAP and objects share. */
export const where = <Row extends { readonly endpoint: string; readonly provider: string }>(): Column<Row> =>
  column('Where', ({ endpoint, provider }: Row) => `${endpoint} (${provider})`);

/** p50, p99 and the largest of one distribution; without a title where the table has one only. */
export const spread = <Row>(title: string, of: (row: Row) => Percentiles): Column<Row>[] =>
  (['p50', 'p99', 'max'] as const).map((level) =>
    figures<Row>(title ? `${title} ${level}` : level, (row) =>
      number(of(row)[level], duration, of(row).why ?? 'nothing was asked'),
    ),
  );
