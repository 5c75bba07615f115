/** Of result.json: replicas. */
import { type Static, Type } from 'typebox';
import { Nullable, Percentiles } from './percentiles.ts';

export const ReplicationResult = Type.Object({
  replica: Type.String(),
  lagMs: Percentiles,
  lagBytes: Percentiles,
  writeRate: Nullable(Type.Number()),
  staleReadsPct: Nullable(Type.Number()),
  readYourWritesMs: Nullable(Type.Number()),
  monotonicViolations: Nullable(Type.Integer()),
  monotonicReads: Type.Optional(
    Type.Integer({
      description: 'reads of a reader that changes replicas, among which violations were counted',
    }),
  ),
  probeErrorMs: Nullable(Type.Number()),
  why: Type.Optional(Type.String()),
  /** Seconds since the start, lag in time and in bytes at that probe. */
  series: Type.Array(
    Type.Object({ s: Type.Number(), lagMs: Nullable(Type.Number()), lagBytes: Nullable(Type.Number()) }),
  ),
});
export type ReplicationResult = Static<typeof ReplicationResult>;

/** A long read on one replica while the primary changes and vacuums what it reads. Times in ms since the read began. */
export const ReplicaConflict = Type.Object({
  replica: Type.String(),
  hotStandbyFeedback: Nullable(Type.Boolean()),
  maxDelayMs: Nullable(
    Type.Number({ description: 'max_standby_streaming_delay in force while it read; null: without end' }),
  ),
  usualDelayMs: Type.Optional(
    Type.Number({
      description: 'max_standby_streaming_delay as it is otherwise, where it was lowered for this',
    }),
  ),
  readMs: Nullable(Type.Number({ description: 'how long the read lasted, to its end or its cancellation' })),
  cancelled: Nullable(Type.Boolean()),
  sqlState: Nullable(Type.String()),
  vacuumedMs: Nullable(Type.Number({ description: 'when the first vacuum had ended' })),
  conflicts: Nullable(
    Type.Integer({ description: 'what pg_stat_database_conflicts counted on the replica meanwhile' }),
  ),
  replayHeldMs: Nullable(
    Type.Number({ description: 'how long after the first vacuum the replica had replayed it' }),
  ),
  deadRowsMade: Nullable(Type.Integer()),
  deadRowsKept: Nullable(
    Type.Integer({ description: 'dead rows that the last vacuum during the read could not remove' }),
  ),
  deadRowsAfter: Nullable(Type.Integer({ description: 'the same after the read had ended' })),
  tableBytesBefore: Nullable(Type.Integer()),
  tableBytesAfter: Nullable(Type.Integer()),
  why: Type.Optional(Type.String()),
});
export type ReplicaConflict = Static<typeof ReplicaConflict>;

/** What a commit costs under one synchronous_commit mode, and when the replica shows it. */
export const CommitMode = Type.Object({
  mode: Type.String(),
  commitMs: Percentiles,
  visibleMs: Percentiles,
  staleReadsPct: Nullable(
    Type.Number({ description: 'first reads after the acknowledgement that do not show the row' }),
  ),
  /** Of the slots' median latency to that of `on`. */
  ratio: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  level: Nullable(Type.Number()),
  slots: Type.Integer(),
});
export type CommitMode = Static<typeof CommitMode>;

/** What lag was measured under, and what the replicas show beside it. */
export const ReplicationStudy = Type.Object({
  load: Type.Object({
    name: Type.String({ description: 'the scenario, or "batches": the harness’s own writer' }),
    offeredRate: Nullable(Type.Number()),
    achievedRate: Nullable(Type.Number({ description: 'requests a second; null for batches' })),
    errors: Type.Record(Type.String(), Type.Integer(), { description: 'by SQLSTATE' }),
    file: Nullable(Type.String()),
    why: Type.Optional(Type.String({ description: 'why it was no scenario' })),
  }),
  /** A reader whose requests go to the replicas in turn. */
  moving: Type.Object({
    reads: Type.Integer(),
    staleReads: Type.Integer({ description: 'that missed the newest acknowledged commit' }),
    stepsBack: Type.Integer(),
  }),
  /** Seconds since the load began. */
  series: Type.Array(Type.Object({ s: Type.Number(), walBytesPerSecond: Type.Number() })),
  conflicts: Type.Array(ReplicaConflict),
  commitModes: Nullable(
    Type.Object({
      replica: Type.String(),
      standbys: Type.String({ description: 'synchronous_standby_names in force' }),
      modes: Type.Array(CommitMode),
    }),
  ),
  /** Why a part of it is missing. */
  why: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
});
export type ReplicationStudy = Static<typeof ReplicationStudy>;
