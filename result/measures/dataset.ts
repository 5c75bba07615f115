/** Of result.json: the data set. */
import { type Static, Type } from 'typebox';
import { exact, group, not, rows, timed } from '../figure-tree.ts';
import { measure, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

export const DatasetResult = Type.Object({
  scale: Type.String(),
  seed: Type.Integer(),
  digest: Type.String(),
  seconds: Nullable(Type.Number()),
  tables: Type.Array(
    Type.Object({
      name: Type.String(),
      rows: Type.Integer(),
      bytes: Type.Integer(),
      rowsPerSecond: Nullable(Type.Number()),
      /** Bytes of COPY's messages a second, of all streams. */
      bytesPerSecond: Type.Optional(Nullable(Type.Number())),
    }),
  ),
  ingest: Type.Optional(
    Type.Object(
      {
        live: Type.Boolean(),
        seconds: Type.Number(),
        rowsPerSecond: Type.Number(),
        /** What followed what, and how long it took. */
        stages: Type.Optional(Type.Array(Type.Object({ name: Type.String(), seconds: Type.Number() }))),
      },
      {
        description:
          'until every row, index and key was there; live: they and the triggers were on. Absent when loaded in several calls',
      },
    ),
  ),
});
export type DatasetResult = Static<typeof DatasetResult>;

export const dataset = measure({
  part: 'dataset',
  family: 'table',
  title: 'Data',
  what: 'the rows that were loaded: how many, how large, how fast',
  suites: [], // loading the data is no part of its own: every run does it
  sections: {
    dataset: section(
      Nullable(DatasetResult),
      group<DatasetResult>({
        seed: not('a setting: what the data was drawn from'),
        seconds: timed('load-time', 's'),
        tables: rows(({ name }) => ({ table: name }), {
          rows: exact('rows', 'rows', { better: 'none' }),
          bytes: exact('bytes', 'B', { decides: null, help: 'Size of a table with its indexes.' }),
          rowsPerSecond: timed('row-rate', '/s', { better: 'more', detail: true }),
          bytesPerSecond: timed('copy', 'B/s', { better: 'more', detail: true }),
        }),
        ingest: group({
          seconds: timed('ingest-time', 's'),
          rowsPerSecond: timed('ingest-rate', '/s', { better: 'more' }),
          stages: rows(({ name }) => ({ stage: name }), {
            seconds: timed('stage-time', 's', { detail: true }),
          }),
        }),
      }),
      () => null,
    ),
  },
});
