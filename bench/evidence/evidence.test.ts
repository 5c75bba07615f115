import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { looks } from '../../test/looks.ts';
import { until } from '../../test/patience.ts';
import { type TestDatabase, testDatabase } from '../../test/server.ts';
import { openEvidence } from './evidence.ts';

const endpoint = (name: Endpoint['name'], url: string): Endpoint => ({
  name,
  provider: 'external',
  version: 'PostgreSQL',
  host: new URL(url).hostname,
  port: Number(new URL(url).port),
  url: () => url,
});

const statement: Statement = {
  name: 'notes/insert',
  what: 'writes notes',
  sql: `INSERT INTO notes (body)\nSELECT repeat('x', 500) FROM generate_series(1, $1::int) -- many`,
  params: [],
  sources: new Map(),
  expects: [],
  weight: 0,
  role: 'app',
  kind: 'write',
  file: 'insert.sql',
};

async function notes(): Promise<TestDatabase> {
  const database = await testDatabase('evidence');
  await database.admin.query('CREATE EXTENSION pg_stat_statements');
  await database.admin.query('CREATE TABLE notes (id bigserial, body text)');
  return database;
}

const open = ({ url, name }: TestDatabase, every = 50) =>
  openEvidence({ primary: endpoint('primary', url), database: name, catalogue: [statement], every });

/** Backends tell what they counted when they end, at the latest. */
async function load(url: string): Promise<void> {
  await using worker = await connect(url);
  for (let i = 0; i < 20; i++) await worker.query(statement.sql, ['100']);
}

test('counters, statements and the series move under load, and the catalogue is recognised', async () => {
  await using database = await notes();
  await using window = await open(database);
  await load(database.url);
  await looks(database.admin, 3);
  const evidence = await window.finish();
  assert.ok(evidence.counters!.wal_bytes > 20 * 100 * 500, `${evidence.counters!.wal_bytes} bytes of WAL`);
  assert.ok(evidence.counters!.wal_records > 2000);
  const [top] = evidence.statements!;
  assert.equal(top!.name, 'notes/insert');
  assert.equal(top!.calls, 20);
  assert.equal(top!.rows, 2000);
  assert.ok(top!.timePct > 0 && top!.timePct <= 100);
  assert.ok(evidence.series.length >= 3);
  assert.ok(evidence.series.some(({ walBytesPerSecond }) => walBytesPerSecond > 0));
  assert.ok(evidence.series.every(({ s }, i, all) => i === 0 || s > all[i - 1]!.s));
  assert.ok(evidence.observerMs! > 0, 'the price of looking is told');
  assert.ok(
    !evidence.statements!.some(({ query }) => /pg_stat_database|sessions that work wait/.test(query)),
  );
  assert.deepEqual(evidence.gaps, []);
});

test('sessions that wait for a lock are seen with what they wait for', async () => {
  await using database = await notes();
  await using window = await open(database, 20);
  await using holder = await connect(database.url);
  await using waiter = await connect(database.url);
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE notes');
  const waiting = waiter.query('SELECT count(*) FROM notes');
  await until('one waits for the lock', async () => {
    const { rows } = await database.admin.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    return rows.length > 0;
  });
  await looks(database.admin, 2);
  await holder.query('COMMIT');
  await waiting;
  const { series, waits } = await window.finish();
  assert.ok(waits['Lock:relation']! > 0, JSON.stringify(waits));
  assert.ok(series.some(({ locksWaiting, idleInTransaction }) => locksWaiting > 0 && idleInTransaction > 0));
});

test('a look that fails leaves a gap, and the next one asks again', async () => {
  await using database = await notes();
  await using window = await open(database);
  await database.admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'olympus-evidence' AND datname = current_database()`,
  );
  await looks(database.admin, 2);
  const { gaps, series, counters } = await window.finish();
  assert.equal(gaps.length, 1);
  assert.match(gaps[0]!.why, /terminat|closed|connection error/i);
  assert.ok(series.length >= 1 && counters !== null);
});

test('without pg_stat_statements the rest is told, and what is missing has its reason', async () => {
  await using database = await testDatabase('evidence');
  await using window = await open(database);
  const { statements, observerMs, absent, counters } = await window.finish();
  assert.deepEqual([statements, observerMs], [null, null]);
  assert.ok(counters !== null);
  assert.ok(
    absent.some(
      ({ what, why }) => what === 'pg_stat_statements' && why.includes('not created in this database'),
    ),
  );
});

test('what the version has no view for is null with its reason, never zero', async () => {
  await using database = await notes();
  const { rows } = await database.admin.query<{ major: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major`,
  );
  await using window = await open(database);
  await load(database.url);
  const { io, absent, counters } = await window.finish();
  const hasIo = rows[0]!.major >= 16;
  assert.equal(io === null, !hasIo);
  assert.equal(
    absent.some(({ what }) => what === 'pg_stat_io'),
    !hasIo,
  );
  assert.equal(counters!.backend_buffers === null, rows[0]!.major >= 17);
  if (io) assert.ok(io.some(({ backend_type, hits }) => backend_type === 'client backend' && hits! > 0));
});

test('a pooler that does not answer is told, and costs nothing else', async () => {
  await using database = await notes();
  const nowhere = Object.assign(new URL(database.url), { port: '1' }).href;
  await using window = await openEvidence({
    primary: endpoint('primary', database.url),
    pooler: endpoint('pooler', nowhere),
    database: database.name,
    catalogue: [],
  });
  const { pool, absent, counters } = await window.finish();
  assert.equal(pool, null);
  assert.ok(absent.some(({ what, why }) => what === 'pooler' && why.includes('Cannot connect')));
  assert.ok(counters !== null);
});

test('a window that is only disposed of leaves no connection behind', async () => {
  await using database = await notes();
  {
    await using _ = await open(database);
  }
  await until('no connection is left', async () => {
    const { rows } = await database.admin.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'olympus-evidence' AND datname = current_database()`,
    );
    return rows.length === 0;
  });
});
