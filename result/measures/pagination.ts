/** Of result.json: pages by offset and by keyset. */
import { type Static, Type } from 'typebox';
import { derived, exact, group, not, rows, timed } from '../figure-tree.ts';
import { everySuite, measure, optionalSection, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

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

const miscounted = (reader: string) =>
  group<Static<typeof Miscounted>>({
    doubled: exact(`rows-twice-by-${reader}`, 'rows', { detail: true }),
    skipped: exact(`rows-never-by-${reader}`, 'rows', { detail: true }),
  });

export const pagination = measure({
  part: 'pagination',
  family: 'page',
  title: 'Pagination',
  what: 'one page at each depth, by offset and by keyset, and whether the pages together are the list',
  suites: everySuite,
  sections: {
    pagination: section(
      Type.Array(PaginationResult),
      rows<PaginationResult>(
        ({ statement, method, form, tenantClass, depth }) => ({
          ...{ statement, method: form ?? method, tenant_class: tenantClass, depth },
        }),
        {
          depth: not('a label: how deep the page lies'),
          buffers: exact('buffers', 'pages', { help: 'Buffers of one page of a list at a depth.' }),
          ms: timed('time', 'ms', { detail: true, floor: 5 }),
        },
      ),
      () => [],
    ),
    paginationChecks: optionalSection(
      Type.Optional(Type.Array(PaginationCheck)),
      rows<PaginationCheck>(
        ({ list, tenantClass }) => ({ list, tenant_class: tenantClass }),
        {
          rows: exact('list-rows', 'rows', { better: 'none', detail: true }),
          joinedRows: exact('compared-rows', 'rows', { better: 'none', detail: true }),
          churn: group({
            pages: not('a setting: how many pages the reader takes'),
            arrivals: group({
              offset: miscounted('offset-after-arrivals'),
              keyset: miscounted('keyset-after-arrivals'),
            }),
            removals: group({
              offset: miscounted('offset-after-removals'),
              keyset: miscounted('keyset-after-removals'),
            }),
          }),
          cliffs: not('depths at which the plan changes: places and no amounts; their number is the figure'),
        },
        [
          derived(
            exact('wrong-lists', 'events', { help: 'Lists that are not their pages put together.' }),
            (check) => Number(!check.pagesEqual),
          ),
          derived(
            exact('plan-changes', 'events', { better: 'none', detail: true }),
            ({ cliffs }) => cliffs.length,
          ),
        ],
      ),
    ),
  },
});
