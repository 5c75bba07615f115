import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveScale } from '../scales.ts';
import { World } from '../world.ts';
import { Pace, rateText } from './pace.ts';
import { tasksOf } from './streams.ts';
import { allWork } from './work.ts';

const works = allWork(new World(1, resolveScale('tenants=4,orders=100000')));
const [, , products, orders] = works as [never, never, (typeof works)[0], (typeof works)[0]];

test('each table that fills says its share, its rates while it is copied, and the seconds that are left', () => {
  const pace = new Pace(tasksOf(works), 2);
  assert.deepEqual(pace.lines(), []);
  assert.equal(orders.units, 7);
  for (let unit = 0; unit < 2; unit++)
    pace.loaded(orders, 4000, {
      'core.orders': { rows: 16_384, bytes: 11_000_000, ms: 1000 },
      'core.order_items': { rows: 46_000, bytes: 12_000_000, ms: 2000 },
    });
  // Five units of 4 s each are left, two at once.
  assert.deepEqual(pace.lines(), [
    'core.orders: 29 %, 32,768 rows/s, 22.0 MB/s, 10 s left',
    'core.order_items: 29 %, 46,000 rows/s, 12.0 MB/s, 10 s left',
  ]);
});

test('a table that is full is not spoken of, and one that takes no time has no rate', () => {
  const pace = new Pace(tasksOf(works), 1);
  for (let unit = 0; unit < products.units; unit++) pace.loaded(products, 1, {});
  assert.deepEqual(pace.lines(), []);
  assert.equal(rateText({ rows: 1200, bytes: 1, ms: 0 }, 2), '1,200 rows');
});
