import { setTimeout as wait } from 'node:timers/promises';
import { missing, usage } from '../../config/fault.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { Setting } from '../measure.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { baseSide, type Side } from '../variant/parse.ts';
import { applyChanges } from '../variant/variant.ts';
import { otherServer } from './other-server.ts';
import { tellCpu } from './server-cpu.ts';
import { openSessions, type SideSessions } from './sessions.ts';

/** One side of a comparison, ready to be measured. */
export interface ReadySide {
  readonly side: Side;
  /** The primary that holds its database. */
  readonly home: Endpoint;
  /** Where its statements go. */
  readonly endpoint: Endpoint;
  readonly database: string;
  readonly sessions: SideSessions;
  /** New connections: a server process has a core and a memory layout of its own, which must not last a whole comparison. */
  open(): Promise<SideSessions>;
  /** SET LOCAL of what must not differ between executions, unless the side sets it itself. */
  readonly settings: string;
  /** Its own text of a statement, by name, where that is another one. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** Where one side's copy lies. */
interface Home {
  readonly topology: Topology;
  readonly database: string;
}

/**
 * Both sides on copies of the base; B is a copy of A's copy, made before either is changed. A side of another PostgreSQL
 * has a server of its own with the same rows.
 */
export async function openSides(
  made: AsyncDisposableStack,
  setting: Setting,
  sides: readonly [Side, Side],
): Promise<[ReadySide, ReadySide]> {
  for (const { via } of sides) setting.topology.get(via);
  const homes = await homesOf(made, setting, sides);
  for (const [i, { topology, database }] of homes.entries()) {
    const primary = topology.get('primary');
    await applyChanges(primary, database, { name: i === 0 ? 'A' : 'B', changes: sides[i]!.changes });
  }
  for (const { topology, database } of homes) {
    await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-compare');
    await admin.query('VACUUM');
    await tellCpu(admin, database);
  }
  const ready = [
    await readySide(made, setting, sides[0], homes[0]),
    await readySide(made, setting, sides[1], homes[1]),
  ] as [ReadySide, ReadySide];
  await checkpoint(ready);
  return ready;
}

async function homesOf(
  made: AsyncDisposableStack,
  setting: Setting,
  sides: readonly [Side, Side],
): Promise<[Home, Home]> {
  const { topology, database, progress } = setting;
  const primary = topology.get('primary');
  progress.note('Copying the database twice, once for each side.');
  const homes: Home[] = [];
  let base = database; // B is a copy of A's copy: the base may be analysed in between
  for (const [i, { postgres }] of sides.entries()) {
    if (postgres !== null) homes.push(await otherServer(made, setting, postgres));
    else {
      base = made.use(await cloneDatabase(primary, base, `${database}_ab_${'ab'[i]}`)).database;
      homes.push({ topology, database: base });
    }
  }
  return homes as [Home, Home];
}

/** On every server that takes part. */
export async function checkpoint(sides: readonly ReadySide[]): Promise<void> {
  for (const primary of new Set(sides.map(({ home }) => home))) {
    await using admin = await connect(primary.url('admin', 'postgres'), 'olympus-compare');
    await admin.query('CHECKPOINT');
  }
}

const fixed = { plan_cache_mode: 'force_custom_plan', max_parallel_workers_per_gather: '0' } as const;

async function readySide(
  made: AsyncDisposableStack,
  setting: Setting,
  side: Side,
  { topology, database }: Home,
): Promise<ReadySide> {
  if (side.via.startsWith('replica')) await replayed(setting, side.via as 'replica1' | 'replica2');
  return opened(made, side, topology.get('primary'), topology.get(side.via), database);
}

async function opened(
  made: AsyncDisposableStack,
  side: Side,
  home: Endpoint,
  endpoint: Endpoint,
  database: string,
): Promise<ReadySide> {
  const open = () => openSessions(endpoint, database, side.rls);
  const sessions = made.use(await open());
  const own = new Set(side.changes.flatMap((change) => (change.kind === 'set' ? [change.name] : [])));
  const settings = Object.entries(fixed)
    .filter(([name]) => !own.has(name))
    .map(([name, value]) => `SET LOCAL ${name} = ${value}`)
    .join('; ');
  return { side, home, endpoint, database, sessions, settings, open };
}

/** A copy that is there already, as one side: nothing of it is changed but what its new sessions tell of their time. */
export async function sideOn(
  made: AsyncDisposableStack,
  primary: Endpoint,
  database: string,
): Promise<ReadySide> {
  await using admin = await connect(primary.url('admin', database), 'olympus-compare');
  await tellCpu(admin, database);
  return opened(made, baseSide, primary, primary, database);
}

const patience = 60_000;

/** Waits until the replica has the copies as they are now. */
async function replayed({ topology, signal }: Setting, replica: 'replica1' | 'replica2'): Promise<void> {
  await using primary = await connect(topology.get('primary').url('admin', 'postgres'), 'olympus-compare');
  await using standby = await connect(topology.get(replica).url('admin', 'postgres'), 'olympus-compare');
  const { rows } = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  const end = performance.now() + patience;
  const there = 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there';
  while (!(await standby.query<{ there: boolean }>(there, [rows[0]!.lsn])).rows[0]!.there) {
    if (performance.now() > end)
      throw missing(`${replica} has not replayed the copies within a minute.`, 'See ./olympus status.');
    await wait(50, undefined, { signal });
  }
}

/** @throws Fault (usage) when a side's route cannot write and nothing but writes is to be compared */
export function readable(sides: readonly Side[], kinds: readonly ('read' | 'write')[]): void {
  const replica = sides.find(({ via }) => via.startsWith('replica'));
  if (replica && kinds.every((kind) => kind === 'write'))
    throw usage(
      `${replica.via} takes no writes, and only writes are to be compared.`,
      'Add a statement that reads.',
    );
}
