import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { seed } from '../../generators/seed.ts';
import { freshServer } from '../../infra/docker/fresh-server.ts';
import { startLocal } from '../../infra/local/local.ts';
import { databaseName } from '../../infra/local/login.ts';
import { debianPostgres, hypoPgFor } from '../../infra/setup/debian-postgres.ts';
import { connect } from '../../infra/topology/session.ts';
import { migrate, verifyMigrations } from '../../migrations/runner.ts';
import { shop } from '../../project/shop.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { findTenants } from '../../scenarios/tenants.ts';
import { testEngine } from '../../test/docker.ts';
import { testCache } from '../../test/local-cache.ts';
import { drawCells } from '../compare/cells.ts';
import { readDdl } from './ddl.ts';
import { askHypoPg, type Hypothetical } from './hypothetical.ts';

// npm's PostgreSQL brings no HypoPG. The image of the topology in Docker does: one fresh server of it, where an engine is;
// else Debian's package of a server that is installed.
const { engine } = await testEngine();
const major = debianPostgres().findLast((each) => existsSync(hypoPgFor(each).provides));
const skip =
  !engine &&
  major === undefined &&
  'No PostgreSQL here has HypoPG, and no Docker engine answers (Debian: apt-get install postgresql-NN postgresql-NN-hypopg, of one version).';

let url: string;
const made = new AsyncDisposableStack();
before(async () => {
  if (skip) return;
  url = engine ? made.use(await freshServer(engine)).url : await serverOfDebian();
  await using admin = await connect(url);
  await migrate(admin);
  await seed(() => connect(url), { scale: 'tiny', seed: 1 });
});
after(() => made.disposeAsync());

async function serverOfDebian(): Promise<string> {
  const here = made.use(await testCache());
  const options = here.options({ postgres: `/usr/lib/postgresql/${major}/bin` });
  return made
    .use(await startLocal(options))
    .get('primary')
    .url('admin', databaseName);
}

test('the whole schema is on a bare server of the image, with the extensions that it brings', {
  skip: skip || (!engine && 'No Docker engine answers.'),
}, async () => {
  await using admin = await connect(url);
  assert.ok((await verifyMigrations(admin)).every(({ state }) => state === 'applied'));
  const { rows } = await admin.query<{ name: string }>(
    "SELECT name FROM pg_available_extensions WHERE name IN ('postgis', 'hypopg', 'vector') ORDER BY 1",
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['hypopg', 'postgis', 'vector'],
  );
});

/** What HypoPG says of changes for statements that filter products by their tenant and weight, or by their id. */
async function ask(...ddl: string[]): Promise<Hypothetical> {
  await using admin = await connect(url);
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
