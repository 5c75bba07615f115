import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { olympus } from '../../test/olympus.ts';
import { testDatabase } from '../../test/server.ts';

test('migrate --dir applies a folder of the user, and nothing of it to a database of others', async (t) => {
  await using database = await testDatabase('folder');
  const folder = await mkdtemp(join(tmpdir(), 'olympus-folder-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, '0001_mine.up.sql'), 'CREATE TABLE public.mine (id int)');
  await writeFile(join(folder, '0001_mine.down.sql'), 'DROP TABLE public.mine');
  const run = (...words: string[]) =>
    olympus(['migrate', ...words, '--dir', folder, '--database', database.url, '--quiet']);
  const up = await run('up');
  assert.deepEqual([up.code, up.stdout.trim()], [0, '1 migrations applied.']);
  assert.match((await run('status')).stdout, /0001 applied {3}mine/);
  assert.equal((await run('down', '0')).code, 0);
  await database.admin.query(
    'DROP SCHEMA ops CASCADE; CREATE SCHEMA ops; CREATE TABLE ops.schema_migrations (version text)',
  );
  const refused = await run('up');
  assert.deepEqual([refused.code, /no mark of ours/.test(refused.stderr)], [2, true]);
});
