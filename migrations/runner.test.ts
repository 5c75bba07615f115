import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Fault } from '../config/fault.ts';
import { silent } from '../config/progress.ts';
import { connect } from '../infra/topology/session.ts';
import { testDatabase } from '../test/server.ts';
import { migrate, migrateDown, migrationStatus, verifyMigrations } from './runner.ts';

/** A directory of migrations of a test's own; a file without a down gets an empty one. */
async function directoryOf(files: Record<string, string>): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'olympus-migrations-'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(path, `${name}.up.sql`), text);
    await writeFile(join(path, `${name}.down.sql`), 'SELECT 1;');
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

const fault =
  (part: RegExp, reason = 'usage') =>
  (error: Fault) => {
    assert.equal(error.name, 'Fault', String(error.stack));
    assert.match(error.message, part);
    assert.equal(error.reason, reason);
    assert.ok(error.next);
    return true;
  };

test('a syntax error is shown with file, line and column, and nothing of the file is applied', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({
    '0001_first': 'CREATE TABLE public.first (id int);',
    '0002_bad':
      "-- what: é and 'quotes' before it\nCREATE TABLE public.half (id int);\n\nSELECT 'é',\n  FORM public.first;",
  });
  const { path: directory_ } = directory;
  await assert.rejects(
    migrate(database.admin, { directory: directory_ }),
    fault(/0002_bad\.up\.sql:5:14: syntax error at or near "\.".*Nothing of this file was applied/),
  );
  const { rows } = await database.admin.query(
    "SELECT to_regclass('public.first') AS first, to_regclass('public.half') AS half",
  );
  assert.deepEqual(rows, [{ first: 'first', half: null }]);
  assert.deepEqual(
    (await migrationStatus(database.admin, { directory: directory_ })).map(({ state }) => state),
    ['applied', 'pending'],
  );
});

test('an error without a position is shown at its statement', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({
    '0001_bad': "SELECT 1;\n\n-- why\nDO $$ BEGIN\n RAISE 'no'; END $$;",
  });
  await assert.rejects(
    migrate(database.admin, { directory: directory.path }),
    fault(/0001_bad\.up\.sql:4:1: no;/),
  );
});

for (const [what, sql, message] of [
  ['an unterminated quote', "SELECT 1;\nSELECT 'abc;", /:2:8: unterminated quote/],
  ['a transaction statement', 'SELECT 1;\nCOMMIT;', /:2:1: a migration does not begin or end transactions/],
  ['an unknown header key', '-- transactions: off\nSELECT 1;', /:1: Unknown key "transactions"/],
] as const)
  test(`${what} is refused before anything runs`, async () => {
    await using database = await testDatabase();
    await using directory = await directoryOf({ '0001_bad': sql });
    await assert.rejects(migrate(database.admin, { directory: directory.path }), fault(message));
    const { rows } = await database.admin.query(
      'SELECT count(*)::int AS n FROM pg_class WHERE relname = $1',
      ['bad'],
    );
    assert.deepEqual(rows, [{ n: 0 }]);
  });

test('a concurrent build in a transaction is refused with the header that it needs', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({
    '0001_table': 'CREATE TABLE public.t (id int);',
    '0002_index': 'CREATE INDEX CONCURRENTLY i ON public.t (id);',
  });
  await assert.rejects(migrate(database.admin, { directory: directory.path }), (error: Fault) => {
    assert.match(error.next, /-- transaction: off/);
    return fault(/0002_index\.up\.sql:1:1/)(error);
  });
});

