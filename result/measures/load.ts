/** Of result.json: load scenarios, and what the server did meanwhile. */
import { type Static, Type } from 'typebox';
import { derived, exact, group, not, percentiles, rows, tally, timed } from '../figure-tree.ts';
import { everySuite, measure, section } from '../measure-description.ts';
import { GeneratorClass, Others } from '../others.ts';
import { Nullable, Percentiles } from '../percentiles.ts';

/** What the server said about itself while a load ran; all of it is in the raw file. null: `absent` or `gaps` say why. */
export const LoadEvidence = Type.Object({
  seconds: Type.Number({
    description: 'the whole time watched: the start of the generator and the warm-up too',
  }),
  file: Type.String({ description: 'file under the run directory with all of it' }),
  walBytesPerSecond: Nullable(Type.Number()),
  bufferHitPct: Nullable(Type.Number({ description: 'blocks of the database found in shared buffers' })),
  checkpoints: Nullable(Type.Integer()),
  locksWaitingMax: Nullable(Type.Integer()),
  poolerWaitingMax: Nullable(
    Type.Integer({ description: 'clients that waited for a server connection at once' }),
  ),
  poolerWaitMaxMs: Nullable(Type.Number()),
  observerMs: Nullable(Type.Number({ description: "the server's time spent on being watched" })),
  statements: Nullable(
    Type.Array(
      Type.Object({
        name: Nullable(Type.String({ description: 'of the catalogue; null: another statement' })),
        query: Type.String(),
        calls: Type.Integer(),
        executionMs: Type.Number(),
        timePct: Type.Number(),
        rows: Type.Integer(),
        blocksHit: Type.Integer(),
        blocksRead: Type.Integer(),
        walBytes: Type.Number(),
      }),
      { description: 'those that took most of the execution time' },
    ),
  ),
  waits: Type.Array(
    Type.Object({
      event: Type.String({ description: 'CPU: waits for nothing that the server knows of' }),
      pct: Type.Number({ description: 'of the working sessions that were seen' }),
    }),
  ),
  /** Seconds of the watch at which the measured window began; absent where that is not known. */
  windowFromS: Type.Optional(Type.Number()),
  /** One point a second, seconds since watching began. */
  series: Type.Array(
    Type.Object({
      s: Type.Number(),
      walBytesPerSecond: Type.Number(),
      activeSessions: Type.Integer(),
      othersCores: Type.Optional(Nullable(Type.Number({ description: 'cores that others took' }))),
      ownCores: Type.Optional(
        Nullable(Type.Number({ description: 'cores that the harness and the load generator took' })),
      ),
      serversCores: Type.Optional(
        Nullable(Type.Number({ description: 'cores that the servers took that are measured' })),
      ),
      connections: Type.Optional(Type.Integer({ description: 'client sessions of the primary' })),
      waiting: Type.Optional(Type.Integer({ description: 'sessions at work that waited for something' })),
      locksWaiting: Type.Optional(Type.Integer()),
      blocksReadPerSecond: Type.Optional(Type.Number()),
      poolerWaiting: Type.Optional(Nullable(Type.Integer())),
      checkpointed: Type.Optional(Type.Boolean({ description: 'a checkpoint ended since the point before' })),
      vacuums: Type.Optional(Type.Integer({ description: 'tables that were being vacuumed' })),
    }),
  ),
  gaps: Type.Integer({ description: 'seconds in which the server could not be asked' }),
  absent: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
});
export type LoadEvidence = Static<typeof LoadEvidence>;

