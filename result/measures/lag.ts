/** Of result.json: replicas. */
import { type Static, Type } from 'typebox';
import { exact, group, not, percentiles, rows, tally, timed } from '../figure-tree.ts';
import { everySuite, measure, optionalSection, section } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';

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

const bound = (of: string) => not(`interval of the ${of}`);

export const lag = measure({
  part: 'lag',
  alias: 'replication',
  family: 'replication',
  title: 'Replication',
  what: 'how far the replicas are behind, and what a reader of them sees',
  suites: everySuite,
  sections: {
    replication: section(
      Type.Array(ReplicationResult),
      rows<ReplicationResult>(({ replica }) => ({ replica }), {
        lagMs: percentiles('lag', 'ms', { help: 'Commit on the primary to visible on the replica.' }),
        lagBytes: percentiles('lag-bytes', 'B', { help: 'WAL not yet replayed.' }),
        writeRate: timed('probe-write-rate', '/s', { better: 'none' }),
        staleReadsPct: timed('stale-reads', '%'),
        readYourWritesMs: timed('read-your-writes', 'ms'),
        monotonicViolations: exact('steps-back', 'events', {
          ...{
            decides: null,
            help: 'Reads of a reader that changes replicas and saw an older state than before.',
          },
        }),
        monotonicReads: exact('moving-reads', 'requests', { better: 'none' }),
        probeErrorMs: timed('probe-error', 'ms'),
        series: not('the samples behind the percentiles'),
      }),
      () => [],
    ),
    replicationStudy: optionalSection(
      Type.Optional(ReplicationStudy),
      group<ReplicationStudy>({
        load: group({
          offeredRate: timed('load-offered-rate', '/s', { better: 'none' }),
          achievedRate: timed('load-achieved-rate', '/s', { better: 'more' }),
          errors: tally('load-errors', 'errors', 'sqlstate'),
        }),
        moving: group({
          reads: exact('moving-reader-reads', 'requests', { better: 'none' }),
          staleReads: exact('moving-reader-stale-reads', 'requests', { decides: null }),
          stepsBack: exact('moving-reader-steps-back', 'events', { decides: null }),
        }),
        series: not('the samples behind the WAL rate'),
        conflicts: rows(({ replica }) => ({ replica }), {
          maxDelayMs: not('a setting in force'),
          usualDelayMs: not('a setting'),
          readMs: timed('long-read', 'ms', { better: 'none' }),
          vacuumedMs: timed('first-vacuum', 'ms'),
          conflicts: exact('conflicts', 'events', { decides: null }),
          replayHeldMs: timed('replay-held', 'ms'),
          deadRowsMade: exact('dead-rows-made', 'rows', { better: 'none' }),
          deadRowsKept: exact('dead-rows-kept', 'rows', { decides: null }),
          deadRowsAfter: exact('dead-rows-after', 'rows', { decides: null }),
          tableBytesBefore: exact('table-bytes-before-read', 'B', { better: 'none' }),
          tableBytesAfter: exact('table-bytes-after-read', 'B', { decides: null }),
        }),
        commitModes: group({
          modes: rows(({ mode }) => ({ mode }), {
            commitMs: percentiles('commit'),
            visibleMs: percentiles('visible'),
            staleReadsPct: timed('stale-first-reads', '%'),
            ratio: timed('commit-ratio', 'ratio', {
              ...{
                low: 'low',
                high: 'high',
                samples: 'slots',
                help: 'Commit latency against that of the mode on.',
              },
            }),
            low: bound('commit ratio'),
            high: bound('commit ratio'),
            level: bound('commit ratio'),
            slots: not('samples of the commit ratio'),
          }),
        }),
      }),
    ),
  },
});