for (const [what, files, message] of [
  [
    'a gap in the numbers',
    ['0001_a.up.sql', '0001_a.down.sql', '0003_b.up.sql', '0003_b.down.sql'],
    /has a gap: 0003_b comes where number 0002/,
  ],
  [
    'a number given twice',
    ['0001_a.up.sql', '0001_a.down.sql', '0001_b.up.sql', '0001_b.down.sql'],
    /two migrations 0001_b and 0001_a/,
  ],
  ['a missing down', ['0001_a.up.sql'], /0001_a\.down\.sql is missing/],
  ['a missing up', ['0001_a.down.sql'], /0001_a\.up\.sql is missing/],
  ['a file that is named otherwise', ['1_a.up.sql'], /1_a\.up\.sql is no migration's name/],
] as const)
  test(`${what} is refused and the database stays untouched`, async () => {
    await using database = await testDatabase();
    await using directory = await directoryOf({});
    for (const file of files) await writeFile(join(directory.path, file), 'SELECT 1;');
    await assert.rejects(migrate(database.admin, { directory: directory.path }), fault(message));
    const { rows } = await database.admin.query("SELECT to_regnamespace('ops') AS ops");
    assert.deepEqual(rows, [{ ops: null }]);
  });

test('an edited applied file is named with both checksums, and with what to do', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({ '0001_a': 'SELECT 1;' });
  await migrate(database.admin, { directory: directory.path });
  await writeFile(join(directory.path, '0001_a.up.sql'), 'SELECT 2;');
  const edited = fault(
    /0001_a\.up\.sql was edited after it was applied as 0001_a: checksum [0-9a-f]{12} now, [0-9a-f]{12} when applied/,
  );
  await assert.rejects(migrate(database.admin, { directory: directory.path }), edited);
  await assert.rejects(verifyMigrations(database.admin, { directory: directory.path }), edited);
  await assert.rejects(migrateDown(database.admin, 0, { directory: directory.path }), edited);
});

test('line ends that Git changed are no edit', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({ '0001_a': 'SELECT 1;\nSELECT 2;\n' });
  await migrate(database.admin, { directory: directory.path });
  await writeFile(join(directory.path, '0001_a.up.sql'), 'SELECT 1;\r\nSELECT 2;\r\n');
  assert.equal((await verifyMigrations(database.admin, { directory: directory.path }))[0]!.state, 'applied');
});

test('an applied version without its file is named', async () => {
  await using database = await testDatabase();
  await using two = await directoryOf({ '0001_a': 'SELECT 1;', '0002_b': 'SELECT 1;' });
  await using one = await directoryOf({ '0001_a': 'SELECT 1;' });
  await migrate(database.admin, { directory: two.path });
  await assert.rejects(
    migrate(database.admin, { directory: one.path }),
    fault(/Version 0002_b is applied .* no such file/),
  );
});

test('verify says what is pending, and that a database was never migrated', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({ '0001_a': 'SELECT 1;' });
  await assert.rejects(
    verifyMigrations(database.admin, { directory: directory.path }),
    fault(/is empty: it is not migrated/),
  );
  await migrate(database.admin, { directory: directory.path });
  await writeFile(join(directory.path, '0002_b.up.sql'), 'SELECT 1;');
  await writeFile(join(directory.path, '0002_b.down.sql'), 'SELECT 1;');
  await assert.rejects(
    verifyMigrations(database.admin, { directory: directory.path }),
    fault(/1 migrations are pending, from 0002_b/),
  );
});

for (const [what, sql] of [
  ['a table', 'CREATE TABLE public.theirs (id int)'],
  ['a function', 'CREATE FUNCTION public.theirs() RETURNS int LANGUAGE sql RETURN 1'],
  ['a schema', 'CREATE SCHEMA theirs'],
] as const)
  test(`a database that has ${what} and no mark of ours is never touched`, async () => {
    await using database = await testDatabase();
    await using directory = await directoryOf({ '0001_a': 'CREATE TABLE public.ours (id int);' });
    await database.admin.query(sql);
    const refusal = fault(/is not empty \(it has .*theirs.*\) and carries no mark of ours/);
    const options = { directory: directory.path };
    await assert.rejects(migrate(database.admin, options), refusal);
    await assert.rejects(migrateDown(database.admin, 0, options), refusal);
    await assert.rejects(migrationStatus(database.admin, options), refusal, 'no "pending" is promised');
    await assert.rejects(verifyMigrations(database.admin, options), refusal);
    const { rows } = await database.admin.query(
      "SELECT to_regclass('public.ours') AS ours, to_regnamespace('ops') AS ops",
    );
    assert.deepEqual(rows, [{ ours: null, ops: null }]);
  });

test('a database with nothing but extensions is empty', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({ '0001_a': 'SELECT 1;' });
  await database.admin.query('CREATE EXTENSION pg_trgm');
  assert.deepEqual((await migrate(database.admin, { directory: directory.path })).ran, ['0001_a']);
});

