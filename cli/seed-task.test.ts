import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../config/fault.ts';
import { dataPlan } from './data-plan.ts';
import { type SeedOptions, seedTask } from './seed-task.ts';

const options = (given: Partial<SeedOptions> = {}): SeedOptions => ({
  scale: 'small',
  seed: '1',
  streams: '2',
  topology: 'local',
  image: 'olympus-bench:latest',
  ...given,
});
const refused = (given: Partial<SeedOptions>, message: RegExp) =>
  assert.throws(
    () => seedTask(options(given)),
    (fault) => fault instanceof Fault && fault.reason === 'usage' && message.test(fault.message),
  );

test('seed loads everything unless it is asked for one part, days, a check or a text', () => {
  assert.deepEqual(seedTask(options()), {
    kind: 'load',
    live: false,
    reload: false,
    shard: { index: 1, of: 1 },
  });
  assert.deepEqual(seedTask(options({ shard: '3/4' })), {
    kind: 'load',
    live: false,
    reload: false,
    shard: { index: 3, of: 4 },
  });
  assert.deepEqual(seedTask(options({ intoLive: true })), {
    ...{ kind: 'load', live: true, reload: false, shard: { index: 1, of: 1 } },
  });
  assert.deepEqual(seedTask(options({ append: '30d' })), { kind: 'append', days: 30 });
  assert.deepEqual(seedTask(options({ verify: true })), { kind: 'verify' });
  assert.deepEqual(seedTask(options({ explain: true })), { kind: 'explain', live: false });
  assert.deepEqual(seedTask(options({ render: 'k8s-job', shards: '8' })), { kind: 'render', shards: 8 });
});

test('shards that do not add up are refused', () => {
  for (const shard of ['0/4', '5/4', '1/0', '4', '1/4/2', 'a/b', '-1/4', '1.5/4', '1/1001'])
    refused({ shard }, /There is no shard/);
  refused({ render: 'k8s-job' }, /number of pods/);
  refused({ render: 'k8s-job', shards: '0' }, /--shards takes an integer/);
  refused({ shards: '4' }, /--shards says/);
});

test('days that are none, and two jobs at once, are refused', () => {
  for (const append of ['1', 'd', '0d', '367d', '1h', '-1d']) refused({ append }, /--append takes days/);
  refused({ append: '1d', verify: true }, /--append and --verify do not go together/);
  refused({ shard: '1/2', intoLive: true }, /--into-live and --shard do not go together/);
  refused({ verify: true, reload: true }, /--reload and --verify do not go together/);
});

test('counts stand in place of a scale, and what is left out follows from the tenants', () => {
  const { scale } = dataPlan(options({ tenants: '300', orders: '12' }));
  assert.deepEqual(
    { ...scale, name: '' },
    { name: '', tenants: 300, customers: 18_000, products: 15_000, orders: 12 },
  );
  assert.throws(() => dataPlan(options({ orders: '12' })), /--orders also needs the number of tenants/);
  assert.throws(() => dataPlan(options({ tenants: 'many' })), /tenants=many: not a whole number/);
});

test('millions of tenants need not bring sixty times as many people', () => {
  const { scale } = dataPlan(
    options({ tenants: '2000000', customersPerTenant: '1', products: '5000000', orders: '10000000' }),
  );
  assert.deepEqual(
    { ...scale, name: '' },
    { name: '', tenants: 2_000_000, customers: 2_000_000, products: 5_000_000, orders: 10_000_000 },
  );
  assert.throws(
    () => dataPlan(options({ customersPerTenant: '1' })),
    /--customers-per-tenant also needs the number of tenants/,
  );
  for (const customersPerTenant of ['0', '1.5', 'few', '-1', '1000001'])
    assert.throws(
      () => dataPlan(options({ tenants: '3', customersPerTenant })),
      /--customers-per-tenant takes an integer/,
    );
  assert.throws(() => dataPlan(options({ tenants: '2000000', customersPerTenant: '5000' })), /customers=1/);
});

test('a store shares what a whole load into a topology makes, and nothing else', () => {
  const store = 's3://bucket/prefix';
  assert.equal(seedTask(options({ store })).kind, 'load');
  for (const also of [{ shard: '1/2' }, { append: '1d' }, { verify: true }, { intoLive: true }])
    refused({ store, ...also }, /--store and --[a-z-]+ do not go together/);
  refused({ store, database: 'postgres://db.example.com/shop' }, /--store and --database/);
});

test('what is there is used as it is unless a scale, a count or a seed was typed', () => {
  const { scale: _, seed: __, ...untyped } = options();
  assert.deepEqual((({ scale, seed, typed }) => [scale.name, seed, typed])(dataPlan(untyped)), [
    'small',
    1,
    false,
  ]);
  for (const typed of [{ scale: 'tiny' }, { seed: '0' }, { tenants: '3' }])
    assert.equal(dataPlan({ ...untyped, ...typed }).typed, true, JSON.stringify(typed));
});
