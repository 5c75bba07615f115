import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Progress, silent } from '../../config/progress.ts';
import { testCache } from '../../test/local-cache.ts';
import { patience } from '../../test/patience.ts';
import { type ObjectStore, openStore } from '../services/object-store.ts';
import { placeOf } from '../services/place.ts';
import { listFolders } from '../services/stored-folder.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { hasVersitygw } from '../setup/versitygw.ts';
import { connect } from '../topology/session.ts';
import type { Topology } from '../topology/topology.ts';
import { entryFolder } from './kept.ts';
import { startLocal } from './local.ts';

const skip =
  hasVersitygw(cacheFolder()) || process.env.CI
    ? false
    : 'the S3 gateway is not built; `./olympus bench --only objects` or CI=1 builds it';

/** Two machines: a cache each, and one store. */
const [here, there] = [await testCache(), await testCache()];
let gateway: Topology;
let store: ObjectStore;
before(async () => {
  if (skip) return;
  gateway = await startLocal({
    name: 'test_shared',
    parts: ['objects'],
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
  const { origin, user, secret, path } = placeOf(gateway.get('objects').url('app'));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: secret });
  store = openStore(`s3://${path}/ci`, { endpoint: origin });
});
after(async () => {
  store?.[Symbol.dispose]();
  await gateway?.[Symbol.asyncDispose]();
  for (const each of [here, there]) each[Symbol.dispose]();
});

const start = (cache: typeof here, shared: ObjectStore, progress: Progress = silent) =>
  startLocal(cache.options({ parts: ['primary'], kept: async () => 'shared1', shared, progress }));

test('what one machine keeps another one starts from, with passwords of its own', { skip }, async () => {
  {
    await using made = await start(here, store);
    await using admin = await connect(made.get('primary').url('admin'));
    await admin.query('CREATE TABLE kept AS SELECT 7 AS mark');
    await made.keep!({ label: 'scale test, seed 1', digest: '42' });
  }
  assert.deepEqual(await listFolders(store, 'datasets/'), ['datasets/shared1']);
  assert.ok(!existsSync(entryFolder(there.cache, 'shared1')));
  await using fetched = await start(there, store);
  await using admin = await connect(fetched.get('primary').url('admin'));
  assert.deepEqual((await admin.query('SELECT mark FROM kept')).rows, [{ mark: 7 }]);
  assert.equal(fetched.keep, undefined, 'it started from kept data');
  assert.ok(existsSync(entryFolder(there.cache, 'shared1')));
});

test('a store that cannot be reached is a warning: the data are made here', { skip }, async () => {
  const warnings: string[] = [];
  const noted = { ...silent, warn: (text: string) => void warnings.push(text) };
  using nowhere = openStore('s3://olympus/ci', { endpoint: 'http://127.0.0.1:1' });
  const empty = await testCache();
  try {
    await using topology = await start(empty, nowhere, noted);
    assert.ok(topology.keep);
    assert.match(warnings.join(), /could not be fetched and is made here/);
  } finally {
    empty[Symbol.dispose]();
  }
});
