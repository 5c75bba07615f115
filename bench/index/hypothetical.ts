import { nodesOf } from '../../analysis/explain/plan.ts';
import { type Connection, identifier } from '../../infra/topology/session.ts';
import type { Project } from '../../project/project.ts';
import { forTenant } from '../../scenarios/identity.ts';
import type { Cell } from '../compare/cells.ts';
import { estimate } from '../postgres/explain.ts';
import type { IndexDdl } from './ddl.ts';

/** Which statements' plans would use the new indexes, before anything is built; null: not asked, and why. */
export interface Hypothetical {
  readonly usedBy: string[] | null;
  readonly why: string;
}

const absent = (version: string) =>
  `HypoPG was not asked: the server does not have it (Debian: apt-get install postgresql-${version}-hypopg, for the server of that package).`;

/**
 * Asks HypoPG on a copy without the change. It answers by estimates, without index statistics and by estimated sizes, so it
 * never replaces the measurement. The extension stays on the copy, which is dropped.
 */
export async function askHypoPg(
  admin: Connection,
  ddl: readonly IndexDdl[],
  cells: readonly Cell[],
  roles: Project['roles'],
): Promise<Hypothetical> {
  const creates = ddl.filter(({ kind }) => kind === 'create');
  if (creates.length === 0) return { usedBy: null, why: 'Nothing is added that HypoPG could be asked for.' };
  const { rows } = await admin.query<{ there: boolean; major: string }>(
    `SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'hypopg') AS there,
            split_part(current_setting('server_version'), '.', 1) AS major`,
  );
  if (!rows[0]!.there) return { usedBy: null, why: absent(rows[0]!.major) };
  try {
    await admin.query('CREATE EXTENSION IF NOT EXISTS hypopg WITH SCHEMA public');
    for (const { sql } of creates) await admin.query('SELECT public.hypopg_create_index($1)', [sql]);
    const usedBy = await usersOf(admin, cells, roles);
    return { usedBy, why: 'By estimates on a server that did not have the index yet.' };
  } catch (error) {
    return { usedBy: null, why: `HypoPG could not be asked: ${(error as Error).message}.` };
  } finally {
    await admin.query('SELECT public.hypopg_reset()').catch(() => {}); // without the extension there is nothing to reset
  }
}

async function usersOf(
  admin: Connection,
  cells: readonly Cell[],
  roles: Project['roles'],
): Promise<string[]> {
  const users = new Set<string>();
  for (const { statement, tenant, draws } of cells) {
    if (users.has(statement.name)) continue;
    const { plan } = await forTenant(admin, tenant, async () => {
      const role = roles[statement.role];
      if (role !== null) await admin.query(`SET LOCAL ROLE ${identifier(role)}`);
      await admin.query('SET LOCAL max_parallel_workers_per_gather = 0');
      return estimate(admin, statement.sql, draws[0]!);
    });
    // HypoPG names its indexes "<13556>btree_orders_total_cents".
    if (nodesOf(plan.root).some(({ index }) => index !== null && /^<\d+>/.test(index)))
      users.add(statement.name);
  }
  return [...users];
}
