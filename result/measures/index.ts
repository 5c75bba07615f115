/** Of result.json: index changes. */
import { type Static, Type } from 'typebox';
import { derived, exact, group, not, rows, timed } from '../figure-tree.ts';
import { measure, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

const Strings = Type.Array(Type.String());

export const WritePrice = Type.Object({
  walBytesPerInsert: Nullable(Type.Number()),
  walBytesPerUpdate: Nullable(Type.Number()),
  hotPct: Nullable(Type.Number()),
  /** An update of a column that the changed index contains. */
  walBytesPerIndexedUpdate: Type.Optional(Nullable(Type.Number())),
  hotPctIndexed: Type.Optional(Nullable(Type.Number())),
  /** Buffers that writing one row touches. */
  pagesPerInsert: Type.Optional(Nullable(Type.Number())),
  pagesPerUpdate: Type.Optional(Nullable(Type.Number())),
  pagesPerIndexedUpdate: Type.Optional(Nullable(Type.Number())),
});
export type WritePrice = Static<typeof WritePrice>;

/** An index built in one way while others wrote and read. */
export const IndexForm = Type.Object({
  form: Type.Union([Type.Literal('plain'), Type.Literal('concurrently')]),
  ms: Type.Number(),
  /** Statements that it takes; on a partitioned table CONCURRENTLY takes two for each partition. */
  steps: Type.Integer(),
  locks: Strings,
  /** The longest that a request for a write's and for a read's lock waited meanwhile. */
  writeWaitMs: Type.Number(),
  readWaitMs: Type.Number(),
});
export type IndexForm = Static<typeof IndexForm>;

export const IndexResult = Type.Object({
  change: Type.String(),
  helped: Strings,
  regressed: Strings,
  unchanged: Strings,
  writePrice: WritePrice,
  sizeBytes: Nullable(Type.Number()),
  buildMs: Nullable(Type.Number()),
  /** keep: make the change; do-not; depends: on what the answer names; cannot-say: it could not be seen. */
  verdict: Type.Optional(
    Type.Union([
      Type.Literal('keep'),
      Type.Literal('do-not'),
      Type.Literal('depends'),
      Type.Literal('cannot-say'),
    ]),
  ),
  answer: Type.Optional(Type.String({ description: 'the judgement in one sentence' })),
  /** The same figures without the change. */
  writePriceBefore: Type.Optional(WritePrice),
  /** The columns of the measured updates, and whatever could not be measured, with its reason. */
  writeNotes: Type.Optional(Strings),
  locks: Type.Optional(Strings),
  /** An added index built in both ways: plain and CONCURRENTLY. */
  forms: Type.Optional(Type.Array(IndexForm)),
  /** Which statements' plans would use it, asked of HypoPG before anything was built; null: not asked, and why. */
  hypothetical: Type.Optional(Type.Object({ usedBy: Nullable(Strings), why: Type.String() })),
  /** Of `index advise`: why it was tried. */
  candidate: Type.Optional(
    Type.Object({
      kind: Type.Union([Type.Literal('missing'), Type.Literal('unused'), Type.Literal('redundant')]),
      why: Type.String(),
    }),
  ),
  /** Only the planner was asked, on a copy of its knowledge: pages, time and the price of writes are null. */
  estimated: Type.Optional(Type.Literal(true)),
  /** The planner's cost of every statement whose plan or cost changes, in its own units. */
  estimates: Type.Optional(
    Type.Array(
      Type.Object({
        statement: Type.String(),
        tenantClass: Type.String(),
        before: Type.Number(),
        after: Type.Number(),
        indexes: Strings,
      }),
    ),
  ),
  notes: Type.Optional(Strings),
  /** What the whole workload reads, by the statements' weights: pages without and with the change. */
  workload: Type.Optional(Type.Object({ before: Type.Number(), after: Type.Number() })),
  statements: Type.Optional(
    Type.Array(
      Type.Object({
        statement: Type.String(),
        tenantClass: Type.String(),
        before: Type.Integer(),
        after: Type.Integer(),
        indexes: Strings,
        /** Of one execution, in interleaved slots; absent: it was not timed. */
        time: Type.Optional(
          Type.Object({
            clock: Type.Union([Type.Literal('cpu'), Type.Literal('wall')]),
            beforeMs: Type.Number(),
            afterMs: Type.Number(),
            ratio: Nullable(Type.Number()),
            low: Nullable(Type.Number()),
            high: Nullable(Type.Number()),
          }),
        ),
      }),
      { description: 'executor buffers of every statement that reads more or fewer pages' },
    ),
  ),
});
export type IndexResult = Static<typeof IndexResult>;

const price = (suffix: string, better: 'less' | 'none') =>
  group<WritePrice>({
    walBytesPerInsert: exact(`wal-per-insert${suffix}`, 'B', { better }),
    walBytesPerUpdate: exact(`wal-per-update${suffix}`, 'B', { better }),
    hotPct: timed(`hot-updates${suffix}`, '%', { better: better === 'less' ? 'more' : 'none' }),
    walBytesPerIndexedUpdate: exact(`wal-per-indexed-update${suffix}`, 'B', { better }),
    hotPctIndexed: timed(`hot-indexed-updates${suffix}`, '%', {
      better: better === 'less' ? 'more' : 'none',
    }),
    pagesPerInsert: exact(`pages-per-insert${suffix}`, 'pages', { better: 'none', detail: true }),
    pagesPerUpdate: exact(`pages-per-update${suffix}`, 'pages', { better: 'none', detail: true }),
    pagesPerIndexedUpdate: exact(`pages-per-indexed-update${suffix}`, 'pages', {
      ...{ better: 'none', detail: true },
    }),
  });

export const index = measure({
  part: 'index',
  title: 'Indexes',
  what: 'an index change: which statements it helps, what writes pay for it',
  suites: [],
  sections: {
    index: section(
      Type.Array(IndexResult),
      rows<IndexResult>(
        ({ change }) => ({ change }),
        {
          writePrice: price('', 'less'),
          sizeBytes: exact('bytes', 'B', { decides: null }),
          buildMs: timed('build', 'ms'),
          writePriceBefore: price('-before', 'none'),
          forms: rows(({ form }) => ({ form }), {
            ms: timed('build-in-form', 'ms'),
            steps: exact('build-statements', 'requests', { better: 'none' }),
            writeWaitMs: timed('longest-wait-of-writes', 'ms', { floor: 5 }),
            readWaitMs: timed('longest-wait-of-reads', 'ms', { floor: 5 }),
          }),
          workload: group({
            before: exact('workload-pages-before', 'pages', { better: 'none' }),
            after: exact('workload-pages', 'pages', {
              help: 'What the whole workload reads with the change.',
            }),
          }),
          estimates: not('the planner’s own unit: an estimate is no measurement'),
          statements: rows(({ statement, tenantClass }) => ({ statement, tenant_class: tenantClass }), {
            before: exact('pages-before', 'pages', { better: 'none', detail: true }),
            after: exact('pages', 'pages', { detail: true }),
            time: group({
              beforeMs: timed('time-before', 'ms', { better: 'none', detail: true }),
              afterMs: timed('time', 'ms', { detail: true }),
              ratio: timed('time-ratio', 'ratio', { detail: true }),
              low: not('a bound of the ratio'),
              high: not('a bound of the ratio'),
            }),
          }),
        },
        [
          derived(exact('regressed-statements', 'events'), ({ regressed, estimated }) =>
            estimated ? undefined : regressed.length,
          ),
          derived(exact('helped-statements', 'events', { better: 'none' }), ({ helped, estimated }) =>
            estimated ? undefined : helped.length,
          ),
        ],
      ),
      () => [],
    ),
  },
});
