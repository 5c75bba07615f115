import { openOlap } from '../../infra/services/olap.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { OlapFigures, OlapQuestion } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import { percentilesOf } from '../percentiles.ts';
import { commitMessage, untilReplayed } from './freshness.ts';
import { interference } from './interference.ts';
import { loadEvents, loadOrders, openWarehouse, throughParquet } from './loading.ts';
import { olapPlace, type Place, postgresPlace, viewPlace } from './places.ts';
import { questions } from './questions.ts';

/** Enough for a median; fewer where a question takes long. */
const repeats = 20;
const fewest = 3;
/** Orders whose events are made and inserted, a second of budget. */
const eventOrdersPerSecond = 40_000;

/**
 * Where a dashboard is best asked: on the primary, its materialised view, the replica for analytics, or ClickHouse. How
 * fast each answers, how fresh, whether exactly the same, and what the primary's short transactions feel of it.
 */
export const olap: Measure = {
  part: 'olap',
  needs: ['primary', 'replica2', 'olap'],
  async run(setting) {
    const { topology, database, budget, progress, signal } = setting;
    const [primary, replica2, store] = [
      topology.get('primary'),
      topology.get('replica2'),
      topology.get('olap'),
    ];
    await using owned = new AsyncDisposableStack();
    const open = async (url: string) => owned.use(await connect(url, 'olympus-olap'));
    const owner = await open(primary.url('owner', database));
    const admin = await open(primary.url('admin', database));
    const replica = await open(replica2.url('owner', database));
    const replicaAdmin = await open(replica2.url('admin', database));
    await using warehouse = await openWarehouse(store, openOlap);
    const [onPrimary, onStore] = [placeOf(primary), placeOf(store)];
    const rows: OlapFigures[] = [];
    const loading = (loaded: Parameters<typeof loadingRow>[0]) =>
      rows.push({ ...onStore, name: store.version, ...loadingRow(loaded) });

    progress.note('loading every order into ClickHouse by COPY out and insert');
    loading(await loadOrders(admin, warehouse));
    for (const loaded of await throughParquet(warehouse)) loading(loaded);
    const maxOrders = Math.round((budget.partTime / 1000) * eventOrdersPerSecond);
    loading(await loadEvents(admin, warehouse, maxOrders, signal));

    const refreshed = await refresh(admin, owner);
    rows.push({ ...onPrimary, name: 'materialised view', kind: 'refresh', ...refreshed });
    const from = await windowStart(admin);
    await untilReplayed(replicaAdmin, await commitMessage(admin), signal);
    const places = [
      postgresPlace(primary, owner, from),
      viewPlace(primary, owner),
      postgresPlace(replica2, replica, from),
      olapPlace(store, warehouse.client, from),
    ];
    rows.push(...(await askAll(setting, places)));

    const replayed = await untilReplayed(replicaAdmin, await commitMessage(admin), signal);
    const batch = await loadOrders(admin, warehouse, 'ORDER BY created_at DESC LIMIT 1000');
    rows.push(
      { ...onPrimary, ...fresh('primary', 'the rows themselves', 0) },
      {
        ...onPrimary,
        ...fresh('materialised view', 'refreshed at once; else the interval of refreshes more', refreshed.ms),
      },
      { ...placeOf(replica2), ...fresh('replica2', 'replayed from the log', replayed ?? null) },
      {
        ...onStore,
        ...fresh(
          store.version,
          `a batch of ${batch.rows} orders, copied and inserted; else the interval more`,
          batch.ms,
        ),
      },
    );
    progress.note('short transactions beside the questions');
    rows.push(...(await interference(setting, places)).map((row) => ({ ...onPrimary, ...row })));
    return { olap: rows };
  },
};

const placeOf = ({ name, provider }: { name: string; provider: string }) => ({ endpoint: name, provider });

const loadingRow = (loaded: { path: string; rows: number; bytes: number; ms: number }) => ({
  kind: 'loading' as const,
  ...loaded,
  rowsPerSecond: (1000 * loaded.rows) / loaded.ms,
});

const fresh = (name: string, how: string, freshMs: number | null) => ({
  name,
  kind: 'freshness' as const,
  how,
  freshMs,
  ...(freshMs === null && { why: 'not within ten seconds' }),
});

/** The view's own refresh, while it can be read, with the log that it writes. */
async function refresh(admin: Connection, owner: Connection) {
  const lsn = async () =>
    (await admin.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn')).rows[0]!.lsn;
  const before = await lsn();
  const began = performance.now();
  await owner.query('REFRESH MATERIALIZED VIEW CONCURRENTLY cache.organization_metrics');
  const ms = performance.now() - began;
  const { rows } = await admin.query<{ bytes: string; rows: string }>(
    `SELECT pg_wal_lsn_diff($1::pg_lsn, $2::pg_lsn)::text AS bytes,
            (SELECT count(*) FROM cache.organization_metrics)::text AS rows`,
    [await lsn(), before],
  );
  return { ms, walBytes: Number(rows[0]!.bytes), rows: Number(rows[0]!.rows) };
}

/** Ninety days before the newest order, as the materialised view has it: "2026-08-25 10:11:12.345+00". */
async function windowStart(session: Connection): Promise<string> {
  const { rows } = await session.query<{ start: string }>(
    `SELECT to_char((max(created_at) - interval '90 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' AS start
     FROM core.orders`,
  );
  return rows[0]!.start;
}

/** Each question at each place; the places take turns, so that a slow moment hits all of them. */
async function askAll(
  { budget, signal, progress }: Setting,
  places: readonly Place[],
): Promise<OlapQuestion[]> {
  const rows: OlapQuestion[] = [];
  for (const question of questions) {
    const truth = JSON.stringify(await places[0]!.ask(question));
    const asked = places.map(() => ({ latencyMs: [] as number[], rows: null as number | null, equal: true }));
    const end = performance.now() + budget.partTime * places.length;
    for (let turn = 0; turn < repeats && (turn < fewest || performance.now() < end); turn++)
      for (const [i, place] of places.entries()) {
        signal.throwIfAborted();
        const began = performance.now();
        const answer = await place.ask(question);
        if (answer === null) continue;
        const at = asked[i]!;
        at.latencyMs.push(performance.now() - began);
        at.rows = answer.length;
        at.equal &&= JSON.stringify(answer) === truth;
      }
    for (const [i, place] of places.entries()) {
      const { latencyMs, rows: count, equal } = asked[i]!;
      rows.push({
        ...placeOf(place.endpoint),
        name: place.name,
        kind: 'question',
        question: question.name,
        rows: count,
        equal: count === null ? null : equal,
        latencyMs: percentilesOf(latencyMs),
        ...(count === null && { why: 'the materialised view does not hold what is asked' }),
      });
      if (count !== null && !equal)
        progress.warn(`${place.name} answers "${question.name}" otherwise than the primary.`);
    }
    progress.count(rows.length, questions.length * places.length, 'answers');
  }
  return rows;
}
