import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Setting } from '../../bench/measure.ts';
import { objects as objectsMeasure } from '../../bench/objects/objects.ts';
import { silent } from '../../config/progress.ts';
import { fetchRun, storedRuns, storeRun } from '../../reports/run-store.ts';
import { patience } from '../../test/patience.ts';
import { startLocal } from '../local/local.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { hasVersitygw } from '../setup/versitygw.ts';
import type { Topology } from '../topology/topology.ts';
import { type ObjectStore, openStore, partBytes } from './object-store.ts';
import { openObjects } from './objects.ts';
import { placeOf } from './place.ts';
import { getFolder, listFolders, putFolder } from './stored-folder.ts';

/** Building the gateway takes minutes: done on a CI machine, which is told so, and where it was built before. */
const skip =
  hasVersitygw(cacheFolder()) || process.env.CI
    ? false
    : 'the S3 gateway is not built; `./olympus bench --only objects` or CI=1 builds it';

const folder = mkdtempSync(join(tmpdir(), 'olympus-store-'));
let topology: Topology;
const stores: ObjectStore[] = [];
/** Another client, as another machine has one. */
const open = (prefix: string) => {
  const { origin, path } = placeOf(topology.get('objects').url('app'));
  const store = openStore(`s3://${path}/${prefix}`, { endpoint: origin });
  stores.push(store);
  return store;
};
before(async () => {
  if (skip) return;
  const parts = ['objects'] as const;
  const signal = patience();
  topology = await startLocal({ name: 'test_objects', parts, lifetime: 'tied', progress: silent, signal });
  const { user, secret } = placeOf(topology.get('objects').url('app'));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: secret });
});
after(async () => {
  for (const store of stores) store[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  await topology?.[Symbol.asyncDispose]();
});

function folderOf(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

test('of two writers of one name at once one is told that it wrote, and its object stays', {
  skip,
}, async () => {
  for (let round = 0; round < 10; round++) {
    const bodies = [0, 1, 2].map((writer) => Buffer.from(`writer ${writer} of round ${round}`));
    const wrote = await Promise.all(
      bodies.map((body) => open('race').put(`night-${round}`, body, { once: true })),
    );
    assert.equal(wrote.filter(Boolean).length, 1, `round ${round}: ${wrote}`);
    assert.deepEqual(await open('race').get(`night-${round}`), bodies[wrote.indexOf(true)]);
  }
});

test('two nights that store different runs under one id do not mix: one is whole, the other refused', {
  skip,
}, async () => {
  const id = '20261123-014205-337-nightly-9f3a';
  const nights = [1, 2].map((night) =>
    folderOf(`night${night}/${id}`, {
      'result.json': `{"night":${night}}`,
      'raw/a.json': `[${night}]`,
      'same.txt': 'same',
    }),
  );
  const outcomes = await Promise.allSettled(nights.map((night) => storeRun(open('nights'), night)));
  const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const refusal = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  assert.match(refusal.reason.message, /holds another runs\/.* already; it was not overwritten/);
  const root = join(folder, 'elsewhere');
  assert.equal(await fetchRun(open('nights'), root, 'latest'), id);
  assert.equal(readFileSync(join(root, id, 'result.json'), 'utf8'), `{"night":${won + 1}}`);
  assert.equal(readFileSync(join(root, id, 'raw/a.json'), 'utf8'), `[${won + 1}]`);
  assert.equal(await storeRun(open('nights'), nights[won]!), false, 'the same run again is no fault');
  assert.deepEqual(await storedRuns(open('nights')), [id]);
  await assert.rejects(fetchRun(open('nights'), root, 'nonsense'), { reason: 'usage' });
});

test('a large file goes in parts and comes back byte for byte', { skip }, async () => {
  const content = randomBytes(2 * partBytes + 12_345);
  await putFolder(open('large'), 'datasets/a', folderOf('large', { 'data.tar': content, empty: '' }));
  await getFolder(open('large'), 'datasets/a', join(folder, 'large-again'));
  assert.ok(readFileSync(join(folder, 'large-again', 'data.tar')).equals(content));
  assert.deepEqual(readdirSync(join(folder, 'large-again')).sort(), ['data.tar', 'empty']);
  assert.deepEqual(await listFolders(open('large'), 'datasets/'), ['datasets/a']);
});

test('an object that is not what was stored is found, and nothing is left of the fetch', {
  skip,
}, async () => {
  const store = open('damaged');
  await putFolder(store, 'runs/a', folderOf('damaged', { 'result.json': 'the truth' }));
  const blob = (await store.list('blobs/'))[0]!;
  using objects = openObjects(topology.get('objects').url('app'));
  const sha256 = blob.split('/').at(-1)!;
  await objects.client.send(
    new PutObjectCommand({
      Bucket: objects.bucket,
      Key: `damaged/${blob}`,
      Body: 'a lie',
      Metadata: { sha256 },
    }),
  );
  await assert.rejects(getFolder(store, 'runs/a', join(folder, 'fetched')), /is damaged: its SHA-256 is/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('fetched')),
    [],
  );
});

test('a store cannot write outside the folder that it is fetched to', { skip }, async () => {
  const store = open('outside');
  const files = [{ path: '../escaped', bytes: 1, sha256: '00' }];
  await store.put('runs/a.json', Buffer.from(JSON.stringify({ format: 1, files })));
  await assert.rejects(getFolder(store, 'runs/a', join(folder, 'inner/a')), /no path below its folder/);
});

test('the measure proves every transfer, and accepts one writer of a key', { skip }, async () => {
  const setting = { topology, signal: new AbortController().signal } as Setting;
  const { objects: rows } = await objectsMeasure.run(setting);
  assert.deepEqual(
    rows!.map((row) =>
      row.kind === 'transfer' ? [row.parts, row.verified] : [row.acceptedMax, row.overwritten],
    ),
    [
      [1, true],
      [1, true],
      [7, true],
      [1, 0],
    ],
  );
});

test('a store that is not there, wrong keys and a wrong name say what to do', { skip }, async () => {
  await assert.rejects(open('nothing').get('runs/a.json'), {
    reason: 'component',
    message: /has no runs\/a.json/,
  });
  const { path } = placeOf(topology.get('objects').url('app'));
  using nowhere = openStore(`s3://${path}/x`, { endpoint: 'http://127.0.0.1:1' });
  await assert.rejects(nowhere.list(''), { reason: 'component' });
  assert.throws(() => openStore('bucket/prefix'), { reason: 'usage', next: /s3:\/\/bucket/ });
});
