import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../migrations/runner.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { testDatabase } from '../../test/server.ts';
import { normalisedText } from './statement-text.ts';

/** As a file of the catalogue might write them, with parameters and constants in many places. */
const statements = [
  `-- newest first
SELECT id, status FROM orders  -- whose?
WHERE organization_id = $1 AND status <> 'it''s; cancelled' /* not $2 */
ORDER BY created_at DESC LIMIT 20;`,
  `SELECT count(*) FROM orders WHERE created_at >= $1::timestamptz - INTERVAL '30 days' AND id > 12.5e1`,
  `SELECT id FROM orders WHERE status IN ('paid', 'shipped', 'new') AND ("status" = ANY ($1) OR TRUE)`,
  `SELECT id FROM orders WHERE (created_at, id) < ($1, $2) AND organization_id IS NOT NULL LIMIT $3`,
  `SELECT extract(epoch FROM created_at), EXTRACT(YEAR FROM created_at) FROM orders FETCH FIRST 5 ROWS ONLY`,
  `SELECT doc @> '{"a": 1}' AND doc->>'b' = E'x\\ty' AND id = -5 FROM orders WHERE doc ? 'colour'`,
];
const values = [['1'], ['2026-01-01'], [['paid']], ['2026-01-01', '4', '10'], [], []];

test('what pg_stat_statements keeps of a statement is recognised as that statement', async () => {
  await using database = await testDatabase('evidence');
  const { admin } = database;
  await admin.query('CREATE EXTENSION pg_stat_statements');
  await admin.query(
    `CREATE TABLE orders (id bigint, organization_id bigint, status text, created_at timestamptz, doc jsonb)`,
  );
  for (const [at, sql] of statements.entries()) await admin.query(sql, values[at]);
  const { rows } = await admin.query<{ query: string }>(
    `SELECT query FROM pg_stat_statements WHERE query LIKE '%FROM orders%'
     AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const kept = new Set(rows.map(({ query }) => normalisedText(query)));
  for (const sql of statements) assert.ok(kept.has(normalisedText(sql)), normalisedText(sql));
});

test('different statements stay different', () => {
  assert.equal(new Set(statements.map(normalisedText)).size, statements.length);
  assert.notEqual(normalisedText('SELECT a FROM t1'), normalisedText('SELECT a FROM t2'));
  assert.notEqual(normalisedText('SELECT "A" FROM t'), normalisedText('SELECT "B" FROM t'));
});

test('every read of the catalogue is recognised in pg_stat_statements', async () => {
  await using database = await testDatabase('evidence');
  const { admin } = database;
  await migrate(admin);
  await admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const reads = (await readCatalogue()).filter(({ kind }) => kind === 'read');
  assert.ok(reads.length > 10);
  for (const { sql, params } of reads)
    await admin.query(
      sql,
      params.map(() => null),
    );
  const { rows } = await admin.query<{ query: string }>(
    `SELECT query FROM pg_stat_statements
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const kept = new Set(rows.map(({ query }) => normalisedText(query)));
  const unknown = reads.filter(({ sql }) => !kept.has(normalisedText(sql)));
  assert.deepEqual(
    unknown.map(({ name }) => name),
    [],
  );
});

test('a statement is recognised by the text of our EXPLAIN or PREPARE that the server saw first', () => {
  const sql = 'SELECT id FROM orders WHERE status = $1';
  assert.equal(
    normalisedText(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`),
    normalisedText("SELECT id FROM orders WHERE status = 'paid'"),
  );
  assert.equal(normalisedText(`PREPARE olympus_init AS ${sql}`), normalisedText(sql));
});
