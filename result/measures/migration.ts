/** The section `migration` of result.json: what each statement of a migration locked, and what the load met meanwhile. */
import { type Static, Type } from 'typebox';
import { exact, group, not, percentiles, rows, tally, timed } from '../figure-tree.ts';
import { optionalSection } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';
import { words } from '../words.ts';

const Lock = Type.Object({
  relation: Type.String(),
  mode: Type.String({
    description: 'the strongest that the statement, or its transaction so far, had on it',
  }),
  heldMs: Nullable(
    Type.Number({
      description:
        'until its transaction ended, since it was first seen, else since the statement began; less our own looks',
    }),
  ),
});

/** A transaction in front holds the table; the statement as written, and with lock_timeout and another attempt. */
export const BehindTransaction = Type.Object({
  frontMs: Type.Number(),
  lockTimeoutMs: Type.Number(),
  naiveQueuedMax: Type.Integer({ description: 'sessions that waited at one moment' }),
  naiveWaitedMs: Type.Number({ description: 'the statement itself, in its longest attempt' }),
  retryQueuedMax: Type.Integer(),
  retryWaitedMs: Type.Number(),
  retryAttempts: Type.Integer(),
});
export type BehindTransaction = Static<typeof BehindTransaction>;

const byPhase = Type.Object({
  before: Nullable(Type.Number()),
  during: Nullable(Type.Number()),
  after: Nullable(Type.Number()),
});

export const MigrationResult = Type.Object({
  pattern: Nullable(Type.String({ description: 'of a shipped pattern; null: a file of the user' })),
  /** safe or unsafe: which of a pattern's two ways this is. */
  way: Nullable(words('safe', 'unsafe')),
  file: Type.String(),
  direction: words('up', 'down'),
  line: Type.Integer(),
  statement: Type.String(),
  verdict: words('safe', 'unsafe', 'cannot say'),
  why: Type.String(),
  rewritten: Nullable(Type.Boolean({ description: 'a table got a new file; null: it was not seen' })),
  locks: Type.Array(Lock),
  /** exact: read while its transaction was held open; sampled: seen every few milliseconds. */
  seen: words('exact', 'sampled'),
  queuedMax: Nullable(Type.Integer({ description: 'sessions that waited for a lock at one moment' })),
  /** The same by the server's own log (log_lock_waits), which names a wait when it has lasted 20 ms. */
  loggedWaits: Nullable(Type.Integer({ description: 'waits behind the statement that were logged' })),
  loggedQueueMax: Nullable(Type.Integer({ description: 'most sessions in a queue that was logged' })),
  loggedWhy: Nullable(Type.String({ description: 'why the log says nothing' })),
  durationMs: Type.Number(),
  /** Response times of the load, from when each request was due. */
  p99Ms: byPhase,
  responseMs: Type.Object({ before: Percentiles, during: Percentiles, after: Percentiles }),
  slowestMs: Nullable(Type.Number({ description: 'the slowest request that met the statement' })),
  requests: Type.Integer({ description: 'that met it' }),
  errors: Type.Record(Type.String(), Type.Integer(), { description: 'of the load, by SQLSTATE' }),
  walBytes: Nullable(Type.Number()),
  replicaLagBytes: Nullable(Type.Number({ description: 'the largest when it ended; null: no replica' })),
  predicted: Type.Object({
    verdict: words('safe', 'unsafe', 'cannot say'),
    rewritten: Type.Boolean(),
    locks: Type.Array(Type.Object({ relation: Type.String(), mode: Type.String() })),
  }),
  /** Whether what was measured is what was predicted; null: something could not be predicted, or not be seen. */
  agrees: Nullable(Type.Boolean()),
  disagreements: Type.Array(Type.String()),
  behindTransaction: Nullable(BehindTransaction),
});
export type MigrationResult = Static<typeof MigrationResult>;

type Phases = MigrationResult['p99Ms'];
const p99 = (phase: string) =>
  timed(`migration-p99-${phase}`, 'ms', { help: `Response time of the load, ${phase} the statement.` });
const behind = (name: string) => exact(`migration-behind-transaction-${name}`, 'sessions', { decides: null });

export const migrationSection = optionalSection(
  Type.Optional(Type.Array(MigrationResult)),
  rows<MigrationResult>(
    ({ pattern, way, file, direction, line }) => ({ pattern, way, file, direction, line }),
    {
      line: not('a label'),
      locks: not('a table of its own: heldMs by relation'),
      queuedMax: exact('migration-queued', 'sessions', {
        decides: null,
        help: 'Sessions that waited at one moment.',
      }),
      loggedWaits: exact('migration-logged-waits', 'events', {
        decides: null,
        help: 'Waits behind the statement that the server logged.',
      }),
      loggedQueueMax: exact('migration-logged-queue', 'sessions', {
        decides: null,
        help: 'Most sessions in a queue that the server logged.',
      }),
      durationMs: timed('migration-duration', 'ms', { better: 'none' }),
      p99Ms: group<Phases>({ before: p99('before'), during: p99('during'), after: p99('after') }),
      responseMs: group<MigrationResult['responseMs']>({
        before: percentiles('migration-response-before'),
        during: percentiles('migration-response-during'),
        after: percentiles('migration-response-after'),
      }),
      slowestMs: timed('migration-slowest', 'ms', { help: 'The slowest request that met the statement.' }),
      requests: exact('migration-requests', 'requests', { better: 'none' }),
      errors: tally('migration-errors', 'errors', 'sqlstate', { decides: null }),
      walBytes: exact('migration-wal', 'B', { decides: null, help: 'WAL that was written while it ran.' }),
      replicaLagBytes: exact('migration-replica-lag', 'B', { decides: null }),
      behindTransaction: group<BehindTransaction>({
        frontMs: not('how long the transaction in front stays'),
        lockTimeoutMs: not('a setting'),
        naiveQueuedMax: behind('queued-naive'),
        naiveWaitedMs: timed('migration-behind-transaction-waited-naive', 'ms', { better: 'none' }),
        retryQueuedMax: behind('queued-retry'),
        retryWaitedMs: timed('migration-behind-transaction-waited-retry', 'ms', { better: 'none' }),
        retryAttempts: not('depends on the moment'),
      }),
    },
  ),
);
