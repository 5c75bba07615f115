import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { transaction } from '../infra/topology/session.ts';
import { identityOf, underIdentity } from '../scenarios/identity.ts';
import type { Statement } from '../scenarios/statement.ts';
import {
  type Access,
  type Asked,
  accessOf,
  askAll,
  claimsOf,
  indexesOf,
  keysNamed,
  replaceableOf,
  unservedOf,
  unusedOf,
} from './catalogue-indexes.ts';
import { type ScratchSetting, scratchSetting } from './scratch-setting.ts';

/** EXPLAIN does not show what a function reads; "a function that searches" looks at this one. */
const throughFunction = 'products/search-function';

let setting: ScratchSetting;
let asked: Asked;
let accesses: Access[];
const ask = async (statements: readonly Statement[]) =>
  askAll(setting.scratch.admin, statements, setting.tenants);

before(async () => {
  setting = await scratchSetting();
  const { admin } = setting.scratch;
  const fixture = await readFile(join(import.meta.dirname, 'fixtures/lived-in.sql'), 'utf8');
  await transaction(admin, () => admin.query(fixture));
  asked = await ask(setting.catalogue);
  accesses = await accessOf(admin, asked);
});
after(() => setting[Symbol.asyncDispose]());

test('every index is used by a statement of the catalogue, guards, or serves a foreign key that its comment names', async () => {
  assert.equal(accesses.length, setting.catalogue.length); // each could be asked
  const indexes = await indexesOf(setting.scratch.admin);
  assert.ok(indexes.length > 60);
  assert.deepEqual(unusedOf(indexes, accesses), []);
});

test('every read is served by an index on each table that it reads', () => {
  assert.deepEqual(unservedOf(accesses), [throughFunction]);
});

test('a function that searches reads the index of the search', async () => {
  const { admin } = setting.scratch;
  const { statement, tenant, draw } = asked.find(({ statement }) => statement.name === throughFunction)!;
  const scans = async () => {
    const { rows } = await admin.query<{ n: string }>(
      `SELECT pg_stat_get_xact_numscans('core.idx_products_search'::regclass) AS n`,
    );
    return Number(rows[0]!.n);
  };
  const more = await underIdentity(admin, identityOf(tenant), async () => {
    const before = await scans();
    await admin.query('SET LOCAL enable_seqscan = off');
    await admin.query(statement.sql, draw);
    return (await scans()) - before;
  });
  assert.ok(more > 0);
});

test('what comments say is so: the statements exist, each can be served by the index alone, and keys begin it', async () => {
  const { admin } = setting.scratch;
  const wrong: string[] = [];
  for (const index of await indexesOf(admin)) {
    for (const key of keysNamed(index).filter((key) => !index.foreignKeys.includes(key)))
      wrong.push(`${index.name} does not begin with ${key}`);
    const claims = claimsOf(index).filter((name) => name !== throughFunction);
    const claimed = claims.map((name) => asked.find(({ statement }) => statement.name === name));
    for (const [i, found] of claimed.entries())
      if (!found) wrong.push(`${index.name} serves ${claims[i]}, which there is not`);
    for (const { statement, indexes } of await accessOf(
      admin,
      claimed.filter((each) => each !== undefined),
      index.name,
    ))
      if (!indexes.has(index.name)) wrong.push(`${index.name} cannot serve ${statement.name}`);
  }
  assert.deepEqual(wrong, []);
});

test('an index that nothing needs is found, whatever its comment says', async () => {
  const { admin } = setting.scratch;
  await admin.query(`CREATE INDEX oops ON core.orders (customer_phone)`);
  await admin.query(
    `COMMENT ON INDEX core.oops IS 'serves orders/recent and the foreign key orders_user_id_fkey'`,
  );
  try {
    const orders = asked.filter(({ statement }) => statement.sql.includes('core.orders'));
    const again = [...accesses, ...(await accessOf(admin, orders))];
    assert.deepEqual(unusedOf(await indexesOf(admin), again), ['core.oops']);
  } finally {
    await admin.query('DROP INDEX core.oops');
  }
});

test('no index is used by chance, because another one costs the same', async () => {
  const { admin } = setting.scratch;
  // All categories of a tenant lie in one page here, so every index that finds the tenant costs the same.
  const tied = 'core.idx_categories_path';
  const replaceable = await replaceableOf(admin, await indexesOf(admin), accesses, asked);
  assert.deepEqual(
    replaceable.filter((index) => index !== tied),
    [],
  );
});

test('an index that a plan uses on a tie of costs is found', async () => {
  const { admin } = setting.scratch;
  await admin.query('CREATE INDEX oops ON core.product_variants (organization_id, product_id, position)');
  try {
    const own = asked.filter(({ statement }) => statement.sql.includes('core.product_variants'));
    const again = await accessOf(admin, own);
    const twins = (await indexesOf(admin)).filter(({ name }) =>
      /^core\.(oops|idx_variants_product)$/.test(name),
    );
    const used = twins.filter(({ name }) => again.some(({ indexes }) => indexes.has(name)));
    assert.ok(used.length > 0);
    const free = twins.map((index) => ({ ...index, comment: '' }));
    assert.deepEqual(
      await replaceableOf(admin, free, again, own),
      used.map(({ name }) => name),
    );
  } finally {
    await admin.query('DROP INDEX core.oops');
  }
});

test('a statement that no index serves is found', async () => {
  const sample = setting.catalogue.find(({ name }) => name === 'users/newest')!;
  const oops: Statement = {
    ...sample,
    name: 'users/oops',
    sql: `SELECT id, full_name FROM core.users WHERE phone = '1'`,
  };
  assert.deepEqual(unservedOf(await accessOf(setting.scratch.admin, await ask([sample, oops]))), [
    'users/oops',
  ]);
});

test('the dashboard has numbers as soon as the data are there', async () => {
  const { rows } = await setting.scratch.admin.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM cache.organization_metrics',
  );
  assert.ok(rows[0]!.n > 0);
});