export const LoadResult = Type.Object({
  scenario: Type.String(),
  model: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  via: Type.String(),
  connections: Type.Integer(),
  /** What was asked for, where the arrivals are drawn at random around it; null: no rate was. */
  askedRate: Type.Optional(Nullable(Type.Number())),
  offeredRate: Nullable(Type.Number()),
  achievedRate: Type.Number(),
  seconds: Type.Number(),
  requests: Type.Integer(),
  dropped: Type.Integer(),
  errors: Type.Record(Type.String(), Type.Integer(), { description: 'by SQLSTATE' }),
  /** Repeats after a serialization failure or a deadlock; their time is in the service time. */
  retries: Type.Optional(Type.Integer()),
  succeededRate: Type.Optional(Type.Number({ description: 'requests a second that did not fail' })),
  /** Of the script, as k6 judged them. */
  thresholds: Type.Optional(
    Type.Array(
      Type.Object({
        source: Type.String({ description: 'metric and condition, as the script has them' }),
        value: Nullable(Type.Number({ description: 'null: k6 does not report it' })),
        limit: Nullable(Type.Number()),
        ok: Nullable(Type.Boolean({ description: 'null: it had no sample' })),
      }),
    ),
  ),
  /** Why it ended before its time; what was measured until then is kept. */
  cut: Type.Optional(Type.String()),
  generatorClass: Type.Optional(GeneratorClass),
  others: Type.Optional(Others),
  rows: Type.Integer(),
  responseMs: Percentiles,
  serviceMs: Percentiles,
  startLagMs: Percentiles,
  poolWaitMs: Type.Optional(Percentiles),
  /** The rate that a null target reaches with the same scenario: the generator's own ceiling. */
  ceilingRate: Nullable(Type.Number()),
  clientCpuShare: Nullable(
    Type.Number({ description: 'CPU seconds of the load generator per wall second and core' }),
  ),
  histogram: Type.String({ description: 'file under the run directory with the histograms per second' }),
  statements: Type.Array(
    Type.Object({
      name: Type.String(),
      tenantClass: Nullable(Type.String()),
      requests: Type.Integer(),
      errors: Type.Integer(),
      rows: Type.Integer(),
      responseMs: Percentiles,
      serviceMs: Percentiles,
    }),
  ),
  series: Type.Array(
    Type.Object({
      s: Type.Integer(),
      due: Type.Optional(Type.Integer({ description: 'requests that fell due in this second' })),
      requests: Type.Integer(),
      errors: Type.Integer(),
      responseP50Ms: Nullable(Type.Number()),
      responseP90Ms: Type.Optional(Nullable(Type.Number())),
      responseP99Ms: Nullable(Type.Number()),
      serviceP99Ms: Nullable(Type.Number()),
      /** Exact whatever the number of samples, where a p99 of one second mostly is not to be had. */
      responseMaxMs: Type.Optional(Nullable(Type.Number())),
      serviceMaxMs: Type.Optional(Nullable(Type.Number())),
    }),
  ),
  /** How many requests took how long, over time: for a picture of all of them. */
  heat: Type.Optional(
    Type.Object({
      secondsEach: Type.Integer({ description: 'seconds that a column holds' }),
      boundsMs: Type.Array(Type.Number(), {
        description: 'upper bounds of the classes of response time, rising; the last class has none above it',
      }),
      counts: Type.Array(Type.Array(Type.Integer()), {
        description: 'a column each: requests by class of response time',
      }),
    }),
  ),
  /** Percentile spectrum of response and service time, for the chart. */
  spectrum: Type.Array(
    Type.Object({ percentile: Type.Number(), responseMs: Type.Number(), serviceMs: Type.Number() }),
  ),
  evidence: Type.Optional(LoadEvidence),
  /** Times in which nothing was answered although requests were due; seconds since the start of the window. */
  stalls: Type.Optional(
    Type.Array(
      Type.Object({
        fromS: Type.Number(),
        toS: Type.Number(),
        due: Type.Integer({ description: 'requests that fell due meanwhile, by the rate of the run' }),
        longestResponseMs: Nullable(Type.Number({ description: 'of the requests that ended when it did' })),
      }),
    ),
  ),
  /** Times without a connection; toS null: it did not come back. */
  outages: Type.Optional(
    Type.Array(
      Type.Object({
        endpoint: Type.Optional(Type.String({ description: 'which server: its name, or host and port' })),
        fromS: Type.Number(),
        toS: Nullable(Type.Number()),
        recoveryMs: Nullable(
          Type.Number({ description: 'from the first connection that failed to the next answer' }),
        ),
        failures: Type.Integer(),
      }),
    ),
  ),
  /** Where each arrival is a session of several statements; offeredRate and requests count statements. */
  sessions: Type.Optional(
    Type.Object({
      arrived: Type.Integer(),
      completed: Type.Integer({ description: 'to the last statement, or left of their own accord' }),
      failed: Type.Integer(),
      unfinished: Type.Integer({ description: 'still going on when the window ended' }),
      dropped: Type.Integer({ description: 'never started' }),
      perSecond: Type.Number({ description: 'arrivals' }),
    }),
  ),
  /** Where reads go to the replicas and wait there for the last write of their tenant. */
  reads: Type.Optional(
    Type.Object({
      writes: Type.Integer(),
      onReplica: Type.Integer(),
      onPrimary: Type.Integer({ description: 'reads that waited for the replica in vain' }),
      waits: Type.Integer({ description: 'reads that had to wait for the replica' }),
      waitMs: Percentiles,
    }),
  ),
});
export type LoadResult = Static<typeof LoadResult>;

