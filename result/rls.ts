/** Of result.json: row-level security, its price, leaks, and what is wrong with policies. */
import { type Static, Type } from 'typebox';
import { AttackResult } from './attacks.ts';
import { Nullable } from './percentiles.ts';

const Strings = Type.Array(Type.String());

const EstimatedRows = Type.Object({ estimated: Type.Number(), actual: Nullable(Type.Number()) });

/** A ratio with its confidence interval; null bounds where there are too few pairs, and `why` says so. */
export const RlsOverhead = Type.Object({
  statement: Type.String(),
  variant: Type.String({ description: 'bare, wrapped or setting, each against off (owner with filter)' }),
  tenantClass: Type.String(),
  ratio: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  level: Nullable(Type.Number()),
  pairs: Type.Integer(),
  offMs: Nullable(Type.Number()),
  variantMs: Nullable(Type.Number()),
  offBuffers: Nullable(Type.Integer()),
  variantBuffers: Nullable(Type.Integer()),
  /** Conditions that the owner looks up in an index and the policy makes a filter, with the function that is not LEAKPROOF. */
  keptFromIndex: Type.Optional(
    Type.Array(Type.Object({ relation: Type.String(), clause: Type.String(), functions: Strings })),
  ),
  /** The scan whose estimate the policy changes most; rows per loop, as the owner and under the policy. */
  estimate: Type.Optional(Type.Object({ scan: Type.String(), off: EstimatedRows, variant: EstimatedRows })),
  why: Type.Optional(Type.String()),
});
export type RlsOverhead = Static<typeof RlsOverhead>;

const ReadingCost = Type.Object({
  ms: Nullable(Type.Number()),
  buffers: Nullable(Type.Integer()),
  why: Type.Optional(Type.String()),
});

/** What the linter finds wrong with the policies, or with what leads past them. */
export const RlsFinding = Type.Object({
  rule: Type.String(),
  object: Type.String(),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]),
  message: Type.String(),
  fix: Nullable(Type.String({ description: 'SQL that repairs it; null where only its author can know' })),
  waived: Nullable(Type.String({ description: 'the reason for which it is left so' })),
  /** What reading costs as it is and after the fix, on a copy. */
  price: Type.Optional(Type.Object({ read: Type.String(), before: ReadingCost, after: ReadingCost })),
  visible: Type.Optional(
    Type.String({ description: 'whether members, strangers and nobody see the same rows after the fix' }),
  ),
});
export type RlsFinding = Static<typeof RlsFinding>;

export const RlsResult = Type.Object({
  overhead: Type.Array(RlsOverhead),
  findings: Type.Optional(Type.Array(RlsFinding)),
  attacks: Type.Optional(Type.Array(AttackResult)),
  leaks: Type.Object({
    reads: Type.Integer({ description: 'statements executed under an identity' }),
    rows: Type.Integer({ description: 'rows whose tenant was checked' }),
    foreignRows: Type.Integer({ description: 'rows of another tenant; the goal is 0' }),
    /** Of the reads, those in loops on the server. */
    bulk: Type.Optional(
      Type.Object({
        reads: Type.Integer(),
        identities: Type.Integer(),
        seconds: Type.Number(),
        readsPerSecond: Nullable(Type.Number()),
        via: Type.Record(Type.String(), Type.Integer({ description: 'reads through this endpoint' })),
      }),
    ),
    byStatement: Type.Array(
      Type.Object({ statement: Type.String(), rows: Type.Integer(), foreignRows: Type.Integer() }),
    ),
  }),
});
export type RlsResult = Static<typeof RlsResult>;
