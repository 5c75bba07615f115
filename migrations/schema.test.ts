import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { testDatabase } from '../test/server.ts';
import { catalogueSnapshot } from './catalogue-snapshot.ts';
import { defaultDirectory, readMigrations } from './directory.ts';
import { migrate, migrateDown, verifyMigrations } from './runner.ts';

/** The first `count` migrations of the schema, in a directory of their own. */
async function firstMigrations(count: number): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'olympus-migrations-'));
  for (const file of await readdir(defaultDirectory))
    if (Number(file.slice(0, 4)) <= count) await copyFile(join(defaultDirectory, file), join(path, file));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test('every down takes back exactly what its up did, and up again leaves an identical catalogue', async () => {
  await using database = await testDatabase();
  const migrations = await readMigrations();
  const snapshots: string[][] = [];
  for (let count = 0; count <= migrations.length; count++) {
    await using directory = await firstMigrations(count);
    await migrate(database.admin, { directory: directory.path });
    snapshots.push(await catalogueSnapshot(database.admin));
  }
  for (let count = migrations.length - 1; count >= 0; count--) {
    await migrateDown(database.admin, count);
    assert.deepEqual(await catalogueSnapshot(database.admin), snapshots[count], `after down to ${count}`);
  }
  await migrate(database.admin);
  assert.deepEqual(await catalogueSnapshot(database.admin), snapshots.at(-1));
  assert.ok(snapshots.at(-1)!.length > 1000);
});

test('of two runners at once one waits, none fails, and each migration runs once', async () => {
  await using database = await testDatabase();
  await using second = await connect(database.url);
  const runs = await Promise.all([migrate(database.admin), migrate(second)]);
  const migrations = await readMigrations();
  assert.deepEqual(
    runs.map(({ ran }) => ran.length).sort((a, b) => a - b),
    [0, migrations.length],
  );
  assert.ok((await verifyMigrations(second)).every(({ state }) => state === 'applied'));
});

test('the schema is what the rules of the house say', async (t) => {
  await using database = await testDatabase();
  await migrate(database.admin);
  const rules = {
    'every object belongs to olympus_owner': `
      SELECT c.oid::regclass::text AS offender FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('core','auth','billing','analytics','audit','queue','cache','archive','ops')
         AND c.relowner <> 'olympus_owner'::regrole`,
    'every table has row-level security, forced': `
      SELECT c.oid::regclass::text AS offender FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('core', 'audit', 'archive') AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    'no partition is granted to anybody (D1)': `
      SELECT c.oid::regclass::text AS offender FROM pg_class c, unnest(coalesce(c.relacl, '{}')) acl
       WHERE c.relispartition AND c.relkind = 'r' AND acl::text !~ '^olympus_owner='`,
    'every definer function pins its search_path (D10)': `
      SELECT oid::regprocedure::text AS offender FROM pg_proc
       WHERE prosecdef AND proowner = 'olympus_owner'::regrole AND NOT coalesce(array_to_string(proconfig, ' '), '') ~ 'search_path=.*pg_temp'`,
    'no function of ours is executable by everybody (D10)': `
      SELECT p.oid::regprocedure::text AS offender FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
       WHERE proowner = 'olympus_owner'::regrole AND acl.grantee = 0`,
    'no partitioned table has a DEFAULT partition (D17)': `
      SELECT partrelid::regclass::text AS offender FROM pg_partitioned_table WHERE partdefid <> 0`,
    'every index of a table or parent says what it serves or guards': `
      SELECT c.oid::regclass::text AS offender FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('core', 'audit', 'cache', 'archive') AND c.relkind IN ('i', 'I') AND NOT c.relispartition
         AND coalesce(obj_description(c.oid, 'pg_class'), '') !~ '(serves|guards) '`,
    'no two indexes of a table have the same definition': `
      SELECT min(indexrelid::regclass::text) AS offender FROM pg_index
       WHERE indrelid IN (SELECT oid FROM pg_class WHERE relowner = 'olympus_owner'::regrole)
       GROUP BY indrelid, indkey::text, indclass::text, indoption::text, indpred::text, indexprs::text HAVING count(*) > 1`,
    'every foreign key has an index that begins with its columns (D20)': `
      SELECT conrelid::regclass || ' ' || conname AS offender FROM pg_constraint c
       WHERE contype = 'f' AND conparentid = 0 AND NOT EXISTS (
         SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
          AND (SELECT array_agg(k ORDER BY k) FROM unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) k)
            = (SELECT array_agg(k ORDER BY k) FROM unnest(c.conkey) k))`,
    'months reach from January 2025 to six months ahead, in UTC': `
      SELECT expected AS offender FROM (
        SELECT format('%s_%s', parent, to_char(month, 'YYYY_MM')) AS expected,
               format('FOR VALUES FROM (''%s 00:00:00+00'') TO (''%s 00:00:00+00'')', month::date, (month + interval '1 month')::date) AS bound
          FROM unnest(ARRAY['core.orders', 'core.order_items', 'core.inventory_movements', 'audit.logs']) parent,
               generate_series(timestamp '2025-01-01', date_trunc('month', now() AT TIME ZONE 'UTC' + interval '6 months'), interval '1 month') month
      ) months
      WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(expected) AND pg_get_expr(relpartbound, oid) = bound)`,
  };
  await database.admin.query("SET timezone = 'UTC'");
  for (const [rule, query] of Object.entries(rules))
    await t.test(rule, async () => {
      assert.deepEqual((await database.admin.query(query)).rows, []);
    });
});
