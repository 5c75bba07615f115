import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Connection, connect, transaction } from '../../infra/topology/session.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { bulkReads } from './bulk-reads.ts';
import { outsiders } from './claims.ts';
import { checkLeaks } from './leaks.ts';

let setting: ScratchSetting;
let app: Connection;
let second: Connection;
let admin: Connection;
before(async () => {
  setting = await scratchSetting();
  const livedIn = join(import.meta.dirname, '../../test/fixtures/lived-in.sql'); // a log and an archive to read
  await transaction(setting.scratch.admin, async () =>
    setting.scratch.admin.query(await readFile(livedIn, 'utf8')),
  );
  const primary = setting.topology.get('primary');
  app = await connect(primary.url('app', setting.database));
  second = await connect(primary.url('app', setting.database));
  admin = await connect(primary.url('admin', setting.database));
});
after(async () => {
  await app[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
  await setting[Symbol.asyncDispose]();
});

const few = /^(products\/(listing|by-id|variants-of|search-function)|orders\/(recent|keyset|with-items))$/;
const shipped = () => setting.catalogue.filter(({ name }) => few.test(name));

const check = async (catalogue: readonly Statement[] = shipped()) =>
  checkLeaks({
    app,
    everything: admin,
    catalogue,
    tenants: setting.tenants,
    reads: 12,
    seed: 3,
    signal: setting.signal,
  });

/** Where rows of other tenants were found while the database was changed; the change is taken back. */
async function leaking(change: string, undo: string): Promise<string[]> {
  await admin.query(change);
  try {
    const { leaks } = await check();
    assert.equal(
      leaks.byStatement.reduce((sum, { foreignRows }) => sum + foreignRows, 0),
      leaks.foreignRows,
    );
    return leaks.byStatement.filter(({ foreignRows }) => foreignRows > 0).map(({ statement }) => statement);
  } finally {
    await admin.query(undo);
  }
}

/** Their rows say nothing of a tenant; "every visible row of" users and of members is what checks them. */
const withoutTenant = [
  'members/organizations-of',
  'users/by-name-part',
  'users/newest',
  'users/search',
  'users/unverified',
];

test('the base lets nothing through, and the check really saw rows of every statement', async () => {
  const { leaks, warnings } = await check();
  assert.equal(leaks.foreignRows, 0);
  assert.deepEqual(warnings, []);
  for (const { name } of shipped()) {
    if (withoutTenant.includes(name)) continue;
    const found = leaks.byStatement.find(({ statement }) => statement === name);
    assert.ok(found && found.rows > 0, name);
  }
  assert.ok(leaks.reads >= shipped().length * 12);
  const sweep = leaks.byStatement.find(({ statement }) =>
    /every visible row of core\.orders$/.test(statement),
  );
  assert.ok(sweep!.rows > 0);
});

test('a policy for everybody is caught although each statement filters by tenant itself', async () => {
  const found = await leaking(
    'CREATE POLICY oops ON core.products FOR SELECT TO olympus_app USING (true)',
    'DROP POLICY oops ON core.products',
  );
  assert.ok(found.includes('products/listing'));
  assert.ok(found.includes('every visible row of core.products'));
  assert.ok(!found.includes('orders/recent'));
});

test('row-level security that is off on one table is caught', async () => {
  const found = await leaking(
    'ALTER TABLE core.product_variants DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE core.product_variants ENABLE ROW LEVEL SECURITY',
  );
  assert.deepEqual(found, ['products/variants-of', 'every visible row of core.product_variants']);
});

test('a policy that believes whoever names a tenant is caught by strangers', async () => {
  const found = await leaking(
    `ALTER POLICY tenant_select ON core.orders USING (organization_id = nullif(current_setting('app.org_id', true), '')::uuid)`,
    'ALTER POLICY tenant_select ON core.orders USING (organization_id = (SELECT auth.current_org()))',
  );
  assert.ok(found.includes('orders/recent'));
  assert.ok(found.includes('every visible row of core.orders'));
});

test('a policy that lets those in who say nothing about themselves is caught', async () => {
  const found = await leaking(
    'CREATE POLICY oops ON core.categories FOR SELECT TO olympus_app USING (auth.uid() IS NULL)',
    'DROP POLICY oops ON core.categories',
  );
  assert.ok(found.includes('every visible row of core.categories'));
  assert.ok(found.every((name) => /categories/.test(name)));
});

test('a partition that may be read past its table is caught', async () => {
  const found = await leaking(
    'GRANT SELECT ON core.orders_2026_05 TO olympus_app; ALTER TABLE core.orders_2026_05 DISABLE ROW LEVEL SECURITY',
    'REVOKE SELECT ON core.orders_2026_05 FROM olympus_app; ALTER TABLE core.orders_2026_05 ENABLE ROW LEVEL SECURITY',
  );
  assert.deepEqual(found, ['every visible row of core.orders_2026_05']);
});

test('a definer function that forgets the tenant is caught by the ids that it returns', async () => {
  const { rows } = await admin.query<{ sql: string }>(
    `SELECT pg_get_functiondef('core.search_products(text, integer)'::regprocedure) AS sql`,
  );
  const sql = rows[0]!.sql;
  const found = await leaking(sql.replace(/p\.organization_id = \w+ AND/, ''), sql);
  assert.deepEqual(found, ['products/search-function']);
});

test('users beyond the tenant are caught', async () => {
  const found = await leaking(
    'CREATE POLICY oops ON core.users FOR SELECT TO olympus_app USING (true)',
    'DROP POLICY oops ON core.users',
  );
  assert.ok(found.includes('every visible row of core.users'));
});

const bulk = async (catalogue: readonly Statement[]) =>
  bulkReads({
    apps: new Map([
      ['primary', [app]],
      ['other', [second]],
    ]),
    everything: admin,
    catalogue,
    tenants: setting.tenants,
    reads: 2000,
    seed: 3,
    signal: setting.signal,
    count() {},
  });
/** Three whose rows tell their tenant, and one of users, who belong to none. */
const loops = (): Statement[] => [
  ...setting.catalogue.filter(({ name }) =>
    /^products\/(listing|search-function)$|^orders\/recent$/.test(name),
  ),
  {
    ...setting.catalogue[0]!,
    name: 'test/user',
    sql: 'SELECT id FROM core.users WHERE id = $1',
    params: [{ name: 'id', source: 'member', column: 'user_id' }],
    sources: setting.catalogue.find(({ sources }) => sources.has('member'))!.sources,
  },
];

test('loops on the server read as often as asked, through every route, and see nothing foreign in the base', async () => {
  const { byStatement, via } = await bulk(loops());
  assert.equal(byStatement.length, 4);
  assert.equal(
    byStatement.reduce((sum, { reads }) => sum + reads, 0),
    2000,
  );
  assert.ok(via.primary! > 0 && via.other! > 0);
  for (const { statement, rows, foreignRows } of byStatement)
    assert.ok(rows > 0 && foreignRows === 0, statement);
});

test('loops on the server catch what the tenant, the id or the membership of a row gives away', async () => {
  const { rows } = await admin.query<{ sql: string }>(
    `SELECT pg_get_functiondef('core.search_products(text, integer)'::regprocedure) AS sql`,
  );
  const definer = rows[0]!.sql;
  await admin.query(`
    CREATE POLICY oops ON core.products FOR SELECT TO olympus_app USING (true);
    CREATE POLICY oops ON core.users FOR SELECT TO olympus_app USING (true);
    ${definer.replace(/p\.organization_id = \w+ AND/, '')}`);
  try {
    const { byStatement } = await bulk(loops());
    const found = byStatement.filter(({ foreignRows }) => foreignRows > 0).map(({ statement }) => statement);
    assert.deepEqual(found.toSorted(), ['products/listing', 'products/search-function', 'test/user']);
  } finally {
    await admin.query(`DROP POLICY oops ON core.products; DROP POLICY oops ON core.users; ${definer}`);
  }
});

/** Gives the ids of orders and nothing else: no index finds them. */
const orderIds = (): Statement => ({
  ...setting.catalogue.find(({ name }) => name === 'orders/recent')!,
  name: 'test/order-ids',
  sql: 'SELECT id FROM core.orders WHERE organization_id = $1 ORDER BY created_at DESC LIMIT 5',
});

/** How often `during` has the items of orders read whole, which no index by id finds. */
async function readings(during: () => Promise<void>): Promise<number> {
  const real = admin;
  let count = 0;
  const query = async (text: string, values?: readonly unknown[]) => {
    if (/JOIN core\."?order_items"? AS t ON t\.id/.test(text)) count++;
    return real.query(text, values);
  };
  admin = { ...real, query: query as Connection['query'] };
  try {
    await during();
  } finally {
    admin = real;
  }
  return count;
}

test('orders that only their ids give away are caught, and one reading a half tells whose they are', async () => {
  const search = setting.catalogue.find(({ name }) => name === 'products/search-function')!;
  const asked = [search, orderIds()];
  const own = (all: readonly { statement: string; rows: number; foreignRows: number }[]) =>
    all.find(({ statement }) => statement === 'test/order-ids')!;
  await admin.query('CREATE POLICY oops ON core.orders FOR SELECT TO olympus_app USING (true)');
  try {
    const read = await readings(async () => {
      for (const found of [own((await check(asked)).leaks.byStatement), own((await bulk(asked)).byStatement)])
        assert.ok(found.foreignRows > 0 && found.foreignRows < found.rows, JSON.stringify(found));
    });
    assert.equal(read, 2);
  } finally {
    await admin.query('DROP POLICY oops ON core.orders');
  }
  const found = own((await bulk(asked)).byStatement);
  assert.ok(found.rows > 0 && found.foreignRows === 0, JSON.stringify(found));
});

test('no table is read whole for ids that an index finds', async () => {
  const catalogue = loops().filter(({ name }) => name !== 'orders/recent');
  const read = await readings(async () => {
    const { leaks } = await check(catalogue);
    assert.ok(leaks.byStatement.some((each) => /search-function/.test(each.statement) && each.rows > 0));
    await bulk(catalogue);
  });
  assert.equal(read, 0);
});

test('outsiders are found among many tenants without members, and where there are none, a warning says so', async () => {
  const [first] = setting.tenants;
  const { rows: added } = await admin.query<{ id: string }>(`
    INSERT INTO core.organizations (name, slug) SELECT 'empty', 'empty-' || n FROM generate_series(1, 300) AS n
    RETURNING id`);
  const kinds = (await outsiders(admin, first!, 2, 3)).map(({ kind }) => kind);
  await admin.query('DELETE FROM core.organizations WHERE id = ANY ($1)', [added.map(({ id }) => id)]);
  assert.deepEqual(kinds, ['anonymous', 'member', 'stranger']);
  const { rows: out } = await admin.query<{ id: string }>(
    `UPDATE core.organization_members SET status = 'inactive'
     WHERE organization_id <> $1 AND status = 'active' RETURNING id`,
    [first!.id],
  );
  const { warnings } = await checkLeaks({
    ...{ app, everything: admin, catalogue: [], tenants: [first!], reads: 4, seed: 3 },
    signal: setting.signal,
  });
  await admin.query(`UPDATE core.organization_members SET status = 'active' WHERE id = ANY ($1)`, [
    out.map(({ id }) => id),
  ]);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['leak-without-stranger'],
  );
});

test('a statement that the application may not run is a warning, and the others are checked', async () => {
  const [first] = setting.catalogue;
  const secret: Statement = {
    ...first!,
    name: 'test/secret',
    sql: 'SELECT $1, $2, * FROM core.order_counters',
  };
  const { leaks, warnings } = await check([secret, first!]);
  assert.match(warnings[0]!.message, /test\/secret does not run/);
  assert.ok(leaks.byStatement.some(({ statement, rows }) => statement === first!.name && rows > 0));
});
