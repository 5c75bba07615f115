import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Outcome, olympus, processesOf } from './olympus.ts';

// What is seeded once is not seeded again: two commands as a user runs them, in a cache of their own.
let environment: Record<string, string>;
let first: Outcome;
const seeding = ['--scale', 'tenants=3,customers=20,products=30,orders=100'];

before(async () => {
  const cache = mkdtempSync(join(tmpdir(), 'olympus-kept-'));
  chmodSync(cache, 0o755);
  environment = { OLYMPUS_CACHE: cache };
  first = await olympus(['seed', ...seeding, '--json'], { environment });
  assert.equal(first.code, 0, first.stderr);
});
after(() => rmSync(environment.OLYMPUS_CACHE!, { recursive: true, force: true }));

test('the second command starts from what the first one kept: the same digest, and every row verifies', async () => {
  const { digest } = JSON.parse(first.stdout);
  const verified = await olympus(['seed', ...seeding, '--verify', '--json'], { environment });
  assert.deepEqual(JSON.parse(verified.stdout), { ok: true, digest, findings: [] }, verified.stderr);
  assert.match(verified.stderr, new RegExp(`starting from the kept data set .*${digest}`));
  assert.deepEqual(processesOf(environment.OLYMPUS_CACHE!), []);
});

test('it is listed, left alone with --no-cache, and removed by prune', async () => {
  const list = async () =>
    JSON.parse((await olympus(['datasets', 'list', '--json'], { environment })).stdout).kept;
  const [kept, ...others] = await list();
  assert.deepEqual(others, []);
  assert.equal(kept.digest, JSON.parse(first.stdout).digest);
  const fresh = await olympus(['seed', ...seeding, '--verify', '--no-cache'], { environment });
  assert.match(fresh.stdout, /not complete|no data set/i, fresh.stderr);
  const pruned = await olympus(['datasets', 'prune', '--max-size', '1kB', '--json'], { environment });
  assert.deepEqual(JSON.parse(pruned.stdout).kept, []);
  assert.deepEqual(await list(), []);
});

test('a size that is none, and a misspelt verb, are refused', async () => {
  const size = await olympus(['datasets', 'prune', '--max-size', 'much'], { environment });
  assert.equal(size.code, 2);
  assert.match(size.stderr, /--max-size takes a size/);
  assert.match((await olympus(['datasets', 'prnue'], { environment })).stderr, /Did you mean "prune"\?/);
  const old = await olympus(['cache', 'list', '--json'], { environment });
  assert.equal(old.code, 0, 'the old name goes on working');
  assert.match(old.stderr, /is called datasets now/);
});
