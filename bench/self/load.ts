import { setTimeout as sleep } from 'node:timers/promises';
import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { ratioOfPairs, type Shift } from '../../analysis/statistics/hodges-lehmann.ts';
import { seeded } from '../../analysis/statistics/seeded.ts';
import type { Progress } from '../../config/progress.ts';
import { milliseconds, seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import type { EngineReport } from '../load/engine-report.ts';
import { loadResult } from '../load/load-result.ts';
import { type LoadOptions, runLoad } from '../load/run-load.ts';
import { atLeast, atMost, type Goal, type SelfTest, unmeasured } from './goal.ts';
import { accounts, fillPgbench, findPgbench, runPgbench } from './pgbench.ts';

const connections = 8;
/** Short slots, many pairs: the machine's speed drifts within seconds, and neighbours differ less. */
const slot = 1; // seconds
const pairs = 12;
const level = 0.95;

/** The load engine against pgbench, against its own schedule, against a stall of known length, and with many clients. */
export const selfLoad: SelfTest = async ({ topology, database, progress, signal }) => {
  const k6 = await findK6({ progress, signal });
  const primary = topology.get('primary');
  const url = primary.url('admin', database);
  const shared: LoadOptions = {
    ...{ k6, plan: selectPlan(), url, protocol: 'prepared', connections, seed: 1 },
    ...{ script: scenarioScript('self/point-select'), progress, signal },
  };
  await using admin = await connect(url, 'olympus-self');
  const pooler = topology.find('pooler');
  const many = () =>
    pooler
      ? manyClients(shared, pooler.url('app', database), primary.url('app', database), admin)
      : [
          unmeasured(
            '1000 clients through the pooler, server connections',
            50,
            'connections, at most',
            'there is no pooler',
          ),
        ];

  const pgbench = findPgbench();
  if (!pgbench) {
    const why = 'pgbench is not installed (Debian: the package postgresql)';
    return [unmeasured('closed loop, rate against pgbench', 0.95, 'ratio, at least', why), ...(await many())];
  }
  await fillPgbench(pgbench, url, signal);
  const closed = await comparePgbench(pgbench, shared);
  const open = await measureOpen(shared, closed.rate / 2);
  return [...closed.goals, ...open, ...(await measureStall(shared, admin)), ...(await many())];
};

interface Side {
  readonly rate: number;
  readonly cpuMicroseconds: number;
}

/** The engine and the scripting path (one k6 iteration a query), each in slots in turn with pgbench. */
async function comparePgbench(pgbench: string, shared: LoadOptions) {
  const reference = () =>
    runPgbench(pgbench, shared.url, { connections, length: slot, signal: shared.signal });
  const closed = { ...shared, rate: 0, duration: seconds(slot), warmup: milliseconds(200) };
  const iterations = { ...closed, script: scenarioScript('self/iterations'), summary: false } as const;
  const engine = await inTurn(shared.progress, reference, () => runLoad(closed).then(speed));
  const script = await inTurn(shared.progress, reference, () => runLoad(iterations).then(speed));
  return {
    rate: mean(engine.map(([, ours]) => ours.rate)),
    goals: [
      settle(atLeast, 'closed loop, rate against pgbench', ratio(engine, 'rate'), 0.95, told(engine)),
      settle(
        atMost,
        'closed loop, client CPU a query against pgbench',
        ratio(engine, 'cpuMicroseconds'),
        1.5,
        told(engine),
      ),
      settle(
        atLeast,
        'one k6 iteration a query, rate against pgbench',
        ratio(script, 'rate'),
        0.8,
        told(script),
      ),
    ],
  };
}

/** The order changes from pair to pair: drift of the machine cancels. */
async function inTurn(progress: Progress, reference: () => Promise<Side>, ours: () => Promise<Side>) {
  const measured: [reference: Side, ours: Side][] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? await reference() : await ours();
    const second = pair % 2 === 0 ? await ours() : await reference();
    measured.push(pair % 2 === 0 ? [first, second] : [second, first]);
    progress.count(pair + 1, pairs, 'pairs with pgbench');
  }
  return measured;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const ratio = (measured: readonly (readonly [Side, Side])[], key: keyof Side) =>
  ratioOfPairs(
    measured.map(([reference, ours]) => [reference[key], ours[key]]),
    level,
  );

function told(measured: readonly (readonly [Side, Side])[]): string {
  const side = (i: 0 | 1) =>
    `${Math.round(mean(measured.map((pair) => pair[i].rate)))}/s, ${mean(measured.map((pair) => pair[i].cpuMicroseconds)).toFixed(1)} us of CPU a query`;
  return `${pairs} pairs of ${slot} s; pgbench ${side(0)}; ours ${side(1)}`;
}

/** A ratio with its interval. Where the goal lies inside of it, more pairs would have to settle it. */
function settle(kind: typeof atLeast, name: string, ratio: Shift, goal: number, why: string): Goal {
  if (ratio.kind !== 'interval')
    return unmeasured(name, goal, 'ratio', `${why}; too few pairs for an interval`);
  const { estimate, low, high } = ratio;
  const settled = low > goal || high < goal;
  const interval = `${estimate.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const told = kind(name, estimate, goal, 'ratio', `${interval}; ${why}`);
  return settled ? told : { ...told, ok: null, why: `not settled by ${pairs} pairs: ${told.why}` };
}

function speed({ report }: { report: EngineReport }): Side {
  return {
    rate: report.requests / report.seconds,
    cpuMicroseconds: (report.usage.cpuSeconds / report.requests) * 1e6,
  };
}

async function measureOpen(shared: LoadOptions, rate: number): Promise<Goal[]> {
  const { report } = await runLoad({
    ...shared,
    rate: Math.round(rate),
    duration: seconds(10),
    warmup: seconds(1),
  });
  const lag = decodeHistogram(report.startLag)!;
  const why = `${Math.round(rate)} requests a second for ${report.durationSeconds} s on ${connections} connections`;
  const achieved = report.requests / report.seconds / (report.offered / report.durationSeconds);
  return [
    atMost(
      'open loop, distance of the achieved from the offered rate',
      Math.abs(1 - achieved) * 100,
      0.2,
      '%',
      why,
    ),
    atMost('open loop, start lag p99', lag.getValueAtPercentile(99) / 1e6, 1, 'ms', why),
    atMost('open loop, dropped starts', report.dropped, 0, 'starts', why),
  ];
}

/**
 * 10 s at 200 a second, with the server's processes stopped for 1.4 s: 280 of 2,000 requests wait, evenly from 0 to
 * 1.4 s, so the 20th longest wait is 1.4 s - 20 / 200 s = 1,300 ms: the true p99.
 */
async function measureStall(shared: LoadOptions, admin: Session): Promise<Goal[]> {
  const charged = 'stall of 1.4 s, p99 against the true 1300 ms';
  const named = 'stall of 1.4 s, named by the report, its edges off by';
  const running = runLoad({ ...shared, rate: 200, duration: seconds(10) });
  running.catch(() => {}); // awaited below
  await sleep(4000);
  const { rows } = await admin.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'olympus-load' AND datname = current_database()",
  );
  const began = Date.now();
  const length = await stopFor(
    rows.map(({ pid }) => pid),
    1400,
  );
  const { report } = await running;
  if (length === null) {
    const why = "the server's processes are not ours to stop";
    return [unmeasured(charged, 5, '%, at most', why), unmeasured(named, edges, 'ms, at most', why)];
  }
  const p99 = decodeHistogram(report.response)!.getValueAtPercentile(99) / 1e6;
  const truth = length - (report.requests / 100 / 200) * 1000;
  return [
    atMost(
      charged,
      Math.abs(p99 / truth - 1) * 100,
      5,
      '%',
      `p99 ${p99.toFixed(0)} ms of ${report.requests} requests; the stall lasted ${length.toFixed(0)} ms, which makes ${truth.toFixed(0)} ms`,
    ),
    namedStall(named, report, began - Date.parse(report.startedAt), length),
  ];
}

/** Both edges of a stall may be off by so much (ms): a request every 5 ms, and the processes stop one by one. */
const edges = 100;

/** The report names one stall, where it was. `from` and `length` in ms. */
function namedStall(name: string, report: EngineReport, from: number, length: number): Goal {
  const { stalls = [] } = loadResult(report, { via: 'primary', ceilingRate: null, histogram: '' });
  const told = stalls.map(({ fromS, toS }) => `${fromS.toFixed(2)} to ${toS.toFixed(2)} s`).join(', ');
  const why = `named: ${told || 'none'}; the processes were stopped from ${(from / 1000).toFixed(2)} to ${((from + length) / 1000).toFixed(2)} s`;
  const [only] = stalls;
  if (!only || stalls.length > 1) return { ...unmeasured(name, edges, 'ms, at most', why), ok: false };
  const off = Math.max(Math.abs(only.fromS * 1000 - from), Math.abs(only.toS * 1000 - from - length));
  return atMost(name, off, edges, 'ms', why);
}

/** Stops processes for a time and lets them go on, whatever happens. Returns how long (ms), or null if that may not be. */
async function stopFor(pids: readonly number[], length: number): Promise<number | null> {
  const begin = performance.now();
  try {
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await sleep(length - (performance.now() - begin));
    return performance.now() - begin;
  } catch {
    return null;
  } finally {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGCONT');
      } catch {} // it has ended
    }
  }
}

/** What 1,000 clients do to the server behind a pooler, and what the pooler costs beside 8 direct connections. */
async function manyClients(
  shared: LoadOptions,
  pooled: string,
  direct: string,
  admin: Session,
): Promise<Goal[]> {
  const clients = 1000;
  const plan = planOf('SELECT $1::int', [['1']]);
  const common = {
    ...shared,
    plan,
    protocol: 'extended',
    rate: 0,
    duration: seconds(5),
    warmup: seconds(1),
  } as const;
  const running = runLoad({ ...common, url: pooled, connections: clients });
  running.catch(() => {}); // awaited below
  const most = await watchConnections(admin, running);
  const { report } = await running;
  const beside = (await runLoad({ ...common, url: direct })).report;
  const p50 = (one: EngineReport) =>
    (decodeHistogram(one.service)!.getValueAtPercentile(50) / 1e6).toFixed(2);
  const failed = Object.values(report.errors).reduce((sum, count) => sum + count, 0);
  const why = `${report.requests} requests, service p50 ${p50(report)} ms; ${p50(beside)} ms directly on ${connections} connections`;
  return [
    atMost(`${clients} clients through the pooler, server connections`, most, 50, 'connections', why),
    atMost(`${clients} clients through the pooler, errors`, failed, 0, 'requests', why),
  ];
}

/** The most connections of the load that the server held while it ran. */
async function watchConnections(admin: Session, running: Promise<unknown>): Promise<number> {
  let most = 0;
  let over = false;
  const end = () => {
    over = true;
  };
  running.then(end, end);
  while (!over) {
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    most = Math.max(most, rows[0]!.n);
    await sleep(200);
  }
  return most;
}

function selectPlan(): LoadPlan {
  const random = seeded(1);
  const draws = Array.from({ length: 100_000 }, () => [String(1 + Math.floor(random() * accounts))]);
  return planOf('SELECT abalance FROM public.pgbench_accounts WHERE aid = $1', draws);
}

const planOf = (sql: string, draws: readonly string[][]): LoadPlan => ({
  statements: [{ name: 'select', sql, weight: 1, role: 'app', kind: 'read' }],
  settings: [],
  tenants: [{ class: 'none', id: '', userId: '', identity: [], weight: 1 }],
  draws: { select: { 0: draws } },
});
