import assert from 'node:assert/strict';
import { test } from 'node:test';
import { become, id, twoTenants } from '../test/two-tenants.ts';

test('partition health is ok now, warns below three months ahead, is critical with none, and sees a gap', async () => {
  await using database = await twoTenants();
  const health = async () =>
    (
      await database.admin.query(
        "SELECT months_ahead::int, gaps::int, status FROM analytics.partition_health WHERE table_name = 'core.order_items'",
      )
    ).rows[0] as { months_ahead: number; gaps: number; status: string };
  const drop = (monthsAhead: number) =>
    database.admin
      .query(
        "SELECT format('DROP TABLE core.order_items_%s', to_char(now() AT TIME ZONE 'UTC' + make_interval(months => $1), 'YYYY_MM')) AS sql",
        [monthsAhead],
      )
      .then(({ rows }) => database.admin.query((rows[0] as { sql: string }).sql));
  await database.admin.query('SET search_path = pg_catalog');
  assert.deepEqual(await health(), { months_ahead: 6, gaps: 0, status: 'ok' });
  await drop(2);
  assert.deepEqual(await health(), { months_ahead: 5, gaps: 1, status: 'warning' });
  for (const ahead of [6, 5, 4, 3]) await drop(ahead);
  assert.deepEqual(await health(), { months_ahead: 1, gaps: 0, status: 'warning' });
  await drop(1);
  assert.deepEqual(await health(), { months_ahead: 0, gaps: 0, status: 'critical' });
});

test('an index that nobody scanned is listed with its purpose until somebody scans it', async () => {
  await using database = await twoTenants();
  const listed = async () =>
    (
      await database.admin.query(
        "SELECT index_name, serves FROM analytics.unused_indexes WHERE index_name ~ 'idx_products_inventory$'",
      )
    ).rows;
  await database.admin.query(
    'SET search_path = pg_catalog; SET enable_seqscan = off; SET enable_bitmapscan = off',
  );
  assert.deepEqual(await listed(), [
    { index_name: 'core.idx_products_inventory', serves: 'serves products/low-stock' },
  ]);
  await database.admin.query(
    `SELECT FROM core.products WHERE organization_id = '${id('a001')}' AND track_inventory AND deleted_at IS NULL ORDER BY inventory_quantity`,
  );
  await database.admin.query('SELECT pg_stat_force_next_flush()');
  assert.deepEqual(await listed(), []);
});

test('a table that is read whole again and again is listed as missing an index', async () => {
  await using database = await twoTenants();
  await database.admin.query(`
    INSERT INTO core.users (email, full_name) SELECT 'many' || n || '@example.com', 'Many' FROM generate_series(1, 1500) n`);
  const listed = () =>
    database.admin.query(
      "SELECT index_scans >= 0 AS counted FROM analytics.missing_indexes WHERE table_name ~ 'users$'",
    );
  assert.deepEqual((await listed()).rows, []);
  await database.admin.query(
    "DO $$ BEGIN FOR i IN 1..120 LOOP PERFORM count(*) FROM core.users WHERE bio = 'nobody' || i; END LOOP; END $$",
  );
  await database.admin.query('SELECT pg_stat_force_next_flush()');
  assert.deepEqual((await listed()).rows, [{ counted: true }]);
});

test('bloat is measured: deleting most of a table makes its indexes sparse', async () => {
  await using database = await twoTenants();
  await database.admin.query(`
    INSERT INTO core.users (email, full_name) SELECT 'many' || n || '@example.com', 'Many' FROM generate_series(1, 5000) n`);
  await database.admin.query("DELETE FROM core.users WHERE email ~ '^many' AND email !~ '7@'");
  await database.admin.query('VACUUM core.users');
  const { rows } = await database.admin.query<{ index_name: string; leaf_density: number; wasted: number }>(
    "SELECT index_name, leaf_density, wasted_bytes::float8 / bytes AS wasted FROM ops.index_bloat(65536) WHERE index_name ~ 'users_email_unique'",
  );
  assert.equal(rows.length, 1);
  assert.ok(rows[0]!.leaf_density < 45 && rows[0]!.wasted > 0.5, JSON.stringify(rows[0]));
});

test('the service reads health and backup status, sessions of other roles included; an application reads neither', async () => {
  await using database = await twoTenants();
  await database.admin.query('BEGIN');
  await become(database.admin, 'olympus_service');
  const { rows } = await database.admin.query(`
    SELECT active_connections > 0 AS active, connections > 0 AS connected, tables_without_security::int, invalid_indexes::int,
           partition_months_ahead::int, is_replica, replication_lag FROM analytics.database_health`);
  const { rows: backup } = await database.admin.query(
    'SELECT is_replica, wal_position IS NOT NULL AS written, archive_mode IS NOT NULL AS known FROM analytics.backup_status',
  );
  await database.admin.query('ROLLBACK');
  assert.deepEqual(rows, [
    {
      active: true,
      connected: true,
      tables_without_security: 0,
      invalid_indexes: 0,
      partition_months_ahead: 6,
      is_replica: false,
      replication_lag: null,
    },
  ]);
  assert.deepEqual(backup, [{ is_replica: false, written: true, known: true }]);
  for (const view of ['database_health', 'backup_status', 'unused_indexes']) {
    await database.admin.query('BEGIN');
    await become(database.admin, 'olympus_app', '11', 'a');
    await assert.rejects(database.admin.query(`SELECT * FROM analytics.${view}`), { code: '42501' });
    await database.admin.query('ROLLBACK');
  }
});

test('health names the vacuum that is longest ago', async () => {
  await using database = await twoTenants();
  await database.admin.query('VACUUM core.users');
  const { rows } = await database.admin.query(
    "SELECT oldest_vacuum > now() - interval '1 hour' AS vacuumed, oldest_autovacuum IS NULL OR oldest_autovacuum <= now() AS automatic FROM analytics.database_health",
  );
  assert.deepEqual(rows, [{ vacuumed: true, automatic: true }]);
});

test('the metrics count what orders say, refresh while they are read, and show a tenant its own', async () => {
  await using database = await twoTenants();
  await database.admin.query(`INSERT INTO core.orders (organization_id, customer_email, subtotal_cents, total_cents, status, created_at)
    VALUES ('${id('a001')}', 'x@example.com', 500, 500, 'delivered', '2026-01-15 23:59+00'),
           ('${id('a001')}', 'x@example.com', 900, 900, 'cancelled', '2026-01-15 23:59+00')`);
  await database.admin.query('SELECT cache.refresh_organization_metrics()');
  await database.admin.query('BEGIN');
  await become(database.admin, 'olympus_app', '15', 'a');
  const { rows } = await database.admin.query(
    'SELECT day::text, order_count::int, completed_count::int, total_revenue_cents::int FROM analytics.organization_metrics',
  );
  await database.admin.query('ROLLBACK');
  assert.deepEqual(rows, [
    { day: '2026-01-15', order_count: 3, completed_count: 1, total_revenue_cents: 1500 },
  ]);
});

test('extensions that the server has are installed, and what it lacks is reported', async () => {
  await using database = await twoTenants();
  const { rows } = await database.admin.query(
    'SELECT name FROM analytics.extension_status WHERE available <> (installed_version IS NOT NULL) OR (required AND NOT available)',
  );
  assert.deepEqual(rows, []);
});
