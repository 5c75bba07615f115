import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { filesWith, lingering, testCache } from '../../test/local-cache.ts';
import { tryLock } from '../process/lock.ts';
import { type EndpointName, logins } from '../topology/endpoint.ts';
import { connect } from '../topology/session.ts';
import type { Topology } from '../topology/topology.ts';
import {
  entryFolder,
  keptFolder,
  listKept,
  lockFile,
  manifestFile,
  partialFolder,
  pruneKept,
} from './kept.ts';
import { startLocal } from './local.ts';

const cache = await testCache();
after(() => cache[Symbol.dispose]());
const facts = { label: 'a test', digest: 'abc' };

const startFrom = (key: string, progress = silent, parts: readonly EndpointName[] = ['primary']) =>
  startLocal(cache.options({ kept: async () => key, progress, parts }));

async function marksOf(topology: Topology, part: 'primary' | 'replica1' = 'primary'): Promise<number | null> {
  await using admin = await connect(topology.get(part).url('admin'));
  const { rows } = await admin.query<{ here: boolean }>(`SELECT to_regclass('marks') IS NOT NULL AS here`);
  if (!rows[0]!.here) return null;
  return (await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM marks')).rows[0]!.n;
}

/** Passwords of the topology that made the entry `whole`. */
let formerPasswords: string[];
before(async () => {
  await using topology = await startFrom('whole');
  formerPasswords = logins.map((login) => new URL(topology.get('primary').url(login)).password);
  await using admin = await connect(topology.get('primary').url('admin'));
  await admin.query('CREATE TABLE marks AS SELECT generate_series(1, 1000) AS mark');
  await topology.keep!(facts);
  await admin.query('INSERT INTO marks SELECT generate_series(1, 7)'); // after the copy
});

/** A second entry of the same content. */
function copyEntry(key: string, usedAt = new Date()): string {
  const folder = entryFolder(cache.cache, key);
  cpSync(entryFolder(cache.cache, 'whole'), folder, { recursive: true });
  utimesSync(manifestFile(folder), usedAt, usedAt);
  return folder;
}

test('a start from a kept copy has its rows, on the replica too, new passwords, and nothing to keep', async () => {
  await using topology = await startFrom('whole', silent, ['replica1']);
  assert.equal(await marksOf(topology), 1000);
  assert.equal(await marksOf(topology, 'replica1'), 1000);
  assert.equal(topology.keep, undefined);
  for (const [index, login] of logins.entries()) {
    const url = topology.get('primary').url(login);
    await using _session = await connect(url);
    const former = Object.assign(new URL(url), { password: formerPasswords[index]! });
    await assert.rejects(connect(former.href), /password authentication failed/);
  }
});

test('no password is in a file of a kept copy', () => {
  assert.deepEqual(filesWith(keptFolder(cache.cache), formerPasswords), []);
});

test('a copy is listed with what it is and its size', () => {
  const whole = listKept(cache.cache).find(({ key }) => key === 'whole')!;
  assert.equal(whole.label, 'a test');
  assert.equal(whole.digest, 'abc');
  assert.ok(whole.bytes > 10e6 && whole.bytes < 200e6, `${whole.bytes}`);
});

for (const [what, damage] of [
  ['without its manifest', (folder: string) => rmSync(manifestFile(folder))],
  ['of which a file is missing', (folder: string) => rmSync(join(folder, 'data', 'global', 'pg_control'))],
  ['of which a file grew', (folder: string) => appendFileSync(join(folder, 'data', 'PG_VERSION'), 'x')],
  [
    'that is whole but cannot be used',
    (folder: string) => spoil(join(folder, 'data', 'global', 'pg_control')),
  ],
] as const)
  test(`an entry ${what} is removed with a warning, and the start makes a new cluster`, async () => {
    const folder = copyEntry('damaged');
    damage(folder);
    const warnings: string[] = [];
    await using topology = await startFrom('damaged', {
      ...silent,
      warn: (text: string) => void warnings.push(text),
    });
    assert.equal(await marksOf(topology), null);
    assert.match(warnings.join('\n'), /cannot be used and is removed/);
    assert.equal(existsSync(folder), false);
    assert.ok(topology.keep, 'it may be kept anew');
  });

/** Zeroes in its own length. */
function spoil(file: string): void {
  const { size } = statSync(file);
  writeFileSync(file, Buffer.alloc(size));
}

test('prune removes what was used longest ago until the rest fits, and nothing that is in use', async () => {
  const hour = (n: number) => new Date(Date.now() - n * 3_600_000);
  copyEntry('old', hour(2));
  copyEntry('older', hour(3));
  const keys = () => listKept(cache.cache).map(({ key }) => key);
  assert.deepEqual(keys(), ['whole', 'old', 'older']);
  const { bytes } = listKept(cache.cache)[0]!;
  {
    using _reader = tryLock(lockFile(cache.cache, 'older'));
    const removed = await pruneKept(cache.cache, bytes * 2, silent);
    assert.deepEqual(
      removed.map(({ key }) => key),
      ['old'],
    );
  }
  assert.deepEqual(keys(), ['whole', 'older']);
  assert.deepEqual(
    (await pruneKept(cache.cache, bytes * 1.5, silent)).map(({ key }) => key),
    ['older'],
  );
  assert.deepEqual(await pruneKept(cache.cache, bytes, silent), []);
  assert.deepEqual(keys(), ['whole']);
});

test('kill -9 while a copy is written leaves nothing that is used, and prune removes it', async () => {
  const { signal: _, progress: __, kept: ___, ...options } = cache.options();
  const base = join(partialFolder(cache.cache, 'killed'), 'data', 'base');
  const program = `
    import { startLocal } from '${new URL('./local.ts', import.meta.url).href}';
    import { silent } from '${new URL('../../config/progress.ts', import.meta.url).href}';
    import { existsSync } from 'node:fs';
    // It kills itself as soon as it sees a part of the copy: nobody else sees that soon enough on a busy machine.
    const die = () => existsSync(${JSON.stringify(base)}) && process.kill(process.pid, 'SIGKILL');
    const topology = await startLocal({ ...${JSON.stringify(options)}, kept: async () => 'killed',
      progress: { ...silent, note: (text) => /^keeping/.test(text) && setInterval(die, 1) },
      signal: new AbortController().signal });
    await topology.keep({ label: 'killed', digest: 'def' });
    console.log('kept');`;
  const node = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [, signal]] = await Promise.all([text(node.stdout!), once(node, 'exit')]);
  assert.deepEqual([said, signal], ['', 'SIGKILL'], 'it was killed before it had kept anything');
  assert.ok(existsSync(partialFolder(cache.cache, 'killed')), `${readdirSync(keptFolder(cache.cache))}`);
  assert.equal(existsSync(entryFolder(cache.cache, 'killed')), false);
  assert.deepEqual(await lingering(cache.cache), []);
  await using topology = await startFrom('killed');
  assert.equal(await marksOf(topology), null);
  await pruneKept(cache.cache, 1e12, silent);
  assert.equal(existsSync(partialFolder(cache.cache, 'killed')), false);
});

test('an abort while a copy is written removes what was written', async () => {
  const stop = new AbortController();
  const progress = {
    ...silent,
    note: (text: string) => void (/^keeping/.test(text) && stop.abort(new Error('enough'))),
  };
  const options = { kept: async () => 'aborted', progress, signal: stop.signal };
  await using topology = await startLocal(cache.options(options));
  await assert.rejects(topology.keep!(facts), /enough/);
  assert.deepEqual(
    readdirSync(keptFolder(cache.cache)).filter((name) => /^aborted(\.partial)?$/.test(name)),
    [],
  );
});