test('a lock that is never had ends with the process and the query that hold it', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({
    '0001_table': 'CREATE TABLE public.t (id int);',
    '0002_column': '-- lock_timeout: 200ms\n-- lock_attempts: 2\nALTER TABLE public.t ADD COLUMN more int;',
  });
  await using table = await directoryOf({ '0001_table': 'CREATE TABLE public.t (id int);' });
  await migrate(database.admin, { directory: table.path });
  await using other = await connect(database.url);
  await other.query('BEGIN');
  await other.query('SELECT count(*) AS rows_of_the_blocker FROM public.t');
  const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await other.query('SELECT count(*) AS rows_of_the_blocker FROM public.t');
  await assert.rejects(
    migrate(database.admin, { directory: directory.path }),
    fault(
      new RegExp(
        `no lock within 200ms in 2 attempts.*process ${rows[0]!.pid} \\(idle in transaction\\): .*rows_of_the_blocker`,
      ),
      'component',
    ),
  );
  await other.query('COMMIT');
  assert.deepEqual((await migrate(database.admin, { directory: directory.path })).ran, ['0002_column']);
});

test('a lock that is had at the second attempt is no error', async () => {
  await using database = await testDatabase();
  await using table = await directoryOf({ '0001_table': 'CREATE TABLE public.t (id int);' });
  await using directory = await directoryOf({
    '0001_table': 'CREATE TABLE public.t (id int);',
    '0002_column': '-- lock_timeout: 300ms\nALTER TABLE public.t ADD COLUMN more int;',
  });
  await migrate(database.admin, { directory: table.path });
  await using other = await connect(database.url);
  await other.query('BEGIN; LOCK TABLE public.t');
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
    void other.query('COMMIT');
  };
  await migrate(database.admin, { directory: directory.path, progress: { ...silent, warn } });
  assert.match(warnings[0]!, /0002_column\.up\.sql got no lock within 300ms \(attempt 1 of 4\)/);
});

test('an index that a failed concurrent build left invalid is found and rebuilt by the next run', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({
    '0001_table': 'CREATE TABLE public.t (id int); INSERT INTO public.t VALUES (1), (1);',
    '0002_index':
      '-- transaction: off\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_id ON public.t (id);',
  });
  const run = () => migrate(database.admin, { directory: directory.path });
  const valid = () =>
    database.admin.query(
      "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'public.t_id'::regclass",
    );
  await assert.rejects(
    run(),
    fault(/0002_index\.up\.sql:2:1: could not create unique index "t_id"; Key \(id\)=\(1\) is duplicated/),
  );
  assert.deepEqual((await valid()).rows, [{ valid: false }]);
  await assert.rejects(
    run(),
    fault(/The index public\.t_id is invalid .* cannot be rebuilt: .*Key \(id\)=\(1\) is duplicated/),
  );
  await database.admin.query('DELETE FROM public.t WHERE ctid = (SELECT min(ctid) FROM public.t)');
  assert.deepEqual(await run(), { ran: ['0002_index'], rebuilt: ['public.t_id'] });
  assert.deepEqual((await valid()).rows, [{ valid: true }]);
  const { rows } = await database.admin.query("SELECT relname FROM pg_class WHERE relname LIKE 't_id%'");
  assert.deepEqual(rows, [{ relname: 't_id' }], 'what the failed rebuild left is gone too');
});

test('what is outside a transaction leaves no setting behind, also when it fails', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({
    '0001_bad': '-- transaction: off\n-- lock_timeout: 77ms\nSELECT 1;\nSELECT nothing;',
  });
  const { rows: before } = await database.admin.query(
    "SELECT current_setting('lock_timeout') AS lock, current_setting('search_path') AS path",
  );
  await assert.rejects(
    migrate(database.admin, { directory: directory.path }),
    fault(/:4:8: column "nothing" does not exist/),
  );
  const { rows: after } = await database.admin.query(
    "SELECT current_setting('lock_timeout') AS lock, current_setting('search_path') AS path",
  );
  assert.deepEqual(after, before);
});

test('down to a version that was never reached is refused', async () => {
  await using database = await testDatabase();
  await using directory = await directoryOf({ '0001_a': 'SELECT 1;' });
  await migrate(database.admin, { directory: directory.path });
  await assert.rejects(
    migrateDown(database.admin, 2, { directory: directory.path }),
    fault(/Version 2 is not applied; the database is at 1/),
  );
});
