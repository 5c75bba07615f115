import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silent } from '../config/progress.ts';
import { readAcceptances, writeAcceptance } from '../history/acceptances.ts';
import { shareAcceptances } from '../history/shared-acceptances.ts';
import { startLocal } from '../infra/local/local.ts';
import { openStore } from '../infra/services/object-store.ts';
import { placeOf } from '../infra/services/place.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import { hasVersitygw } from '../infra/setup/versitygw.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { exampleResult } from '../reports/fixture.ts';
import { createRun } from '../reports/run-directory.ts';
import { storeRun } from '../reports/run-store.ts';
import { olympus } from './olympus.ts';
import { patience } from './patience.ts';

const skip =
  hasVersitygw(cacheFolder()) || process.env.CI
    ? false
    : 'the S3 gateway is not built; `./olympus bench --only objects` or CI=1 builds it';

const folder = mkdtempSync(join(tmpdir(), 'olympus-stored-'));
let gateway: Topology;
let environment: Record<string, string>;
let endpoint: string;
/** Charts take most of the time of a report. */
const unpictured = { pagination: [], replication: [], load: [], rls: null };
const ids: string[] = [];
before(async () => {
  if (skip) return;
  gateway = await startLocal({
    name: 'test_store',
    parts: ['objects'],
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
  const { origin, user, secret } = placeOf(gateway.get('objects').url('app'));
  environment = { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: secret };
  Object.assign(process.env, environment);
  endpoint = origin;
  using store = openStore('s3://olympus/ci', { endpoint });
  for (const suite of ['smoke', 'quick']) {
    await using run = await createRun(join(folder, 'made'), {
      ...{ kind: 'bench' as const, suite, command: './olympus bench' },
    });
    await run.finish(exampleResult({ run: { ...exampleResult().run, ...run.facts }, ...unpictured }));
    assert.equal(await storeRun(store, run.directory), true);
    ids.push(run.facts.id);
  }
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await gateway?.[Symbol.asyncDispose]();
});

const run = (...args: string[]) => olympus([...args, '--store-endpoint', endpoint], { environment });

test('report --store fetches the newest run of another machine and renders it', { skip }, async () => {
  const out = join(folder, 'report');
  const { code, stdout, stderr } = await run('report', 'latest', '--store', 's3://olympus/ci', '--out', out);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Suite \*\*quick\*\*/);
  assert.deepEqual(readdirSync(out), [ids[1]]);
});

test('history import takes every run of a bucket once', { skip }, async () => {
  const out = join(folder, 'history');
  const first = await run('history', 'import', 's3://olympus/ci', '--out', out);
  assert.match(first.stdout, /2 runs imported, 0 were there already/, first.stderr);
  const again = await run('history', 'import', 's3://olympus/ci', '--out', out);
  assert.match(again.stdout, /0 runs imported, 2 were there already/, again.stderr);
  assert.deepEqual(
    readdirSync(out)
      .filter((name) => ids.includes(name))
      .sort(),
    [...ids].sort(),
  );
});

test('what one machine accepts holds on the others that share the store; at once, both stay', {
  skip,
}, async () => {
  using store = openStore('s3://olympus/accepting', { endpoint });
  const [here, there] = ['here', 'there'].map((name) => join(folder, name)) as [string, string];
  const change = (metric: string, at: string) => ({
    ...{ metric, reason: 'five more columns', at, run: 'r2', from: 'r1', level: 0.1, control: 'pinned' },
  });
  for (const root of [here, there]) mkdirSync(root);
  await writeAcceptance(here, change('a', '2026-01-02'));
  await writeAcceptance(there, change('b', '2026-01-01'));
  const shared = [await shareAcceptances(store, here), await shareAcceptances(store, there)];
  assert.deepEqual([...shared, await shareAcceptances(store, here)], [0, 1, 1]);
  for (const root of [here, there])
    assert.deepEqual(
      (await readAcceptances(root)).map(({ metric }) => metric),
      ['b', 'a'],
    );
  assert.equal(await shareAcceptances(store, there), 0);
});

test('a bucket that is not there ends before anything is measured', { skip }, async () => {
  const { code, stderr } = await run(
    'bench',
    '--only',
    'plans',
    '--store',
    's3://nobody/x',
    '--out',
    join(folder, 'no'),
  );
  assert.equal(code, 4);
  assert.match(stderr, /s3:\/\/nobody\/x cannot be used .*NoSuchBucket/);
  assert.doesNotMatch(stderr, /PostgreSQL .* is ready/);
});

test('a name that is no bucket is wrong usage', { skip }, async () => {
  const { code, stderr } = await run('report', 'latest', '--store', 'bucket/x', '--out', join(folder, 'no'));
  assert.equal(code, 2);
  assert.match(stderr, /names no store/);
});
