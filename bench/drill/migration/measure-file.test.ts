import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '../../../config/fault.ts';
import { testDatabase } from '../../../test/server.ts';
import { measureFile } from './measure-file.ts';
import { readMigrationFiles } from './migration-file.ts';

test('each statement of a file is measured while a load runs on its tables', async (t) => {
  await using database = await testDatabase('drilled');
  await database.admin.query(`
    CREATE SCHEMA app;
    CREATE TABLE app.orders (id bigint PRIMARY KEY, note text, total int NOT NULL);
    CREATE TABLE app.others (id bigint PRIMARY KEY);
    INSERT INTO app.orders SELECT g, 'x', g FROM generate_series(1, 5000) AS g`);
  const folder = await mkdtemp(join(tmpdir(), 'olympus-migration-'));
  t.after(() => rm(folder, { recursive: true }));
  const measured = async (sql: string) => {
    const path = join(folder, 'a.sql');
    await writeFile(path, sql);
    const [file] = await readMigrationFiles(path);
    return measureFile(file!, {
      ...{ url: database.url, rate: 30, aroundMs: 200, frontMs: 300, signal: AbortSignal.timeout(60_000) },
      label: { pattern: null, way: null, direction: 'up' },
    });
  };

  await t.test('alone: locks, rewrite, what it is by kind, and the queue behind a transaction', async () => {
    const [instant, rewriting] = await measured(
      'ALTER TABLE app.orders ADD COLUMN a int;\nALTER TABLE app.orders ADD COLUMN u uuid DEFAULT gen_random_uuid();',
    );
    assert.deepEqual(
      [instant!.verdict, instant!.rewritten, instant!.agrees, instant!.line],
      ['safe', false, true, 1],
    );
    assert.deepEqual(
      instant!.locks.map(({ relation, mode }) => [relation, mode]),
      [['app.orders', 'ACCESS EXCLUSIVE']],
    );
    assert.ok(instant!.locks[0]!.heldMs! >= 0 && instant!.walBytes! > 0);
    const behind = instant!.behindTransaction!;
    assert.ok(behind.naiveQueuedMax > 0, 'everybody waits behind it');
    assert.ok(behind.retryAttempts > 1, 'lock_timeout gave up at least once');
    assert.deepEqual([instant!.loggedWhy, instant!.loggedQueueMax !== null], [null, true]);
    assert.ok(rewriting!.responseMs.before.samples > 0);
    assert.deepEqual([rewriting!.verdict, rewriting!.rewritten, rewriting!.agrees], ['unsafe', true, true]);
    assert.ok(rewriting!.locks.some(({ relation }) => relation === 'app.orders_pkey'));
  });

  await t.test(
    'in one transaction: what was taken before is held, and reading under it is unsafe',
    async () => {
      const [first, second] = await measured(`-- transaction: on
ALTER TABLE app.orders ADD CONSTRAINT k CHECK (total > 0) NOT VALID;
ALTER TABLE app.orders VALIDATE CONSTRAINT k;`);
      assert.deepEqual([first!.verdict, second!.verdict, second!.agrees], ['safe', 'unsafe', true]);
      assert.equal(second!.locks[0]!.mode, 'ACCESS EXCLUSIVE');
      assert.ok(first!.locks[0]!.heldMs! >= second!.durationMs, 'until the end of the transaction');
    },
  );

  await t.test('the queue behind a lock that is held is named by the server’s log', async () => {
    const [held] = await measured(
      'BEGIN;\nALTER TABLE app.orders ADD COLUMN w int;\nSELECT pg_sleep(0.5);\nCOMMIT;',
    );
    assert.ok(held!.loggedQueueMax! > 0 && held!.loggedWaits! >= held!.loggedQueueMax!, JSON.stringify(held));
  });

  await t.test('outside a transaction: its locks are sampled', async () => {
    const [built] = await measured('CREATE INDEX CONCURRENTLY i ON app.orders (total)');
    assert.equal(built!.seen, 'sampled');
    assert.deepEqual([built!.verdict, built!.agrees], ['safe', true]);
    assert.ok(built!.locks.some(({ relation }) => relation === 'app.orders'));
    const [dropped] = await measured('DROP INDEX CONCURRENTLY app.i');
    assert.deepEqual(
      [dropped!.verdict, dropped!.agrees],
      ['safe', true],
      'short as it is, its lock is seen: it is held up until then',
    );
  });

  await t.test('a rename breaks the load, and it is said by SQLSTATE', async () => {
    const [renamed] = await measured('ALTER TABLE app.orders RENAME COLUMN note TO memo');
    assert.equal(renamed!.verdict, 'unsafe');
    assert.ok(renamed!.errors['42703']! > 0);
  });

  await t.test('a dropped column is judged by the statements that the file names', async () => {
    const drop = 'ALTER TABLE app.orders DROP COLUMN memo';
    const [blind] = await measured(`BEGIN;\n${drop};\nROLLBACK;`);
    assert.equal(blind!.verdict, 'cannot say');
    const [seen] = await measured(`-- load: SELECT id, total FROM app.orders LIMIT 1\n${drop};`);
    assert.deepEqual([seen!.verdict, seen!.errors], ['safe', {}]);
    const [still] = await measured(
      '-- load: SELECT u FROM app.orders LIMIT 1\nALTER TABLE app.orders DROP COLUMN u;',
    );
    assert.deepEqual([still!.verdict, still!.errors['42703']! > 0], ['unsafe', true]);
  });

  await t.test('a load that fails by itself is refused before anything runs', async () => {
    await assert.rejects(
      measured('-- load: SELECT nothing FROM app.orders\nALTER TABLE app.orders ADD COLUMN late int;'),
      (error: unknown) => error instanceof Fault && /before the migration begins.*42703/.test(error.message),
    );
    const { rows } = await database.admin.query(
      "SELECT FROM pg_attribute WHERE attrelid = 'app.orders'::regclass AND attname = 'late'",
    );
    assert.equal(rows.length, 0);
  });

  await t.test('what DO runs is measured, and not called safe for it', async () => {
    const [code] = await measured(
      "DO $$ BEGIN EXECUTE 'ALTER TABLE app.orders ALTER total TYPE bigint'; END $$",
    );
    assert.deepEqual([code!.verdict, code!.rewritten, code!.agrees], ['unsafe', true, null]);
    const [quiet] = await measured('DO $$ BEGIN PERFORM 1; END $$');
    assert.equal(quiet!.verdict, 'cannot say');
  });

  await t.test('what the server refuses names its line, and leaves nothing open', async () => {
    await assert.rejects(
      measured(
        'BEGIN;\nALTER TABLE app.orders ADD COLUMN b int;\nALTER TABLE app.orders ADD COLUMN id int;\nCOMMIT;',
      ),
      (error: unknown) =>
        error instanceof Fault && error.reason === 'usage' && /a\.sql:3:1: .*42701/.test(error.message),
    );
    const { rows } = await database.admin.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'olympus-migration%' AND state <> 'idle'`,
    );
    assert.equal(rows[0]!.count, 0);
  });
});
