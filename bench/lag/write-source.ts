import { readFile } from 'node:fs/promises';
import { missing } from '../../config/fault.ts';
import { milliseconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { connect } from '../../infra/topology/session.ts';
import type { ReplicationStudy } from '../../result/result.ts';
import { drawLoadPlan } from '../../scenarios/draw-load-plan.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { findLoadTenants } from '../../scenarios/tenants.ts';
import { type LoadOptions, runLoad } from '../load/run-load.ts';
import type { Setting } from '../measure.ts';
import { makeEmptyDatabase } from '../own-database.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { replicasThere } from './replicas-there.ts';
import { waitForReplay } from './wait-for-replay.ts';
import { writeLoad } from './write-load.ts';

/** For whom works until the window ends. Milliseconds. */
export interface Pace {
  /** The window's length, without the load's lead. */
  readonly lasts: number;
  readonly until: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Who writes while lag is measured, and into which database; the probes' tables go there too. */
export interface WriteSource {
  readonly database: string;
  /** How long after `write` was called its load begins, in milliseconds. */
  readonly lead: number;
  /** Writes until the pace ends. */
  write(pace: Pace): Promise<Written>;
}

export interface Written {
  readonly commits: number;
  /** When the load really began, in milliseconds since 1970; null: at once. */
  readonly startedAt: number | null;
  readonly load: ReplicationStudy['load'];
}

const scenario = 'checkout';
/** Requests a second, the same on every machine: the lag of two runs is then under the same load. */
const rate = 200;
const connections = 16;
/** k6 needs about a second to start. */
const lead = 2000;
const tenants = 32;
const draws = 32;

/**
 * The scenario that buys, on a copy of the dataset which `owned` drops; where that cannot be had, batches of the
 * harness's own in tables of its own, and why.
 */
export async function writeSource(setting: Setting, owned: AsyncDisposableStack): Promise<WriteSource> {
  const { progress, signal } = setting;
  try {
    return await checkout(setting, owned);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TypeError || error instanceof ReferenceError) throw error; // ours, not the servers'
    const why = (error as Error).message;
    progress.note(`lag is measured under batches of our own: ${why}`);
    return batches(setting, owned, why);
  }
}

async function checkout(setting: Setting, owned: AsyncDisposableStack): Promise<WriteSource> {
  const { topology, database: base, seed, progress, signal } = setting;
  const primary = topology.get('primary');
  const script = scenarioScript(scenario);
  const text = await readFile(script, 'utf8');
  const statements = setting.catalogue.filter(({ name }) => text.includes(`'${name}'`));
  if (statements.length === 0) throw new Error(`the statements of ${scenario} are not in the catalogue`);
  const k6 = await findK6({ progress, signal });
  const { database } = owned.use(await cloneDatabase(primary, base, `${base}_lag`));
  for (const name of replicasThere(topology))
    if (!(await waitForReplay(primary, topology.get(name), base, { patienceMs: 30_000, signal })))
      throw new Error(`${name} did not replay the copy of the data within 30 s`);
  const plan = await planOf(setting, database, statements);
  const options = { k6, script, plan, connections, rate, seed, progress };
  return {
    database,
    lead,
    write: ({ lasts, signal: until }) =>
      runCheckout(setting, { ...options, url: primary.url('app', database), lasts, signal: until }),
  };
}

async function planOf(
  { topology, project, seed, progress, signal }: Setting,
  database: string,
  statements: Setting['catalogue'],
): Promise<LoadPlan> {
  await using owner = await connect(topology.get('primary').url('owner', database), 'olympus-draw');
  const drawn = { statements, tenants: await findLoadTenants(owner, project.tenants, tenants), count: draws };
  return await drawLoadPlan(owner, { ...drawn, seed, progress, signal });
}

/** Directly to the primary: a pooler of others may not know the copy. */
async function runCheckout(
  { keep }: Setting,
  { lasts, ...options }: Omit<LoadOptions, 'protocol' | 'duration' | 'warmup'> & { lasts: number },
): Promise<Written> {
  const startAt = Date.now() + lead;
  const { report } = await runLoad({
    ...{ ...options, protocol: 'prepared', duration: milliseconds(lasts), warmup: milliseconds(0) },
    share: { lanes: 1, segment: '0:1', startAt },
  });
  const { histogramLog, ...engine } = report;
  const file = await keep('lag/load.json', JSON.stringify(engine));
  await keep('lag/load.hlog', histogramLog);
  const writing = new Set(
    options.plan.statements.filter(({ kind }) => kind === 'write').map(({ name }) => name),
  );
  return {
    commits: report.statements
      .filter(({ name }) => writing.has(name))
      .reduce((sum, { requests, errors }) => sum + requests - errors, 0),
    startedAt: Date.parse(report.startedAt),
    load: {
      name: report.scenario,
      offeredRate: report.offered / report.durationSeconds,
      achievedRate: report.requests / report.seconds,
      errors: report.errors,
      file,
    },
  };
}

async function batches(setting: Setting, owned: AsyncDisposableStack, why: string): Promise<WriteSource> {
  const primary = setting.topology.get('primary');
  const database = await placeOfBatches(setting, owned);
  const url = primary.url('admin', database);
  const open = async () => {
    const connection = owned.use(await connect(url, 'olympus-lag'));
    await connection.query(`SET statement_timeout = '10s'`);
    return connection;
  };
  const loaders = [await open(), await open()];
  return {
    database,
    lead: 0,
    write: async (pace) => ({
      commits: await writeLoad(loaders, pace),
      startedAt: null,
      load: { name: 'batches', offeredRate: null, achievedRate: null, errors: {}, file: null, why },
    }),
  };
}

/** In a database that is measured as it is no table is made: the batches and probes get one of their own beside it. */
async function placeOfBatches(
  { topology, database: base, project, signal }: Setting,
  owned: AsyncDisposableStack,
): Promise<string> {
  if (project.data === 'generated') return base;
  const primary = topology.get('primary');
  const { database } = owned.use(await makeEmptyDatabase(primary, `${base}_lag`));
  for (const name of replicasThere(topology))
    if (!(await waitForReplay(primary, topology.get(name), base, { patienceMs: 30_000, signal })))
      throw missing(
        `${name} did not replay the database that was made for the probes within 30 s.`,
        'Look whether it follows its primary at all: SELECT pg_is_wal_replay_paused(), pg_last_wal_replay_lsn();',
      );
  return database;
}
