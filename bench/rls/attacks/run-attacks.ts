import { setTimeout as wait } from 'node:timers/promises';
import { usage } from '../../../config/fault.ts';
import type { Endpoint } from '../../../infra/topology/endpoint.ts';
import { connect, type Session } from '../../../infra/topology/session.ts';
import type { Topology } from '../../../infra/topology/topology.ts';
import type { AttackResult } from '../../../result/result.ts';
import { cloneDatabase } from '../../variant/clone.ts';
import type { Attack, Route } from './attack.ts';
import { type Judgement, judgeAttack } from './judge-attack.ts';
import { readAttacks } from './read-attacks.ts';
import { Door, type Observation, typeAttack } from './type-attack.ts';
import { type Planted, plant, typed, victimOrganization, victimRows } from './victim.ts';

export interface AttackTask {
  readonly topology: Topology;
  readonly database: string;
  readonly signal: AbortSignal;
  /** Absent: the shipped ones. */
  readonly attacks?: readonly Attack[];
  count?(done: number, of: number): void;
}

/** Types every attack, through every route that the topology has, at two tenants in a copy of the database. */
export async function runAttacks({ topology, database, ...task }: AttackTask): Promise<AttackResult[]> {
  const primary = topology.get('primary');
  await refuseMightyLogin(primary, database);
  await using clone = await cloneDatabase(primary, database, `${database}_attacks`);
  await using admin = await connect(primary.url('admin', clone.database), 'olympus-attack');
  const planted = await plant(admin);
  await using opened = new AsyncDisposableStack();
  const doors = new Map<Route, Door | string>();
  for (const [route, endpoint] of await reached(topology, clone.database, task.signal))
    doors.set(
      route,
      typeof endpoint === 'string' ? endpoint : opened.use(new Door(endpoint, clone.database)),
    );
  return await tryAttacks(admin, doors, planted, task);
}

/**
 * What is typed would really be done by a login that may: no policy binds it, and the server would not outlive it.
 * @throws Fault (usage)
 */
async function refuseMightyLogin(primary: Endpoint, database: string): Promise<void> {
  await using session = await connect(primary.url('app', database), 'olympus-attack');
  const { rows } = await session.query<{ name: string; rights: string[] }>(`
    SELECT rolname AS name, array_remove(ARRAY[
             CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
             CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END], NULL) AS rights
    FROM pg_roles WHERE rolname = session_user`);
  const { name, rights } = rows[0]!;
  if (rights.length > 0)
    throw usage(
      `The application's login ${name} has ${rights.join(', ')}: policies do not hold it, and attacks as it would change the server.`,
      'Give the application a login that is a member of olympus_app and no more.',
    );
}

/** The first of each way: one table stands for all. */
export const oneOfEachWay = (attacks: readonly Attack[]): Attack[] =>
  attacks.filter((attack, i) => i === attacks.findIndex((each) => wayOf(each) === wayOf(attack)));

const wayOf = ({ name }: Attack) => name.split(' ')[0]!;

/**
 * Types attacks where both tenants were planted.
 * @param doors a route's, or why there is none
 */
export async function tryAttacks(
  admin: Session,
  doors: ReadonlyMap<Route, Door | string>,
  planted: Planted,
  { signal, attacks, count }: Pick<AttackTask, 'signal' | 'attacks' | 'count'>,
): Promise<AttackResult[]> {
  const ways = (attacks ?? (await readAttacks())).flatMap((attack) =>
    attack.via.map((via) => ({ attack, via })),
  );
  const results: AttackResult[] = [];
  let rows = await victimRows(admin);
  for (const { attack, via } of ways) {
    signal.throwIfAborted();
    const door = doors.get(via)!;
    const judgement = typeof door === 'string' ? unchecked(door) : await tried(door, attack, via);
    results.push({ ...asResult(attack, via, judgement, planted), reached: typeof door !== 'string' });
    count?.(results.length, ways.length);
  }
  return results;

  async function tried(door: Door, attack: Attack, via: Route): Promise<Judgement> {
    try {
      const observed = await typeAttack(door, attack, planted);
      const now = mayHaveChanged(attack, via, observed) ? await victimRows(admin) : rows;
      const changed = now !== rows;
      rows = now;
      return judgeAttack(attack, via, observed, typedBy(attack, planted), changed);
    } catch (error) {
      return unchecked((error as Error).message);
    }
  }
}

const unchecked = (answer: string): Judgement => ({ outcome: 'unchecked', answer });

/** A transaction that failed left nothing, and a replica takes nothing. */
const mayHaveChanged = (attack: Attack, via: Route, { first, second }: Observation): boolean =>
  via !== 'replica' &&
  !(attack.transaction && first.code !== null && (second === null || second.code !== null));

/** What the attacker and no victim typed. */
const typedBy = (attack: Attack, planted: Planted): string =>
  sqlOf(attack.second?.when === 'victim' ? { ...attack, second: null } : attack, planted);

const sqlOf = (attack: Attack, planted: Planted): string => {
  const first = typed(attack.sql, planted, attack.as);
  if (!attack.second) return first;
  return `${first}\n-- ${attack.second.when}:\n${typed(attack.second.sql, planted, attack.as)}`;
};

const asResult = (
  attack: Attack,
  via: Route,
  { outcome, answer }: Pick<AttackResult, 'outcome' | 'answer'>,
  planted: Planted,
): Omit<AttackResult, 'reached'> => ({
  ...{ name: attack.name, what: attack.what, as: attack.as, via, outcome, answer },
  sql: sqlOf(attack, planted),
  ...(outcome === 'known' ? { why: attack.known! } : {}),
});

const longestReplayMs = 60_000;

/** Each route's endpoint, or why it is not reached. A replica is reached when the copy is. */
async function reached(
  topology: Topology,
  copy: string,
  signal: AbortSignal,
): Promise<Map<Route, Endpoint | string>> {
  const absent = (name: 'pooler' | 'replica1') =>
    topology.absent.find(({ part }) => part === name)?.why ?? `the topology has no ${name}`;
  const replica = topology.find('replica1') ?? topology.find('replica2');
  return new Map<Route, Endpoint | string>([
    ['primary', topology.get('primary')],
    ['pooler', topology.find('pooler') ?? absent('pooler')],
    ['replica', replica ? await replayed(replica, copy, signal) : absent('replica1')],
  ]);
}

async function replayed(replica: Endpoint, copy: string, signal: AbortSignal): Promise<Endpoint | string> {
  const end = performance.now() + longestReplayMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      await using session = await connect(replica.url('admin', copy), 'olympus-attack');
      const { rows } = await session.query('SELECT FROM analytics.organization_metrics LIMIT 0');
      const { rows: planted } = await session.query(
        'SELECT FROM cache.organization_metrics WHERE organization_id = $1',
        [victimOrganization],
      );
      if (rows && planted.length > 0) return replica;
    } catch {
      // the copy is not there yet
    }
    if (performance.now() > end)
      return `the copy did not reach ${replica.name} within ${longestReplayMs / 1000} s`;
    await wait(100, undefined, { signal });
  }
}
