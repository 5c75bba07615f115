import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Redis } from 'ioredis';
import { seconds } from '../../config/units.ts';
import { openCache } from '../../infra/services/cache.ts';
import type { CacheFigures } from '../../result/result.ts';
import type { ScratchSetting } from '../../test/scratch-setting.ts';
import { settingWith } from '../../test/services.ts';
import type { Setting } from '../measure.ts';
import { type Measured, runSuite } from '../suite.ts';
import { cache } from './cache.ts';
import { zipf } from './requests.ts';
import { singleFlight } from './stampede.ts';

let setting: ScratchSetting;
let all: CacheFigures[];
before(async () => {
  setting = await settingWith('cache', 'cacheCluster');
  all = (await cache.run({ ...setting, budget: { ...setting.budget, partTime: seconds(0.2) } })).cache!;
});
after(() => setting?.[Symbol.asyncDispose]());

const endpoints = ['cache', 'cacheCluster'] as const;
const rowsOf = <Kind extends CacheFigures['kind']>(kind: Kind, endpoint: string) =>
  all.filter(
    (each): each is Extract<CacheFigures, { kind: Kind }> => each.kind === kind && each.endpoint === endpoint,
  );

for (const endpoint of endpoints) {
  test(`${endpoint}: a cache spares the database calls and pages, and what it saved adds up`, () => {
    const [row] = rowsOf('aside', endpoint);
    assert.ok(row!.hitMs.samples > 0);
    assert.equal(row!.hitMs.samples + row!.missMs.samples, row!.requests);
    assert.equal(row!.databaseCalls, row!.missMs.samples);
    assert.ok(row!.buffersSavedPct! > 0 && row!.buffersPerRequestDirect! > 0);
  });

  test(`${endpoint}: 64 clients of an expired entry ask the database 64 times, or once with a single flight`, () => {
    const [none, single] = rowsOf('stampede', endpoint);
    assert.ok(none!.executionsPerExpiry > 1, `${none!.executionsPerExpiry} executions`);
    assert.equal(single!.executionsMax, 1);
  });

  test(`${endpoint}: a limit of requests holds by a script, and not by reading and then writing`, () => {
    const [naive, increment, script] = rowsOf('rate limit', endpoint);
    assert.ok(naive!.allowedMax > naive!.limit, `${naive!.allowedMax} allowed`);
    assert.deepEqual([script!.allowedMin, script!.allowedMax], [script!.limit, script!.limit]);
    assert.deepEqual([increment!.endless, script!.endless], [1, 0]);
  });

  test(`${endpoint}: nobody is given an old value for longer than the copy lives, and no message is lost`, () => {
    const [expiry, notified] = rowsOf('staleness', endpoint);
    assert.ok(expiry!.staleMs.max! > 0 && notified!.staleMs.max! > 0);
    assert.equal(rowsOf('pub/sub', endpoint)[0]!.lost, 0);
  });
}

test('nothing of it is left in the database, and every key has an end', async () => {
  const { rows } = await setting.scratch.admin.query("SELECT to_regclass('bench.cache_probe') AS probe");
  assert.deepEqual(rows, [{ probe: null }]);
  await using client = await openCache(setting.topology.get('cache').url('app'));
  const redis = client as Redis;
  const keys = await redis.keys('*');
  assert.ok(keys.length > 0);
  for (const key of keys) assert.ok((await redis.pttl(key)) > 0, `${key} lives for ever`);
});

test('a flight whose leader fails lets the next one compute', async () => {
  await using client = await openCache(setting.topology.get('cache').url('app'));
  let calls = 0;
  const compute = async () => {
    if (calls++ === 0) throw new Error('the database is away');
    await client.set('test:flight', 'answer', 'PX', 600_000);
    return 'answer';
  };
  const asked = await Promise.allSettled(
    [1, 2, 3].map(() => singleFlight({ client }, 'test:flight', compute, setting.signal)),
  );
  assert.deepEqual(asked.map((each) => (each.status === 'fulfilled' ? each.value : 'failed')).sort(), [
    'answer',
    'answer',
    'failed',
  ]);
  assert.equal(calls, 2);
});

test('requests follow the law of 1/k, and the same seed asks the same', () => {
  const counts = [0, 0, 0, 0];
  const next = zipf(4, 7);
  for (let i = 0; i < 25_000; i++) counts[next()]!++;
  const shares = counts.map((each) => each / 25_000);
  for (const [place, share] of shares.entries()) {
    const expected = 1 / (place + 1) / (1 + 1 / 2 + 1 / 3 + 1 / 4);
    assert.ok(Math.abs(share - expected) < 0.02, `place ${place}: ${share}, expected ${expected}`);
  }
  const [a, b] = [zipf(50, 3), zipf(50, 3)];
  assert.deepEqual(Array.from({ length: 20 }, a), Array.from({ length: 20 }, b));
});

/** The last test: nothing of the services is there afterwards. */
test('a store that is killed in mid-measure is named, and what was measured of it until then stays', async () => {
  const store = setting.topology.get('cache');
  let killed = false;
  const killing: Setting = {
    ...setting,
    budget: { ...setting.budget, partTime: seconds(0.2) },
    progress: {
      ...setting.progress,
      count: () => {
        if (!killed) process.kill(store.pid!, 'SIGKILL'); // the first figures are there
        killed = true;
      },
    },
  };
  const all: Measured[] = [];
  for await (const each of runSuite([cache], killing)) all.push(each);
  const [{ skipped, warnings, sections }] = all as [Measured];
  assert.ok(sections.cache!.length > 0);
  assert.match(skipped[0]!.why, /cache ended, signal 9 \(SIGKILL\), \d+\.\d s into cache/);
  assert.doesNotMatch(skipped[0]!.how, /report it/);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['part-ended', 'cache-failed'],
  );
});
