import type { DatasetResult } from '../../../result/result.ts';
import { count, duration, rate, size } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { column, figures, number, table } from '../table.ts';

type Table = DatasetResult['tables'][number];
type Stage = NonNullable<NonNullable<DatasetResult['ingest']>['stages']>[number];

const perSecond = (bytes: number) => `${size(bytes)}/s`;

/** How fast the data set came into the database: nothing when this was not one load from empty tables. */
export function ingest({ ingest: loaded, tables }: DatasetResult): Html | false {
  if (!loaded) return false;
  const { live, seconds, rowsPerSecond, stages = [] } = loaded;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const measured = tables.filter(({ bytesPerSecond }) => typeof bytesPerSecond === 'number');
  return html`<h3>Ingestion</h3>
<p>${count(rows)} rows in ${duration(seconds * 1000)}, ${rate(rowsPerSecond)}, until every row was there with its indexes and keys; ${live ? 'they and the triggers were on all the time' : 'they were built after the rows'}.</p>
${
  measured.length > 0 &&
  table(
    'ingest-tables',
    'COPY by table, all streams together',
    [
      column('Table', ({ name }: Table) => name),
      figures<Table>('Rows', ({ rowsPerSecond }) => number(rowsPerSecond, rate)),
      figures<Table>('Bytes', ({ bytesPerSecond }) => number(bytesPerSecond, perSecond)),
    ],
    measured,
  )
}
${
  stages.length > 0 &&
  table(
    'ingest-stages',
    'Stages of the load',
    [
      column('Stage', ({ name }: Stage) => name),
      figures<Stage>('Wall time', ({ seconds }) => number(seconds * 1000, duration)),
    ],
    stages,
  )
}`;
}
