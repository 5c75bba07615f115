import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import type { Endpoint, Login } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { Route } from '../../scenarios/load-scenario.ts';
import type { Setting } from '../measure.ts';
import type { LoadOptions } from './run-load.ts';

/** Where a load goes, as `runLoad` takes it, and the route's name for the result. */
export interface LoadRoute extends Pick<LoadOptions, 'url' | 'protocol' | 'replicas'> {
  readonly via: Route;
}

/**
 * Connection strings of a route. Through a pooler unnamed statements only: PgBouncer before 1.21 knows no others.
 * Replicas are waited for until they have what the primary has now: a copy of the database may be seconds old.
 */
export async function routeOf(setting: Setting, wanted: Route, login: Login): Promise<LoadRoute> {
  const { topology, database } = setting;
  const pooler = wanted === 'pooler' ? topology.find('pooler') : undefined;
  if (pooler) return { via: 'pooler', url: pooler.url(login, database), protocol: 'extended' };
  const via = wanted === 'pooler' ? 'primary' : wanted;
  const replicas = replicasOf(topology).filter(({ name }) => via === 'replicas' || name === via);
  await allCaughtUp(setting, replicas);
  if (via !== 'replicas') return { via, url: topology.get(via).url(login, database), protocol: 'prepared' };
  return {
    ...{ via, url: topology.get('primary').url(login, database), protocol: 'prepared' },
    replicas: replicas.map((replica) => replica.url(login, database)),
  };
}

const replicasOf = (topology: Topology): Endpoint[] =>
  (['replica1', 'replica2'] as const).flatMap((name) => topology.find(name) ?? []);

const patience = 60_000; // ms

async function allCaughtUp({ topology, signal }: Setting, replicas: readonly Endpoint[]): Promise<void> {
  if (replicas.length === 0) return;
  await using primary = await connect(topology.get('primary').url('admin'), 'olympus-load');
  const { rows } = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn');
  const until = performance.now() + patience;
  for (const replica of replicas) {
    await using session = await connect(replica.url('admin'), 'olympus-load');
    const query = 'SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, true) AS there';
    while (!(await session.query<{ there: boolean }>(query, [rows[0]!.lsn])).rows[0]!.there) {
      signal.throwIfAborted();
      if (performance.now() > until)
        throw missing(
          `${replica.name} has not replayed within ${patience / 1000} s what the primary wrote.`,
          'See `./olympus status` and the log of the replica: does it receive WAL?',
        );
      await sleep(20);
    }
  }
}
