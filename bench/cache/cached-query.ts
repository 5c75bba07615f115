import { type Connection, connect } from '../../infra/topology/session.ts';
import { setIdentity } from '../../scenarios/identity.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../scenarios/statement.ts';
import type { Setting } from '../measure.ts';
import { explain } from '../postgres/explain.ts';
import { Pool } from './pool.ts';

/** One answer that can be cached: a statement with its parameters, as one tenant's member asks it. */
export interface CachedQuery {
  readonly name: string;
  readonly statement: Statement;
  readonly tenant: Tenant;
  readonly draw: Draw;
  /** Pages that the server reads to answer it. */
  readonly buffers: number;
}

export interface CachedQueries extends AsyncDisposable {
  /** In a fixed order: the first are asked for most. */
  readonly all: readonly CachedQuery[];
  /** Asks the database under row-level security, on one of 16 connections as soon as one is free; rows as JSON. */
  execute(query: CachedQuery): Promise<string>;
}

/** Reads that a shop would cache: the same for every member of a tenant, and read far more often than written. */
const names = [
  'categories/children',
  'products/listing',
  'products/by-id',
  'products/with-variants',
  'orders/daily-window',
  'orders/product-ranking',
  'analytics/dashboard',
];
const drawsEach = 8;
const connectionsWanted = 16;

export async function openCachedQueries(setting: Setting): Promise<CachedQueries> {
  const { topology, database, catalogue, tenants, seed } = setting;
  const primary = topology.get('primary');
  await using owned = new AsyncDisposableStack();
  const pool = new Pool<Connection>();
  for (let i = 0; i < connectionsWanted; i++)
    pool.put(owned.use(await connect(primary.url('app', database), 'olympus-cache')));
  const all: CachedQuery[] = [];
  await using admin = await connect(primary.url('admin', database), 'olympus-cache');
  for (const statement of catalogue.filter(({ name }) => names.includes(name)))
    for (const tenant of tenants) {
      const draws = await drawParameters(admin, statement, tenant, drawsEach, seed);
      const distinct = new Map(draws.map((draw) => [JSON.stringify(draw), draw]));
      for (const [text, draw] of distinct) {
        const name = `${statement.name}:${tenant.class}:${text}`;
        all.push({
          name,
          statement,
          tenant,
          draw,
          buffers: await pool.lend((session) => cost(session, statement, tenant, draw)),
        });
      }
    }
  const open = owned.move();
  return {
    all: interleaved(all),
    execute: (query) =>
      pool.lend(async (session) => {
        const { rows } = await asMember(session, query, () => session.query(query.statement.sql, query.draw));
        return JSON.stringify(rows);
      }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** So that the most wanted ones are of every statement. */
const interleaved = (all: readonly CachedQuery[]): CachedQuery[] => {
  const groups = [...Map.groupBy(all, ({ statement }) => statement.name).values()];
  const longest = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => groups.flatMap((group) => group[i] ?? [])).flat();
};

async function cost(session: Connection, statement: Statement, tenant: Tenant, draw: Draw): Promise<number> {
  return asMember(session, { tenant }, async () => {
    const { plan } = await explain(session, statement.sql, draw, 'whole');
    return (plan.root.buffers?.hit ?? 0) + (plan.root.buffers?.read ?? 0);
  });
}

/** In a transaction that is taken back: only the identity was set in it. */
async function asMember<T>(
  session: Connection,
  { tenant }: { tenant: Tenant },
  work: () => Promise<T>,
): Promise<T> {
  await session.query('BEGIN');
  try {
    await session.query(setIdentity, [tenant.userId, tenant.id]);
    return await work();
  } finally {
    await session.query('ROLLBACK').catch(() => {});
  }
}
