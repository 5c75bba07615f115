import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import type { ScratchSetting } from '../../test/scratch-setting.ts';
import { settingWith } from '../../test/services.ts';
import { nearest, recall } from './exact.ts';
import { embedProducts, type Products } from './products.ts';
import { openQdrant } from './qdrant.ts';
import { drawQueries } from './queries.ts';
import { textSearches } from './text.ts';

let setting: ScratchSetting;
let products: Products;
before(async () => {
  setting = await settingWith('vector');
  await using admin = await connect(setting.scratch.url);
  products = await embedProducts(admin, 400, setting.signal);
});
after(() => setting?.[Symbol.asyncDispose]());

test('the embedded products are products of the database, with their tenants', async () => {
  assert.ok(products.ids.length > 350, `${products.ids.length} of about 400`);
  const { rows } = await setting.scratch.admin.query<{ id: string; organization_id: string }>(
    'SELECT id, organization_id FROM core.products WHERE id = ANY($1)',
    [products.ids],
  );
  const tenants = new Map(rows.map((row) => [row.id, row.organization_id]));
  assert.equal(tenants.size, products.ids.length);
  for (const [i, id] of products.ids.entries()) assert.equal(tenants.get(id), products.organizations[i]);
});

test('the graph finds what comparing with every product finds, of all and of one tenant', async () => {
  await using engine = await openQdrant(setting.topology.get('vector'), setting.signal);
  await engine.load(products);
  assert.equal(await engine.build(), products.ids.length);
  for (const organization of [null, setting.tenants[0]!.id]) {
    const accept = (index: number) => organization === null || products.organizations[index] === organization;
    const queries = drawQueries(products, 20, 1, accept);
    const found = await Promise.all(queries.map(({ vector }) => engine.search(vector, 128, organization)));
    const recalls = queries.map(({ vector }, i) => recall(nearest(products, vector, 10, accept), found[i]!)!);
    const mean = recalls.reduce((sum, each) => sum + each, 0) / recalls.length;
    assert.ok(mean > 0.95, `recall ${mean} of ${organization}`);
    const tenantOf = new Map(products.ids.map((id, i) => [id, products.organizations[i]]));
    if (organization) for (const id of found.flat()) assert.equal(tenantOf.get(id), organization);
  }
});

test('a wrong key is refused by the vector store', async () => {
  const url = new URL(setting.topology.get('vector').url('app'));
  url.password = 'wrong';
  const endpoint = { ...setting.topology.get('vector'), url: () => url.href };
  await assert.rejects(openQdrant(endpoint, setting.signal), /Unauthorized/);
});

test('words of the same intents find some of the nearest products', async () => {
  const ofWhale = (index: number) => products.organizations[index] === setting.tenants[0]!.id;
  const rows = await textSearches(setting, { ...products, share: 1 }, drawQueries(products, 10, 1, ofWhale));
  assert.deepEqual(
    rows.map(({ method, answered }) => [method, answered]),
    [
      ['trigram', 10],
      ['full text', 10],
    ],
  );
  for (const { overlapAt10, method } of rows)
    assert.ok(overlapAt10! > 0.05 && overlapAt10! < 1, `${method}: ${overlapAt10}`);
});

test('exact search keeps the best, in their order', () => {
  const vectors = new Float32Array(3 * 128);
  for (const [i, x] of [0.1, 0.9, 0.5].entries()) vectors[i * 128] = x;
  const some = { ids: ['a', 'b', 'c'], organizations: ['x', 'y', 'x'], vectors, share: 1 };
  const query = [1, ...Array.from({ length: 127 }, () => 0)];
  assert.deepEqual(nearest(some, query, 2), ['b', 'c']);
  assert.deepEqual(nearest(some, query, 5), ['b', 'c', 'a']);
  assert.deepEqual(
    nearest(some, query, 2, (i) => i !== 1),
    ['c', 'a'],
  );
  assert.equal(recall(['b', 'c'], ['c', 'd']), 0.5);
  assert.equal(recall([], ['c']), null);
});
