import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { seed } from '../../generators/seed.ts';
import { startLocal } from '../../infra/local/local.ts';
import { databaseName } from '../../infra/local/login.ts';
import { debianPostgres, hypoPgFor } from '../../infra/setup/debian-postgres.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { migrate } from '../../migrations/runner.ts';
import { shop } from '../../project/shop.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { findTenants } from '../../scenarios/tenants.ts';
import { testCache } from '../../test/local-cache.ts';
import { drawCells } from '../compare/cells.ts';
import { readDdl } from './ddl.ts';
import { askHypoPg, type Hypothetical } from './hypothetical.ts';

// npm's PostgreSQL brings no HypoPG, Debian's package of a server that is installed does.
const major = debianPostgres().findLast((each) => existsSync(hypoPgFor(each).provides));
const skip =
  major === undefined &&
  'No PostgreSQL here has HypoPG (Debian: apt-get install postgresql-NN postgresql-NN-hypopg, of one version).';

let topology: Topology | undefined;
const made = new AsyncDisposableStack();
before(async () => {
  if (major === undefined) return;
  const here = made.use(await testCache());
  topology = made.use(await startLocal(here.options({ postgres: `/usr/lib/postgresql/${major}/bin` })));
  const url = topology.get('primary').url('admin', databaseName);
  await using admin = await connect(url);
  await migrate(admin);
  await seed(() => connect(url), { scale: 'tiny', seed: 1 });
});
after(() => made.disposeAsync());

/** What HypoPG says of changes for statements that filter products by their tenant and weight, or by their id. */
async function ask(...ddl: string[]): Promise<Hypothetical> {
  await using admin = await connect(topology!.get('primary').url('admin', databaseName));
  const [like] = await readCatalogue();
  const tenant = { name: 'organization_id', source: 'tenant', column: 'id' };
  const statement = (name: string, sql: string) =>
    ({ ...like!, name, sql, params: [tenant], expects: [], role: 'owner', kind: 'read' }) as const;
  const catalogue = [
    statement(
      'test/lightest',
      'SELECT id FROM core.products WHERE organization_id = $1 ORDER BY weight_grams LIMIT 5',
    ),
    statement('test/tenant', 'SELECT id FROM core.organizations WHERE id = $1'),
  ];
  const tenants = (await findTenants(admin, shop.tenants)).slice(0, 1);
  const { cells } = await drawCells(
    admin,
    { catalogue, tenants, seed: 1, signal: new AbortController().signal },
    1,
  );
  return await askHypoPg(admin, ddl.map(readDdl), cells, shop.roles);
}

test('HypoPG names the statement that would use an index, and not the others', { skip }, async () => {
  const { usedBy, why } = await ask('CREATE INDEX ON core.products (organization_id, weight_grams)');
  assert.deepEqual(usedBy, ['test/lightest']);
  assert.match(why, /estimates/);
});

test('HypoPG finds nobody for an index that no statement asks for', { skip }, async () => {
  const { usedBy } = await ask('CREATE INDEX ON core.products (barcode)');
  assert.deepEqual(usedBy, []);
});

test('what HypoPG cannot imagine is said with its own words, and is no failure', { skip }, async () => {
  const { usedBy, why } = await ask('CREATE INDEX ON core.products USING gin (tags)');
  assert.equal(usedBy, null);
  assert.match(why, /^HypoPG could not be asked: .*gin/);
});
