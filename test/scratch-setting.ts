/** For tests: a migrated, seeded database on the test server and a setting to measure it in. */

import type { Setting } from '../bench/measure.ts';
import { silent } from '../config/progress.ts';
import { suites } from '../config/suites.ts';
import { seed } from '../generators/seed.ts';
import type { Endpoint, Login } from '../infra/topology/endpoint.ts';
import { connect } from '../infra/topology/session.ts';
import { Topology } from '../infra/topology/topology.ts';
import { migrate } from '../migrations/runner.ts';
import { readProject, shopDirectory } from '../project/read-project.ts';
import { readCatalogue } from '../scenarios/catalogue.ts';
import { findTenants } from '../scenarios/tenants.ts';
import { type TestDatabase, testDatabase } from './server.ts';

export interface ScratchSetting extends Setting, AsyncDisposable {
  readonly scratch: TestDatabase;
  /** What `keep` was given, by file. */
  readonly kept: ReadonlyMap<string, string | Uint8Array>;
}

const roles: Readonly<Record<Login, string | null>> = {
  app: 'olympus_app',
  owner: 'olympus_owner',
  admin: null,
};

const shop = readProject(shopDirectory);

/** The server's superuser acting as each login's role: row-level security sees the role, not who logged in. */
export function endpointOf(server: string): Endpoint {
  const { hostname, port } = new URL(server);
  return {
    name: 'primary',
    provider: 'external',
    version: 'PostgreSQL',
    host: hostname,
    port: Number(port),
    url(login, database) {
      const url = new URL(server);
      if (database) url.pathname = `/${database}`;
      if (roles[login]) url.searchParams.set('options', `-c role=${roles[login]}`);
      return url.href.replaceAll('+', '%20'); // pgx takes a plus for itself
    },
  };
}

/** Statistics and maps change when a test says so, and plans with them; not when autovacuum comes by. */
const withoutAutovacuum = `DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
              WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' LOOP
    EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', name);
  END LOOP;
END $$`;

export async function scratchSetting(change: Partial<Setting> = {}): Promise<ScratchSetting> {
  const scratch = await testDatabase('bench');
  try {
    await migrate(scratch.admin);
    await seed(() => connect(scratch.url, 'olympus-test'), { scale: 'tiny', seed: 1 });
    await scratch.admin.query(withoutAutovacuum);
    const kept = new Map<string, string | Uint8Array>();
    return {
      scratch,
      kept,
      topology: new Topology([endpointOf(scratch.url)], [], async () => {}),
      database: scratch.name,
      project: shop,
      catalogue: await readCatalogue(),
      tenants: await findTenants(scratch.admin, shop.tenants),
      seed: 1,
      budget: suites.smoke,
      progress: silent,
      keep: async (file, content) => {
        kept.set(file, content);
        return `raw/${file}`;
      },
      signal: new AbortController().signal,
      ...change,
      [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
    };
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}
