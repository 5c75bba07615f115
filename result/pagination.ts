/** Of result.json: pages by offset and by keyset. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';

export const PaginationResult = Type.Object({
  statement: Type.String(),
  method: Type.Union([Type.Literal('offset'), Type.Literal('keyset')]),
  form: Type.Optional(Type.String({ description: 'keyset: row comparison or written out with OR' })),
  tenantClass: Type.String(),
  depth: Type.Integer(),
  buffers: Nullable(Type.Integer()),
  ms: Nullable(Type.Number()),
});
export type PaginationResult = Static<typeof PaginationResult>;

const Miscounted = Type.Object({ doubled: Type.Integer(), skipped: Type.Integer() });

/** Whether a list's pages are right, and where its plan changes with the depth. */
export const PaginationCheck = Type.Object({
  list: Type.String(),
  tenantClass: Type.String(),
  rows: Type.Integer({ description: 'length of the list' }),
  joinedRows: Type.Integer({
    description: 'rows of the pages that were put together and compared with the list',
  }),
  pagesEqual: Type.Boolean(),
  /** Rows that a reader of so many pages sees twice or never, when after each page one row arrives, or one leaves. */
  churn: Nullable(
    Type.Object({
      pages: Type.Integer(),
      arrivals: Type.Object({ offset: Miscounted, keyset: Miscounted }),
      removals: Type.Object({ offset: Miscounted, keyset: Miscounted }),
    }),
  ),
  why: Type.Optional(Type.String()),
  /** Depths of the offset from which another plan is chosen. */
  cliffs: Type.Array(Type.Object({ depth: Type.Integer(), before: Type.String(), after: Type.String() })),
});
export type PaginationCheck = Static<typeof PaginationCheck>;
