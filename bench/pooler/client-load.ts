import { Fault } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import type { Milliseconds } from '../../config/units.ts';
import { milliseconds } from '../../config/units.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { PoolerCrowd } from '../../result/result.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { loadResult } from '../load/load-result.ts';
import { LoadCut, type LoadRun, runLoad } from '../load/run-load.ts';
import { percentilesOf } from '../percentiles.ts';
import { type Console, configured, poolSize } from './console.ts';
import { tooManyFor } from './open-files.ts';
import { watchPool } from './pool-watch.ts';
import { poolerClient } from './pooler-client.ts';
import { type Wait, waitingClients } from './waiting-clients.ts';

export interface ClientLoadOptions {
  readonly pooler: Endpoint;
  readonly database: string;
  readonly clients: number;
  readonly k6: string;
  /** Path of the load script and what it sends. */
  readonly script: string;
  readonly plan: LoadPlan;
  readonly measured: Milliseconds;
  readonly seed: number;
  /** The pooler's console, or why there is none. */
  readonly console: Console | string;
  /** The primary, as a login that sees everybody's sessions. */
  readonly server: Session | undefined;
  readonly keep: (file: string, content: string) => Promise<string>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Few beside the crowd, enough for percentiles. */
const waiters = 8;
const lookEvery = 150;
const warmup = milliseconds(500);

/**
 * `clients` connections to the pooler, each asking again as soon as it is answered: what they get, what they wait for a
 * server connection, and how many of those there ever are.
 */
export async function crowd(options: ClientLoadOptions): Promise<PoolerCrowd> {
  const { pooler, database, clients, console, server, signal } = options;
  const asked = typeof console === 'string' ? undefined : console;
  const why = tooManyFor(clients) ?? (asked && (await refusedBy(asked, clients + waiters)));
  const base = { name: `${clients} clients`, endpoint: pooler.name, provider: pooler.provider, clients };
  if (why) return { ...base, ...unmeasured, why };
  const url = pooler.url('app', database);
  const user = decodeURIComponent(new URL(url).username);
  const ended = new AbortController();
  const serverUser = await serverUserOf(url);
  const watch = { console: asked, server, database, user, serverUser, every: lookEvery, signal };
  const { outcome, peaks } = await watchPool(watch, async () => {
    // Waiters that the pooler does not take cost their own figure only.
    const waiting = waitingClients(url, waiters, ended.signal).catch((): Wait[] => []);
    try {
      const run = await press(options, url).catch((error: Error) => {
        if (error instanceof LoadCut) return error.kept;
        if (signal.aborted || !(error instanceof Fault)) throw error;
        return error;
      });
      ended.abort();
      return { run, waits: await waiting };
    } finally {
      ended.abort();
      await waiting;
    }
  });
  const { run, waits } = outcome;
  if (run instanceof Fault) return { ...base, ...unmeasured, why: run.message };
  const { histogramLog, ...engine } = run.report;
  await options.keep(`pooler/${clients}-clients.json`, JSON.stringify({ ...engine, waits }));
  const histogram = await options.keep(`pooler/${clients}-clients.hlog`, histogramLog);
  const load = loadResult(engine, { via: pooler.name, ceilingRate: null, histogram });
  return {
    ...base,
    kind: 'crowd',
    connectMs: engine.connectSeconds * 1000,
    requestsPerSecond: load.achievedRate,
    requests: load.requests,
    errors: load.errors,
    responseMs: load.responseMs,
    waitMs: percentilesOf(measuredWaits(run, waits)),
    poolSize: asked ? await poolSize(asked, database) : null,
    serversActiveMax: peaks.serversActive,
    clientsWaitingMax: peaks.clientsWaiting,
    maxWaitMs: peaks.maxWaitMs,
    backendsMax: peaks.backends,
    clientCpuPct: load.clientCpuShare === null ? null : 100 * load.clientCpuShare,
    ...(typeof console === 'string' && { why: console }),
    ...(run.cut !== undefined && { why: `cut: ${run.cut}` }),
  };
}

/** The login that a pooler takes may be called otherwise on the server: Supavisor's has the tenant behind it. */
async function serverUserOf(url: string): Promise<string | undefined> {
  try {
    await using client = await poolerClient(url);
    return (await client.query<{ login: string }>('SELECT session_user::text AS login')).rows[0]?.login;
  } catch {
    return undefined; // what is wrong with the pooler shows in the crowd itself
  }
}

const press = (
  { k6, script, plan, clients, measured, seed, progress, signal }: ClientLoadOptions,
  url: string,
) =>
  runLoad({
    ...{ k6, script, plan, url, protocol: 'extended', connections: clients, rate: 0, seed, progress, signal },
    ...{ duration: measured, warmup },
  });

const unmeasured = {
  kind: 'crowd',
  connectMs: null,
  requestsPerSecond: null,
  requests: null,
  errors: {},
  responseMs: null,
  waitMs: null,
  poolSize: null,
  serversActiveMax: null,
  clientsWaitingMax: null,
  maxWaitMs: null,
  backendsMax: null,
  clientCpuPct: null,
} as const;

/** Those that began while the crowd was measured: before, it was still connecting. */
function measuredWaits(run: LoadRun, waits: readonly Wait[]): number[] {
  const { startedAt, seconds } = run.report;
  const from = Date.parse(startedAt);
  return waits.filter(({ at }) => at >= from && at < from + 1000 * seconds).map(({ ms }) => ms);
}

async function refusedBy(console: Console, clients: number): Promise<string | undefined> {
  const most = await configured(console, 'max_client_conn');
  return most !== null && most < clients
    ? `the pooler takes ${most} clients at most (max_client_conn)`
    : undefined;
}
