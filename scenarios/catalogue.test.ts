import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '../config/fault.ts';
import { readCatalogue } from './catalogue.ts';
import { readSources } from './sources.ts';
import { readSqlText } from './sql-text.ts';

const good = `-- name: mine/one
-- what: the newest orders
--   of a tenant
-- params: organization_id = tenant.id, status = order.status
-- expects: index scan on orders; index only scan on orders; index orders_pkey; no sort; at most 2.5 ms; at most 40 buffers; rows of one tenant
-- weight: 2.5
-- role: owner
-- kind: write
SELECT organization_id FROM core.orders WHERE organization_id = $1 AND status = $2;
`;

/** Reads a catalogue of these files; the directory is gone afterwards. */
async function read(files: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'olympus-catalogue-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text);
    }
    return await readCatalogue([directory]);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The problems of one file that differs from the good one. */
async function problemsOf(from: string | RegExp, to: string): Promise<string> {
  const text = good.replace(from, to);
  assert.notEqual(text, good);
  const fault = await read({ 'mine/one.sql': text }).then(
    () => assert.fail('it was accepted'),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Fault);
  assert.equal(fault.reason, 'usage');
  return fault.message;
}

test('reads every key of the header and the SQL without its semicolon', async () => {
  const [statement] = await read({ 'mine/one.sql': good });
  assert.ok(statement);
  const { file, sources, ...rest } = statement;
  assert.match(file, /mine\/one\.sql$/);
  assert.ok(sources.has('order'), 'its parameters are drawn from the sources it was read with');
  assert.deepEqual(rest, {
    name: 'mine/one',
    what: 'the newest orders of a tenant',
    sql: 'SELECT organization_id FROM core.orders WHERE organization_id = $1 AND status = $2',
    params: [
      { name: 'organization_id', source: 'tenant', column: 'id' },
      { name: 'status', source: 'order', column: 'status' },
    ],
    expects: [
      { kind: 'index-scan', table: 'orders' },
      { kind: 'index-only-scan', table: 'orders' },
      { kind: 'index', index: 'orders_pkey' },
      { kind: 'no-sort' },
      { kind: 'at-most-ms', limit: 2.5 },
      { kind: 'at-most-buffers', limit: 40 },
      { kind: 'one-tenant' },
    ],
    weight: 2.5,
    role: 'owner',
    kind: 'write',
  });
});

test('weight, role and kind have defaults', async () => {
  const [statement] = await read({ 'a/b.sql': '-- name: a/b\n-- what: one\nSELECT 1' });
  assert.ok(statement);
  assert.deepEqual([statement.weight, statement.role, statement.kind], [1, 'app', 'read']);
});

test('an unknown key is named with its line and the nearest right one', async () => {
  assert.match(await problemsOf('-- weight:', '-- wieght:'), /mine\/one\.sql:6: .*wieght.*"weight"/);
});

test('a line that is no key and value, and a repeated key, are named', async () => {
  assert.match(await problemsOf('-- weight: 2.5', '-- heavy'), /one\.sql:6: "-- heavy" is no header line/);
  assert.match(await problemsOf('-- weight: 2.5', '-- role: app'), /one\.sql:7: .*"role".*twice/);
  assert.match(
    await problemsOf('-- weight: 2.5', '--'),
    /one\.sql:7: .*"role" comes after[\s\S]*one\.sql:8: .*"kind"/,
  );
});

test('an unknown source and an unknown column name the nearest right one', async () => {
  assert.match(await problemsOf('order.status', 'oder.status'), /one\.sql:4: .*"oder".*"order"/);
  assert.match(await problemsOf('order.status', 'order.statsu'), /one\.sql:4: .*"statsu".*"status"/);
  assert.match(await problemsOf('order.status', "'pending'"), /one\.sql:4: .*is no parameter/);
});

test('the SQL and its parameters must agree', async () => {
  assert.match(await problemsOf('status = $2', 'status = $3'), /"status" is \$2[\s\S]*\$3 has no parameter/);
  assert.match(await problemsOf('= $1', '= $0'), /\$0 has no parameter/);
});

test('the name must be the path', async () => {
  assert.match(await problemsOf('mine/one', 'mine/two'), /one\.sql:1: .*"mine\/two".*"mine\/one"/);
});

test('two statements in a file, or none, are refused', async () => {
  assert.match(await problemsOf('$2;', '$2; SELECT 2'), /one\.sql:9: .*this is 2/);
  assert.match(await problemsOf(/SELECT.*/, ''), /this is 0/);
});

test('an expectation in other words lists the forms', async () => {
  assert.match(await problemsOf('no sort', 'no sorting'), /one\.sql:5: "no sorting".*at most N ms/);
});

test('weight, role and kind are checked', async () => {
  assert.match(await problemsOf('2.5\n', '-1\n'), /Weight "-1"/);
  assert.match(await problemsOf('role: owner', 'role: onwer'), /"onwer".*"owner"/);
  assert.match(await problemsOf('kind: write', 'kind: writes'), /"writes".*"write"/);
});

test('all problems are told at once', async () => {
  const message = await read({ 'a/b.sql': '-- name: a/c\n-- wat: x\nSELECT $1', 'a/c.sql': 'SELECT' }).then(
    () => assert.fail('it was accepted'),
    (error: Error) => error.message,
  );
  assert.match(message, /a\/b\.sql:1[\s\S]*a\/b\.sql:2[\s\S]*a\/b\.sql:3[\s\S]*a\/c\.sql:1/);
});

test('a statement in two directories is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'olympus-catalogue-'));
  try {
    await mkdir(join(directory, 'mine'));
    await writeFile(join(directory, 'mine/one.sql'), good);
    await assert.rejects(readCatalogue([directory, directory]), /"mine\/one" is already in/);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a directory that cannot be read is told', async () => {
  await assert.rejects(readCatalogue(['/nowhere/at/all']), /Cannot read the statements/);
});

/** What the platform asks across tenants, and what a user asks before there is a tenant. */
const acrossTenants = [
  'members/organizations-of',
  'orders/all-tenants-hour',
  'orders/by-payment',
  'users/by-name-part',
  'users/newest',
  'users/search',
  'users/unverified',
];

test('the shipped catalogue is valid, sorted, and filters by tenant wherever it reads tables', async () => {
  const catalogue = await readCatalogue();
  assert.ok(catalogue.length >= 14);
  assert.deepEqual(
    catalogue.map(({ name }) => name),
    catalogue.map(({ name }) => name).toSorted(),
  );
  for (const { name, sql, params } of catalogue) {
    if (/core\.search_products\(/.test(sql) || acrossTenants.includes(name)) continue;
    assert.match(sql, /organization_id/, name);
    assert.ok(
      params.some(({ source, column }) => source === 'tenant' && column === 'id'),
      name,
    );
  }
});

test('the shipped sources are one statement each and take the tenant, the number and the seed', async () => {
  for (const { name, sql } of (await readSources()).values()) {
    assert.deepEqual(readSqlText(sql).parameters, [1, 2, 3], name);
  }
});
