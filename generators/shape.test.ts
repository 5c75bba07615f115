import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, migrated } from '../test/migrated.ts';
import { drawPictures } from './pictures.ts';
import { seed } from './seed.ts';
import { verifyDataset } from './verify.ts';

let empty: Awaited<ReturnType<typeof migrated>>;
/** Enough products for shares to mean something. */
let filled: Database;
before(async () => {
  empty = await migrated();
  filled = await empty.copy();
  await seed(filled.open, { scale: 'tenants=12,customers=200,products=5000,orders=4000', seed: 7 });
});
after(async () => {
  await filled?.[Symbol.asyncDispose]();
  await empty?.[Symbol.asyncDispose]();
});

test('words follow Zipf’s law and values are as selective as is said, and --verify notices when they are not', async () => {
  assert.deepEqual(await verifyDataset(filled.admin), []);
  await using session = await filled.open();
  const changed = async (change: string, finding: RegExp) => {
    await session.query(`BEGIN; SET LOCAL session_replication_role = replica; ${change}`);
    const findings = await verifyDataset(session);
    await session.query('ROLLBACK');
    assert.match(findings.join('\n'), finding);
  };
  await changed(
    `UPDATE core.products SET metadata = metadata || '{"featured": true}', tags = tags || '{same}'`,
    /100 % products with metadata @> \{"featured": true\}, 3 % to 5 %[\s\S]*100 % products with the most frequent tag/,
  );
  await changed(
    `UPDATE core.products SET description = 'one', short_description = 'two'`,
    /with the word of rank 10,/,
  );
});

test('a few products make most sales, prices change, and orders come in several currencies', async () => {
  const { rows } = await filled.admin.query(`
    WITH sold AS (
      SELECT product_id, sum(quantity) AS pieces FROM core.order_items i
      WHERE organization_id = (SELECT id FROM core.organizations WHERE slug = 'titan-retail') GROUP BY 1
    ), offered AS (
      SELECT count(*) AS products FROM core.products
      WHERE organization_id = (SELECT id FROM core.organizations WHERE slug = 'titan-retail')
    )
    SELECT
      (SELECT sum(pieces) FROM (SELECT pieces FROM sold ORDER BY 1 DESC LIMIT (SELECT products / 10 FROM offered)) top)::float
        / (SELECT sum(pieces) FROM sold) AS top_tenth,
      (SELECT avg((i.unit_price_cents < p.price_cents)::int) FROM core.order_items i
         JOIN core.products p ON p.id = i.product_id WHERE i.variant_id IS NULL)::float AS cheaper_then,
      (SELECT count(DISTINCT currency) FROM core.orders)::int AS currencies,
      (SELECT max(depth) FROM core.categories) AS depth`);
  const [{ top_tenth, cheaper_then, currencies, depth }] = rows as [Record<string, number>];
  assert.ok(top_tenth! > 0.4, `the most sold tenth makes ${top_tenth} of the whale's sales`);
  assert.ok(cheaper_then! > 0.05 && cheaper_then! < 0.25, `${cheaper_then} of the items were cheaper`);
  assert.ok(currencies! >= 2 && depth! >= 2, `${currencies} currencies, ${depth} levels`);
});

test('the pictures show what is in the database: one curve each, with a title and its axes', async () => {
  const pictures = await drawPictures(filled.admin);
  assert.deepEqual([...pictures.keys()], ['tenants', 'days', 'hours', 'popularity', 'words', 'prices']);
  for (const [name, svg] of pictures) {
    assert.match(
      svg,
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 560 240"[\s\S]*<\/svg>\n$/,
      name,
    );
    assert.equal(svg.match(/<title>/g)?.length, 1, name);
    const points = /<polyline points="([^"]+)"/.exec(svg)![1]!.split(' ');
    assert.ok(points.length >= 8, `${name} has ${points.length} points`);
    for (const point of points) {
      const [x, y] = point.split(',').map(Number) as [number, number];
      assert.ok(x >= 56 && x <= 544 && y >= 30 && y <= 200, `${name}: ${point} lies outside`);
    }
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, name);
  }
  const heights = (name: string) =>
    /<polyline points="([^"]+)"/
      .exec(pictures.get(name)!)![1]!
      .split(' ')
      .map((point) => Number(point.split(',')[1]));
  const falls = (name: string) => heights(name).every((y, n, all) => n === 0 || y >= all[n - 1]!);
  assert.ok(falls('tenants') && falls('popularity') && falls('words'), 'a curve by rank never rises');
  const hours = heights('hours');
  assert.equal(hours.length, 24);
  assert.ok(hours[20]! < hours[4]!, 'evenings are busier than nights');
});
