import { ratioOfPairs } from '../../analysis/statistics/hodges-lehmann.ts';
import { seeded } from '../../analysis/statistics/seeded.ts';
import { missing } from '../../config/fault.ts';
import { type Progress, silent } from '../../config/progress.ts';
import { seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { type EvidenceWindow, openEvidence } from '../evidence/evidence.ts';
import { runLoad } from '../load/run-load.ts';
import { pause } from '../pause.ts';
import { atMost, type Goal, type SelfTest, unmeasured } from './goal.ts';
import { backendSeconds, childSeconds, cores } from './processor-time.ts';

/**
 * For the throughput: a look every half second, and the same time without one after it. A machine's speed drifts
 * within seconds by more than the whole price, so neighbours of a quarter of a second are compared, and what a look
 * costs there is told for the second that it usually has.
 */
const half = 250; // ms
const looks = 240;
/** How long before a look its slot begins. */
const lead = 25; // ms
/** For the CPU: two looks of the observer a slot; what it does at the edges of its window is outside. */
const pairs = 12;
const slot = 2100; // ms
const settling = 1000; // ms
const connections = 8;
const rows = 100_000;
const level = 0.95;
const limit = 1; // %
const point = 'SELECT value FROM observed WHERE id = $1';

const throughput = 'price of observing, throughput of a closed load';
const processor = "price of observing, of the machine's CPU";

/** One slot of the load. null: the processes are not on this machine. */
interface Slot {
  /** CPU seconds a second of this process and of the observer's sessions. */
  readonly observing: number | null;
  /** CPU seconds a query of everything: the server's sessions, k6, this process, the observer's sessions. */
  readonly perQuery: number | null;
}

/**
 * What watching the server costs: a prepared point select on eight connections as fast as it goes, one run, with and
 * without evidence in turn. The server itself counts what it executed, so no start of a program lies within a slot.
 * The throughput is the answer. Where its noise is larger than the price, the CPU time a query of everything that
 * takes part is: on busy cores, what a query costs more is what the throughput loses.
 */
export const observer: SelfTest = async ({ topology, database, progress, signal }) => {
  const k6 = await findK6({ progress, signal });
  const primary = topology.get('primary');
  const url = primary.url('admin', database);
  await using admin = await connect(url, 'olympus-self');
  const { rows: preloaded } = await admin.query(
    `SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'`,
  );
  if (preloaded.length === 0)
    return [throughput, processor].map((name) =>
      unmeasured(name, limit, '%, at most', 'pg_stat_statements, which counts for it, is not there'),
    );
  await fill(admin);
  const catalogue = await readCatalogue();
  const pooler = topology.find('pooler');
  const watch = (every: number) => openEvidence({ primary, pooler, database, catalogue, every });

  const over = new AbortController();
  const load = runLoad({
    ...{ k6, url, connections, plan: pointSelects(), protocol: 'prepared', seed: 1, progress: silent },
    ...{ script: scenarioScript('self/point-select'), rate: 0, duration: longest, warmup: seconds(0) },
    signal: AbortSignal.any([signal, over.signal]),
  });
  try {
    const ended = load.then(() => Promise.reject(new Error('The load ended before the slots did.')));
    const measured = async () => {
      const queryId = await firstAnswered(admin, signal);
      await pause(settling, signal);
      const rates = await besideLooks(admin, queryId, () => watch(2 * half), progress, signal);
      const slots = await inTurn(admin, queryId, () => watch(1000), progress, signal);
      return [throughputGoal(rates, slots), processorGoal(slots)];
    };
    return await Promise.race([ended, measured()]);
  } finally {
    over.abort();
    await load.catch(() => {}); // what it says about being stopped; its own failure came by the race
  }
};

const longest = seconds(600);

type Rates = readonly [plain: number, watched: number];

/** Rates in slots with one look and in the slots after them; slots with another number of looks are left out. */
async function besideLooks(
  admin: Session,
  queryId: string,
  watch: () => Promise<EvidenceWindow>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Rates[]> {
  await using window = await watch();
  const start = performance.now();
  const counts: { at: number; ms: number; calls: number }[] = [];
  for (let n = 0; n <= 2 * looks; n++) {
    await pause(start + (n + 2) * half - lead - performance.now(), signal);
    const { calls, at } = await executed(admin, queryId);
    counts.push({ at, calls, ms: performance.now() - start });
    if (n % 2 === 0) progress.count(n / 2, looks, 'looks');
  }
  const { series } = await window.finish();
  const slots = counts.slice(1).map((after, i) => {
    const before = counts[i]!;
    return {
      rate: (after.calls - before.calls) / (after.at - before.at),
      looks: series.filter(({ s }) => s * 1000 >= before.ms && s * 1000 < after.ms).length,
    };
  });
  return slots.flatMap((watched, i) => {
    const plain = slots[i + 1];
    return watched.looks === 1 && plain?.looks === 0 ? [[plain.rate, watched.rate] as const] : [];
  });
}

type Pair = readonly [plain: Slot, watched: Slot];

/** The CPU in slots without and with the observer, in the order ABBA. */
async function inTurn(
  admin: Session,
  queryId: string,
  watch: () => Promise<EvidenceWindow>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Pair[]> {
  const plain = () => measureSlot(admin, queryId, signal);
  const watched = async () => {
    await using window = await watch();
    const result = await measureSlot(admin, queryId, signal);
    await window.finish();
    return result;
  };
  const slots: Pair[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? await plain() : await watched();
    const second = pair % 2 === 0 ? await watched() : await plain();
    slots.push(pair % 2 === 0 ? [first, second] : [second, first]);
    progress.count(pair + 1, pairs, 'pairs of slots');
  }
  return slots;
}

/** Waits for the load and finds its statement. */
async function firstAnswered(admin: Session, signal: AbortSignal): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const { rows: found } = await admin.query<{ id: string }>(
      `SELECT queryid::text AS id FROM pg_stat_statements
       WHERE query = $1 AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [point],
    );
    if (found[0]) return found[0].id;
    await pause(100, signal);
  }
  throw missing(
    'The load did not reach the server within 30 s.',
    'Run `./olympus self --only load` to see why.',
  );
}

async function measureSlot(admin: Session, queryId: string, signal: AbortSignal): Promise<Slot> {
  const before = await spent(admin, queryId);
  await pause(slot, signal);
  const after = await spent(admin, queryId);
  const used = (key: 'observing' | 'load') =>
    before[key] === null || after[key] === null ? null : after[key] - before[key];
  const [observing, load] = [used('observing'), used('load')];
  return {
    observing: observing === null ? null : (observing * 1000) / (after.at - before.at),
    perQuery: observing === null || load === null ? null : (observing + load) / (after.calls - before.calls),
  };
}

/** CPU seconds so far, the time (ms) and the load's queries. */
async function spent(admin: Session, queryId: string) {
  const { user, system } = process.cpuUsage();
  const [sessions, backends, programs] = [
    await backendSeconds(admin, 'olympus-evidence'),
    await backendSeconds(admin, 'olympus-load'),
    await childSeconds(),
  ];
  const { calls } = await executed(admin, queryId);
  return {
    observing: sessions === null ? null : sessions + (user + system) / 1e6,
    load: backends === null || programs === null ? null : backends + programs,
    at: performance.now(),
    calls,
  };
}

/** How often the statement was executed until when (s), by the server's own count and clock. */
async function executed(admin: Session, queryId: string) {
  const { rows: counted } = await admin.query<{ calls: number; at: number }>(
    `SELECT sum(calls)::float8 AS calls, extract(epoch FROM clock_timestamp())::float8 AS at
     FROM pg_stat_statements(false) WHERE queryid = $1::bigint`,
    [queryId],
  );
  return counted[0]!;
}

interface Price {
  readonly value: number;
  readonly settled: boolean;
  readonly told: string;
}

/** % with its interval, which settles the goal when the limit lies outside of it. */
function priceOf([value, low, high]: readonly [number, number, number], what: string): Price {
  const told = `${value.toFixed(2)} % (${low.toFixed(2)} to ${high.toFixed(2)} %) ${what}`;
  return { value, settled: low > limit || high <= limit, told };
}

/** Of the wall clock: a look a second costs its quarter's share. */
function wallPrice(slots: readonly Rates[]): Price | undefined {
  const ratio = ratioOfPairs(slots, level);
  if (ratio.kind !== 'interval') return undefined;
  const ofASecond = (share: number) => 100 * (1 - share) * (half / 1000);
  const rate = slots.reduce((sum, [plain]) => sum + plain, 0) / slots.length;
  return priceOf(
    [ofASecond(ratio.estimate), ofASecond(ratio.high), ofASecond(ratio.low)],
    `by the clock, ${slots.length} quarters of a second with a look beside as many without, ${Math.round(rate)} selects a second`,
  );
}

/** Of the CPU time a query: what it grows by is missing from the throughput of busy cores. */
function cpuPrice(slots: readonly Pair[]): Price | undefined {
  const ratio = ratioOfPairs(
    slots.flatMap(([plain, watched]) =>
      plain.perQuery && watched.perQuery ? [[plain.perQuery, watched.perQuery] as const] : [],
    ),
    level,
  );
  if (ratio.kind !== 'interval') return undefined;
  const lost = (more: number) => 100 * (1 - 1 / more);
  return priceOf(
    [lost(ratio.estimate), lost(ratio.low), lost(ratio.high)],
    `by the CPU time a query of server, client and observer, ${slots.length} pairs of ${slot / 1000} s`,
  );
}

/** The clock's answer where it settles the goal, else the CPU time's; both are told. */
function throughputGoal(rates: readonly Rates[], slots: readonly Pair[]): Goal {
  const both = [wallPrice(rates), cpuPrice(slots)].filter((price) => price !== undefined);
  const price = both.find(({ settled }) => settled) ?? both[0];
  if (!price) return unmeasured(throughput, limit, '%, at most', 'too few pairs of slots');
  const why = both.map(({ told }) => told).join('; ');
  const goal = atMost(throughput, price.value, limit, '%', why);
  return price.settled ? goal : { ...goal, ok: null, why: `not settled, the goal lies within: ${why}` };
}

/** What the observed slots burn beyond the others: the harness runs its load in both. */
function processorGoal(slots: readonly Pair[]): Goal {
  const extra = slots.flatMap(([plain, watched]) =>
    plain.observing === null || watched.observing === null ? [] : [watched.observing - plain.observing],
  );
  if (extra.length === 0)
    return unmeasured(processor, limit, '%, at most', "the server's processes cannot be seen from here");
  const mean = extra.reduce((sum, each) => sum + each, 0) / extra.length;
  return atMost(
    processor,
    (100 * mean) / cores,
    limit,
    '%',
    `${(1000 * mean).toFixed(1)} ms of CPU a second, of ${cores} cores: this process and the observer's session`,
  );
}

async function fill(admin: Session): Promise<void> {
  await admin.query('CREATE TABLE observed (id integer PRIMARY KEY, value integer NOT NULL)');
  await admin.query('INSERT INTO observed SELECT n, n % 1000 FROM generate_series(1, $1::int) AS n', [rows]);
  await admin.query('VACUUM ANALYZE observed');
}

function pointSelects(): LoadPlan {
  const random = seeded(1);
  const draws = Array.from({ length: 10_000 }, () => [String(1 + Math.floor(random() * rows))]);
  return {
    statements: [
      {
        name: 'point',
        sql: 'SELECT value FROM observed WHERE id = $1',
        weight: 1,
        role: 'app',
        kind: 'read',
      },
    ],
    settings: [],
    tenants: [{ class: 'none', id: '', userId: '', identity: [], weight: 1 }],
    draws: { point: { 0: draws } },
  };
}
