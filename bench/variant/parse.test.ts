import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { parseSide } from './parse.ts';

const refused = async (words: readonly string[], message: RegExp) => {
  const fault = await parseSide(words).then(
    (side) => assert.fail(`it was taken: ${JSON.stringify(side)}`),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Fault && fault.reason === 'usage', String(fault));
  assert.match(`${fault.message} ${fault.next}`, message);
};

test('several prefixes at once make one side, changes in the order given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'olympus-variant-'));
  const file = join(folder, 'change.sql');
  writeFileSync(file, 'SELECT 1');
  const side = await parseSide([
    'sql:CREATE INDEX ON core.orders (user_id)',
    `sql:@${file}`,
    'set:work_mem=64MB',
    `migrations:${folder}`,
    'via:pooler',
  ]);
  assert.deepEqual(side.changes, [
    { kind: 'sql', text: 'CREATE INDEX ON core.orders (user_id)' },
    { kind: 'file', path: file },
    { kind: 'set', name: 'work_mem', value: '64MB' },
    { kind: 'migrations', directory: folder },
  ]);
  assert.equal(side.via, 'pooler');
  assert.match(side.label, /^sql:CREATE INDEX .* via:pooler$/);
});

test('no word, or "base", is the base', async () => {
  assert.deepEqual(await parseSide([]), await parseSide(['base']));
});

test('rls: a form is the file of its policies, off is the owner', async () => {
  const bare = await parseSide(['rls:bare']);
  assert.match((bare.changes[0] as { path: string }).path, /rls-bare\.sql$/);
  assert.deepEqual([bare.rls, (await parseSide(['rls:off'])).rls], ['on', 'off']);
});

test('a misspelt prefix, form or endpoint names the nearest right one', async () => {
  await refused(['sqll:SELECT 1'], /"sqll:SELECT 1" is no variant.*Did you mean "sql"/);
  await refused(['rls:bear'], /Did you mean "bare"/);
  await refused(['via:poolr'], /Did you mean "pooler"/);
  await refused(['via:cache'], /does not speak PostgreSQL/);
});

test('empty SQL, a missing file, a setting without value and an absent directory are refused', async () => {
  await refused(['sql:'], /holds no SQL/);
  await refused(['sql: -- nothing\n;'], /holds no SQL/);
  await refused(['sql:@'], /no path is given/);
  await refused(['sql:@nowhere.sql'], /no file nowhere\.sql/);
  await refused(['set:work_mem'], /which setting and which value/);
  await refused(['set:work_mem='], /which setting and which value/);
  await refused(['migrations:nowhere'], /no directory nowhere/);
});

test('pg: names a major version or a folder of binaries, and goes straight to its own server', async () => {
  assert.equal((await parseSide(['pg:17', 'set:work_mem=1MB'])).postgres, '17');
  await refused(['pg:99'], /no major version "99"/);
  await refused(['pg:/nowhere/bin'], /no directory \/nowhere\/bin/);
  await refused([`pg:${tmpdir()}`], /no file .*postgres/);
  await refused(['pg:17', 'via:pooler'], /neither pooler nor replicas/);
});

test('SQL that acts on the whole server, which no copy takes back, is refused before anything is made', async () => {
  await refused(['sql:ALTER SYSTEM SET work_mem = 1'], /ALTER SYSTEM.*whole server.*set:NAME=VALUE/);
  const file = join(mkdtempSync(join(tmpdir(), 'olympus-variant-')), 'roles.sql');
  writeFileSync(file, 'CREATE INDEX ON t (a);\nCREATE ROLE helper;');
  await refused([`sql:@${file}`], /CREATE ROLE/);
});
