import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { resolveScale } from '../../generators/scales.ts';
import { connect } from '../../infra/topology/session.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { measureGrowth, partOf } from './growth.ts';
import { headroom } from './headroom.ts';
import { bestPool } from './scalability.ts';
import { sharedCores } from './sharing.ts';
import { measureStorage } from './storage.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
});
after(() => setting[Symbol.asyncDispose]());

/** Asked on a session of its own: a copy ends those that were open. */
async function ask(sql: string): Promise<string[]> {
  await using session = await connect(setting.scratch.url, 'olympus-test');
  return (await session.query<{ value: string }>(sql)).rows.map(({ value }) => value);
}
/** Copies and other sizes that were made for a question; other tests have databases of their own. */
const leftovers = () =>
  ask(
    `SELECT datname AS value FROM pg_database WHERE starts_with(datname, 'olympus_capacity_size') OR starts_with(datname, '${setting.database}_growth')`,
  );
const orders = () => ask('SELECT count(*)::text AS value FROM core.orders');

test('a week of business appended to a copy tells what a day takes; the data set itself stays', async () => {
  const had = await orders();
  const limit = 1e12;
  const found = await measureStorage(setting, [limit]);
  assert.equal(found.days, 7);
  assert.ok(found.ordersPerDay > 0);
  assert.ok(found.walBytesPerDay.value > 0 && found.bytesNow > 1e6);
  assert.ok(
    found.bytesPerDay.low <= found.bytesPerDay.value && found.bytesPerDay.value <= found.bytesPerDay.high,
  );
  assert.equal(found.limits[0]!.limit, limit);
  assert.deepEqual(await orders(), had);
  assert.deepEqual(await leftovers(), []);
});

test('a scan of all rows of a tenant grows with the data, a lookup by key does not', async () => {
  const catalogue = setting.catalogue.filter(({ name }) =>
    ['orders/by-id', 'products/search'].includes(name),
  );
  const { sizes, statements } = await measureGrowth({ ...setting, catalogue }, resolveScale('tiny'), [
    1 / 4,
    1 / 2,
    1,
  ]);
  assert.equal(sizes.length, 3);
  const of = (name: string) =>
    statements.find((row) => row.statement === name && row.tenantClass === 'whale')!;
  assert.ok(
    of('orders/by-id').buffers.every((pages) => pages! <= 10),
    JSON.stringify(of('orders/by-id')),
  );
  assert.ok(of('products/search').exponent! > 0.5, JSON.stringify(of('products/search')));
  assert.deepEqual(await leftovers(), []);
});

test('the best pool is the smallest that is nearly as fast as the fastest', () => {
  const medians = [1, 2, 4, 8].map((connections) => ({
    connections,
    throughput: connections === 8 ? 401 : connections * 100,
  }));
  assert.deepEqual(bestPool(medians), { connections: 4, throughput: 400 });
});

test('a size keeps its tenants; headroom without what the user knows says what to tell', () => {
  const tiny = resolveScale('tiny');
  const half = partOf(tiny, 0.5);
  assert.deepEqual([half.tenants, half.orders], [tiny.tenants, tiny.orders / 2]);
  const maximum = { rate: 100, low: 90, high: 110, why: '', probes: [], saturation: null };
  const [unknown] = headroom({ maximum, storage: null }, {});
  assert.deepEqual([unknown!.leftPct, /--current-rate/.test(unknown!.why)], [null, true]);
  assert.equal(headroom({ maximum, storage: null }, { currentRate: 45 })[0]!.leftPct, 50);
});

test("a generator on the server's cores is told, on another machine or next to idle it is not", () => {
  const load = (generator: number, busyPct: number, server: number | undefined) =>
    sharedCores({
      report: { cores: 2, usage: { cpuSeconds: generator, wallSeconds: 1 } as never },
      host: {
        busyPct,
        processes: server === undefined ? {} : { server: { cpuSeconds: server, cores: server } },
      },
    });
  assert.match(load(0.8, 97, 1.1)!, /of 2 cores it took 0\.80, the server 1\.10.* 97 % busy: .*the pair/);
  assert.doesNotMatch(load(0.3, 40, 0.4)!, /limit of the pair/);
  assert.deepEqual([load(0.8, 97, undefined), load(0.05, 97, 1.9)], [null, null]);
});
