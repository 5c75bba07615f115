import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { findPostgres } from './postgres-build.ts';

const cache = mkdtempSync(join(tmpdir(), 'olympus-build-'));
after(() => rmSync(cache, { recursive: true }));

test('the npm build is copied once, whole, with its links, also when two ask at once', async () => {
  const notes: string[] = [];
  const progress = { ...silent, note: (text: string) => void notes.push(text) };
  const [first, second] = await Promise.all([findPostgres(cache, progress), findPostgres(cache, progress)]);
  assert.deepEqual(first, second);
  assert.equal(first.major, Number.parseInt(first.version, 10));
  notes.length = 0;
  assert.deepEqual(await findPostgres(cache, progress), first);
  assert.deepEqual(notes, []);
  const copies = readdirSync(join(cache, 'postgres'));
  assert.equal(copies.length, 1, copies.join(' '));
  if (process.platform === 'linux') assert.ok(existsSync(join(first.bin, '..', 'lib', 'libpq.so.5')));
});

test('a folder without the binaries gives a fault that names what it lacks', async () => {
  await assert.rejects(findPostgres(cache, silent, cache), (error) => {
    assert.ok(error instanceof Fault);
    assert.ok(error.message.startsWith(`${cache} has no initdb`), error.message);
    assert.match(error.next, /OLYMPUS_PG_BIN/);
    return true;
  });
});

test('the binaries of existing data are used again unless others are named', async () => {
  const { bin } = await findPostgres(cache, silent);
  assert.equal((await findPostgres('/nowhere', silent, undefined, bin)).bin, bin);
});
