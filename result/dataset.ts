/** Of result.json: the data set. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';

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

/** What lies in a table's pages beside its rows; pages that were read are those of this state. */
export const TableState = Type.Object({
  table: Type.String(),
  /** By the server's own counters. */
  deadRows: Type.Integer(),
  /** Of GIN indexes, not merged yet; null: the server cannot tell. */
  pendingPages: Nullable(Type.Integer()),
});
export type TableState = Static<typeof TableState>;
