import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { migrate } from '../migrations/runner.ts';
import { testDatabase } from '../test/server.ts';
import { Assortment } from './assortment.ts';
import { dimensions, ProductEmbeddings } from './embeddings.ts';
import { resolveScale } from './scales.ts';
import { seed } from './seed.ts';
import { World } from './world.ts';

const scale = resolveScale('tenants=5,customers=20,products=400,orders=40');
const world = new World(42, scale);
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

test('an embedding is a function of seed and product, whatever was asked before', () => {
  const all = [...new ProductEmbeddings(world)];
  assert.equal(all.length, scale.products);
  assert.deepEqual(new ProductEmbeddings(world).at(123), all[123]);
  assert.notDeepEqual(new ProductEmbeddings(new World(43, scale)).at(123).vector, all[123]!.vector);
  for (const { vector } of all) {
    assert.equal(vector.length, dimensions);
    assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-5);
  }
});

test('products of one noun are nearer to each other than to others, and no two are the same', () => {
  const assortment = new Assortment(world);
  const products = [...new ProductEmbeddings(world)].map(({ vector }, number) => ({
    vector,
    noun: assortment.product(number, Assortment.blank()).noun,
  }));
  const sums = { same: [0, 0], other: [0, 0] };
  for (const [i, a] of products.entries())
    for (const b of products.slice(i + 1)) {
      const near = cosine(a.vector, b.vector);
      assert.ok(near < 0.9999);
      const pair = sums[a.noun === b.noun ? 'same' : 'other'];
      pair[0]! += near;
      pair[1]!++;
    }
  const [same, other] = [sums.same[0]! / sums.same[1]!, sums.other[0]! / sums.other[1]!];
  assert.ok(same > 0.4 && other < 0.2, `mean cosine of one noun ${same}, of two ${other}`);
});

test('their identifiers are those of the rows in the database, tenant and all', async () => {
  await using database = await testDatabase('l_embed');
  await migrate(database.admin);
  await seed(() => connect(database.url), { scale, seed: 42 });
  const { rows } = await database.admin.query(
    'SELECT id, organization_id AS organization FROM core.products ORDER BY id',
  );
  const expected = [...new ProductEmbeddings(world)]
    .map(({ id, organization }) => ({ id, organization }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  assert.deepEqual(rows, expected);
});
