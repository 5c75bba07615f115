import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStatement } from '../../scenarios/catalogue.ts';
import type { Problem } from '../../scenarios/catalogue-header.ts';
import { forTenant } from '../../scenarios/identity.ts';
import { drawParameters, readSource } from '../../scenarios/sources.ts';
import { findTenants } from '../../scenarios/tenants.ts';
import { forgetAsked, testDatabase } from '../../test/server.ts';
import { parseProject } from '../read-project.ts';
import { guessTenants } from './guess-tenants.ts';
import { initProject } from './init-project.ts';
import { parameterColumns } from './parameter-columns.ts';

const schema = `
  CREATE EXTENSION pg_stat_statements;
  CREATE SCHEMA "Film shop";
  CREATE TABLE "Film shop".film (id int PRIMARY KEY, store_id int NOT NULL, title text, "rental rate" numeric, made date, rental_rate int);
  CREATE TABLE "Film shop".rental (id serial PRIMARY KEY, store_id int NOT NULL, film_id int REFERENCES "Film shop".film, at timestamptz) PARTITION BY RANGE (id);
  CREATE TABLE "Film shop".rental_1 PARTITION OF "Film shop".rental FOR VALUES FROM (0) TO (100000);
  CREATE TABLE "Film shop".staff (id int PRIMARY KEY, store_id int, name text);
  CREATE VIEW "Film shop".newest AS SELECT * FROM "Film shop".film ORDER BY made DESC;
  INSERT INTO "Film shop".film SELECT n, n % 5, 'film ' || n, n, date '2026-01-01' + n, -n FROM generate_series(1, 500) n;
  INSERT INTO "Film shop".rental (store_id, film_id, at) SELECT n % 5, 1 + n % 500, now() FROM generate_series(1, 2000) n;
  INSERT INTO "Film shop".staff SELECT n, n % 5, 'staff' FROM generate_series(1, 10) n;
  ANALYZE "Film shop".film; ANALYZE "Film shop".rental; ANALYZE "Film shop".staff;`;
const asked = [
  `SELECT title FROM "Film shop".film WHERE id = 7`,
  `SELECT f.title, r.at FROM "Film shop".rental r JOIN "Film shop".film f ON f.id = r.film_id WHERE r.store_id = 3 AND r.at > now() - interval '2 days' ORDER BY r.at DESC LIMIT 10 OFFSET 5`,
  `SELECT count(*) FROM "Film shop".newest WHERE title LIKE 'film 1%'`,
  `UPDATE "Film shop".film SET title = 'x' WHERE id = 9`,
  `INSERT INTO "Film shop".staff VALUES (77, 1, 'new')`,
  `SELECT made FROM "Film shop".film WHERE "rental rate" > 3 AND rental_rate < 7`,
  `SELECT film_id FROM "Film shop".rental WHERE id BETWEEN 5 AND 9`,
  `SELECT date_trunc('month', made) FROM "Film shop".film WHERE store_id = 2`,
  `SELECT upper('x') FROM "Film shop".staff`,
];