/**
 * What a rate is called in a series: as a share of the capacity where that was measured first (the rate itself then moves
 * with it), else the round number that is nearest. What is offered at random is never twice the same.
 */
function rateLabel(
  { scenario, via, model, offeredRate }: LoadResult,
  all: readonly LoadResult[],
): string | null {
  if (model === 'closed' || offeredRate === null) return null;
  const capacity = all.find(
    (other) => other.scenario === scenario && other.via === via && other.model === 'closed',
  )?.achievedRate;
  if (capacity) return `at ${5 * Math.round((20 * offeredRate) / capacity)}% of capacity`;
  return `at about ${roundRate(offeredRate)}/s`;
}

/** As people ask for rates; between neighbours the nearer one by ratio. */
const roundNumbers = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10];

function roundRate(rate: number): number {
  if (rate <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(rate));
  const distance = (round: number) => Math.abs(Math.log((round * power) / rate));
  const nearest = roundNumbers.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  return Number((nearest * power).toPrecision(3));
}

const walPerRequest = ({ evidence, achievedRate }: LoadResult) => {
  const wal = evidence?.walBytesPerSecond;
  if (wal === undefined) return undefined;
  return wal === null || achievedRate <= 0 ? null : wal / achievedRate;
};

const evidence = group<LoadEvidence>({
  seconds: not('how long the server was watched'),
  windowFromS: not('where the window lies in the watch'),
  walBytesPerSecond: timed('wal-rate', 'B/s', { better: 'none' }),
  bufferHitPct: timed('buffer-hits', '%', { better: 'more' }),
  checkpoints: timed('checkpoints', 'events', { better: 'none' }),
  locksWaitingMax: timed('locks-waiting', 'sessions', { floor: 10 }),
  poolerWaitingMax: timed('clients-waiting-for-pool', 'clients', { floor: 10 }),
  poolerWaitMaxMs: timed('longest-wait-for-pool', 'ms', { floor: 10 }),
  observerMs: timed('observer-time', 'ms', { better: 'none' }),
  statements: not('what pg_stat_statements saw; the figures of a statement are those of its requests'),
  waits: rows(({ event }) => ({ wait_event: event }), {
    pct: timed('waits', '%', { better: 'none', detail: true }),
  }),
  series: not('the samples of a chart'),
  gaps: timed('seconds-unwatched', 's', { better: 'none' }),
});

