/** Of result.json: index changes. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';

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