test('the statements of a living database become files that are read, drawn and run back; no row is in them', async () => {
  await using database = await testDatabase('init');
  const { admin } = database;
  await admin.query(schema);
  await admin.query(forgetAsked);
  for (const sql of asked) await admin.query(sql);
  await admin.query(`SELECT upper('y')`); // names nothing of this database's: not a statement to measure
  const options = { variable: 'X', tls: 'disable', tenantColumn: 'store_id', maxStatements: 50 };
  const found = await initProject(admin, options);
  assert.equal(found.statements.length, asked.length);
  const left = found.statements.filter(({ runnable }) => !runnable);
  assert.deepEqual(left.map(({ why }) => why).sort(), ['nothing says where the values of $1 come from']);
  const problems: Problem[] = [];
  const pick = (folder: string) => [...found.files].filter(([path]) => path.startsWith(`${folder}/`));
  const sources = new Map(
    pick('sources').map(([path, text]) => {
      const source = readSource(path.slice('sources/'.length), text, problems);
      return [source.name, source];
    }),
  );
  const project = parseProject('olympus.yaml', found.files.get('olympus.yaml')!, '/');
  const [whale] = await findTenants(admin, project.tenants);
  const statements = pick('statements').map(([path, text]) =>
    readStatement(path, path.slice('statements/'.length, -'.sql'.length), text, sources, problems),
  );
  assert.deepEqual(problems, []);
  assert.equal(statements.length, asked.length - left.length);
  for (const statement of statements) {
    const [draw] = await drawParameters(admin, statement, whale!, 1, 1);
    assert.ok(draw, statement.sql);
    await forTenant(admin, whale!, () => admin.query(`EXPLAIN ${statement.sql}`, draw));
  }
  const joined = statements.find(({ sql }) => sql.includes('JOIN'))!;
  assert.deepEqual(
    joined.params.map(({ source, column }) => `${source}.${column}`),
    ['film_shop_rental.store_id', 'page.span', 'page.rows', 'page.start'],
  );
  const paramsOf = (text: string) =>
    statements
      .find(({ sql }) => sql.includes(text))!
      .params.map(({ source, column }) => `${source}.${column}`);
  assert.deepEqual(paramsOf('SELECT made'), ['film_shop_film.rental_rate', 'film_shop_film.rental_rate_2']);
  assert.match(found.files.get('sources/film_shop_film.sql')!, /"rental rate" AS "rental_rate"/);
  assert.match(found.files.get('sources/film_shop_film.sql')!, /"rental_rate" AS "rental_rate_2"/);
  assert.deepEqual(paramsOf('BETWEEN'), ['film_shop_rental.id', 'film_shop_rental.id']);
  assert.deepEqual(paramsOf('date_trunc'), ['page.unit', 'film_shop_film.store_id']);
  assert.ok(
    statements.every(({ role }) => role === 'app'),
    'an application sent them',
  );
  const everything = [...found.files.values()].join('\n');
  assert.ok(!/film 1\b|'film 7'|staff'/.test(everything), 'no value of a row');
  assert.equal(found.tenants?.column, 'store_id');
});

test('parameters are found by the planner, whatever the SQL looks like, and the statement is never executed', async () => {
  await using database = await testDatabase('init_columns');
  await database.admin.query('CREATE TABLE a (x int PRIMARY KEY, y text); CREATE TABLE b (x int, z int)');
  const columns = () => ['x', 'y'];
  const of = async (sql: string) => {
    const found = await parameterColumns(database.admin, sql, columns);
    if (found.kind === 'refused') return found.why;
    return found.origins.map((origin) =>
      origin.kind === 'column' ? `${origin.table}.${origin.column}` : origin.kind,
    );
  };
  assert.deepEqual(await of('SELECT 1 FROM a q WHERE $1 = q.x AND lower(q.y) = $2'), ['a.x', 'a.y']);
  assert.deepEqual(await of('SELECT 1 FROM a JOIN b USING (x) WHERE z = ANY ($1) AND y IN ($2, $3)'), [
    'b.z',
    'a.y',
    'a.y',
  ]);
  assert.deepEqual(await of('SELECT 1 FROM a WHERE x BETWEEN $1 AND $2 LIMIT $3'), ['a.x', 'a.x', 'limit']);
  assert.deepEqual(await of('INSERT INTO a VALUES ($1, $2)'), ['a.x', 'a.y']);
  assert.deepEqual(await of('DELETE FROM a WHERE x = $1'), ['a.x']);
  assert.match(String(await of('SELECT nope FROM a')), /nope/);
  assert.equal((await database.admin.query('SELECT FROM a')).rowCount, 0);
});

test('the tenants’ column is one that most tables share and whose name says so', () => {
  const table = (name: string, ...columns: string[]) => ({ schema: 's', name, rows: 1, bytes: 1, columns });
  const shared = [
    table('a', 'id', 'tenant_id'),
    table('b', 'id', 'tenant_id'),
    table('c', 'id', 'tenant_id'),
    table('d', 'id'),
  ];
  assert.equal(guessTenants(shared)?.column, 'tenant_id');
  assert.equal(guessTenants(shared.slice(0, 2)), null);
  assert.equal(guessTenants([table('a', 'id'), table('b', 'id'), table('c', 'id')]), null);
});