export const load = measure({
  part: 'load',
  title: 'Load',
  what: 'requests of many tenants through k6: response time from the due time beside service time',
  suites: everySuite,
  sections: {
    load: section(
      Type.Array(LoadResult),
      rows<LoadResult>(
        (load, all) => ({
          ...{ scenario: load.scenario, model: load.model, via: load.via, rate: rateLabel(load, all) },
        }),
        {
          askedRate: not('a setting: what was asked for; what fell due is the figure'),
          connections: not('a setting: what the load is; loads of other connections are unlike'),
          offeredRate: timed('offered-rate', '/s', { better: 'none', help: 'Offered requests per second.' }),
          achievedRate: timed('achieved-rate', '/s', {
            better: 'more',
            help: 'Finished requests per second.',
          }),
          seconds: not('a setting: how long it was measured'),
          requests: timed('requests', 'requests', { better: 'none' }),
          dropped: timed('dropped-starts', 'requests', { help: 'Scheduled requests that never started.' }),
          errors: tally('errors', 'errors', 'sqlstate', { help: 'Failed requests by SQLSTATE.' }),
          retries: timed('retries', 'requests', {
            help: 'Repeats after a serialization failure or a deadlock.',
          }),
          succeededRate: timed('succeeded-rate', '/s', {
            better: 'more',
            help: 'Requests per second that did not fail.',
          }),
          thresholds: not('what the script declares; they are objectives'),
          others: group<Others>({
            othersCores: timed('others-cores', 'cores', { better: 'none' }),
            others: not('who they were'),
            pressure: not('shares of waiting; trust.machine has them for the whole run'),
          }),
          rows: timed('rows', 'rows', { better: 'none' }),
          responseMs: percentiles('response', 'ms', { help: 'Response time from the intended start.' }),
          serviceMs: percentiles('service', 'ms', { help: 'Service time from the actual start.' }),
          startLagMs: percentiles('start-lag', 'ms', {
            floor: 1,
            help: 'How late the generator started requests.',
          }),
          poolWaitMs: percentiles('wait-for-connection', 'ms', { floor: 1 }),
          ceilingRate: timed('generator-ceiling', '/s', {
            ...{ better: 'none', help: 'The rate that the generator reaches without a server.' },
          }),
          clientCpuShare: timed('generator-cpu', 'share', { better: 'none' }),
          statements: rows(({ name, tenantClass }) => ({ statement: name, tenant_class: tenantClass }), {
            requests: timed('statement-requests', 'requests', { better: 'none', detail: true }),
            errors: exact('statement-errors', 'errors', { detail: true }),
            rows: timed('statement-rows', 'rows', { better: 'none', detail: true }),
            responseMs: percentiles('statement-response', 'ms', { detail: true, floor: 5 }),
            serviceMs: percentiles('statement-service', 'ms', { detail: true, floor: 5 }),
          }),
          heat: not('the picture of the samples; their percentiles are figures'),
          series: not('the samples of a chart; the histograms per second are in raw/'),
          spectrum: not('the points of a chart of the percentiles'),
          evidence,
          stalls: not('when it stood still; their number is the figure'),
          outages: not('when there was no connection; their number is the figure'),
          sessions: group({
            arrived: timed('sessions-arrived', 'sessions', { better: 'none' }),
            completed: timed('sessions-completed', 'sessions', { better: 'none' }),
            failed: exact('sessions-failed', 'sessions', { decides: 'chance' }),
            unfinished: timed('sessions-unfinished', 'sessions'),
            dropped: timed('sessions-dropped', 'sessions'),
            perSecond: timed('session-rate', '/s', { better: 'none' }),
          }),
          reads: group({
            writes: timed('writes', 'requests', { better: 'none' }),
            onReplica: timed('reads-on-replicas', 'requests', { better: 'none' }),
            onPrimary: timed('reads-sent-back-to-primary', 'requests'),
            waits: timed('reads-that-waited', 'requests'),
            waitMs: percentiles('wait-for-replica'),
          }),
        },
        [
          derived(
            // A read load writes little, and what it writes is the server's own: below a kilobyte it is no ratio of anything.
            timed('wal-per-request', 'B', { floor: 1024 }),
            walPerRequest,
          ),
          derived(timed('stalls', 'events'), ({ stalls }) => stalls?.length),
          derived(
            exact('outages', 'events', { help: 'Times without a connection.' }),
            ({ outages }) => outages?.length,
          ),
        ],
      ),
      () => [],
    ),
  },
});
