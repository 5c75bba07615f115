/** A number in [0, 1). */
export type Random = () => number;

/** A statement whose plan is wanted, and what is set before it. */
export interface Wanted {
  readonly sql: string;
  readonly settings: readonly string[];
}

const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
const between = (random: Random, low: number, high: number) => low + Math.floor(random() * (high - low + 1));

/** Statements of every kind of node, with numbers that vary. */
const templates: readonly ((n: (low: number, high: number) => number) => string)[] = [
  (n) => `SELECT * FROM cust WHERE id = ${n(1, 4000)}`,
  (n) =>
    `SELECT * FROM sale WHERE cust_id = ${n(1, 4000)} AND amount > ${n(0, 400)} ORDER BY day DESC LIMIT ${n(1, 50)}`,
  (n) => `SELECT count(*), max(amount) FROM sale WHERE amount BETWEEN ${n(0, 100)} AND ${n(100, 500)}`,
  (n) =>
    `SELECT c.name, sum(s.amount) FROM cust c JOIN sale s ON s.cust_id = c.id WHERE c.region = ${n(0, 6)} GROUP BY c.name ORDER BY 2 DESC LIMIT ${n(1, 20)}`,
  (n) =>
    `SELECT * FROM cust c LEFT JOIN sale s ON s.cust_id = c.id AND s.tag = 'tag${n(0, 12)}' WHERE c.id < ${n(1, 500)}`,
  (n) =>
    `SELECT * FROM cust c WHERE EXISTS (SELECT FROM sale s WHERE s.cust_id = c.id AND s.amount > ${n(300, 499)})`,
  (n) =>
    `SELECT * FROM cust c WHERE NOT EXISTS (SELECT FROM sale s WHERE s.cust_id = c.id AND s.amount > ${n(0, 300)})`,
  (n) =>
    `SELECT * FROM cust WHERE region IN (SELECT region FROM cust WHERE id < ${n(1, 30)}) OR id = ${n(1, 4000)}`,
  (n) =>
    `SELECT c.id, (SELECT max(amount) FROM sale s WHERE s.cust_id = c.id) FROM cust c WHERE c.id < ${n(2, 60)}`,
  (n) =>
    `SELECT * FROM sale WHERE amount > (SELECT avg(amount) + ${n(1, 100)} FROM sale) LIMIT ${n(1, 2000)}`,
  (n) =>
    `SELECT count(*) FROM sale WHERE tag LIKE 'tag${n(0, 9)}%' AND amount > (SELECT avg(region) FROM cust)`,
  (n) =>
    `WITH "My cte" AS MATERIALIZED (SELECT id, amount FROM sale WHERE amount < ${n(10, 300)}) SELECT count(*) FROM "My cte" x JOIN "My cte" y USING (id)`,
  (n) =>
    `WITH RECURSIVE "up: down" AS (SELECT id, up FROM tree WHERE id = ${n(500, 1000)} UNION ALL SELECT t.id, t.up FROM tree t JOIN "up: down" u ON t.id = u.up) SELECT * FROM "up: down"`,
  (n) =>
    `SELECT * FROM "Odd Name" o JOIN "T using on" t ON t.id = o."Key Col" WHERE o."v, w" = 'v${n(1, 2000)}'`,
  (n) =>
    `SELECT "using on x", count(*) FROM "Odd Name" "an alias (x)" WHERE "using on x" < ${n(1, 9)} GROUP BY 1`,
  (n) => `SELECT * FROM "T using on" WHERE "->" = 'it''s: (a) "b" ${n(1, 99)}' OR id < ${n(1, 9)}`,
  (n) =>
    `SELECT * FROM cust WHERE name = E'two\\nlines (${n(1, 99)}' OR name = E'x\\n  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=1)'`,
  (n) => `SELECT note, count(*) FROM ord WHERE at < '2026-0${n(2, 9)}-01' GROUP BY note`,
  (n) => `SELECT * FROM ord ORDER BY at LIMIT ${n(1, 300)}`,
  (n) => `SELECT o.*, s.amount FROM ord o JOIN sale s ON s.id = o.id WHERE o.at = '2026-05-${n(10, 28)}'`,
  (n) => `SELECT * FROM cust WHERE id < ${n(1, 100)} UNION SELECT * FROM cust WHERE id < ${n(50, 200)}`,
  (n) =>
    `SELECT id FROM cust WHERE id < ${n(100, 900)} EXCEPT SELECT cust_id FROM sale WHERE amount < ${n(1, 40)}`,
  (n) => `SELECT region FROM cust INTERSECT ALL SELECT id % ${n(2, 9)} FROM cust`,
  (n) => `SELECT * FROM (VALUES (${n(1, 9)}, 'a'), (2, 'b'), (3, 'c')) AS v(i, t) JOIN cust c ON c.id = v.i`,
  (n) => `SELECT * FROM generate_series(1, ${n(2, 500)}) AS g(i) LEFT JOIN cust c ON c.id = g.i`,
  (n) =>
    `SELECT x.* FROM xmltable('/r/i' PASSING ('<r><i>${n(1, 9)}</i></r>'::xml) COLUMNS v int PATH '.') AS x`,
  (n) =>
    `SELECT region, count(*), grouping(region) FROM cust WHERE id < ${n(100, 4000)} GROUP BY GROUPING SETS ((region), (name), ())`,
  (n) => `SELECT tag, day, sum(amount) FROM sale WHERE id < ${n(100, 3000)} GROUP BY ROLLUP (tag, day)`,
  (n) => `SELECT id, rank() OVER (PARTITION BY region ORDER BY name) FROM cust WHERE id < ${n(10, 900)}`,
  (n) => `SELECT DISTINCT ON (region) * FROM cust WHERE id > ${n(1, 3000)} ORDER BY region, id`,
  (n) => `SELECT DISTINCT tag FROM sale WHERE id < ${n(100, 20000)}`,
  (n) => `SELECT * FROM sale WHERE amount = ${n(1, 499)} AND cust_id < ${n(100, 3000)}`,
  (n) => `SELECT * FROM sale WHERE amount = ${n(1, 499)} OR cust_id = ${n(1, 3000)}`,
  (n) => `SELECT * FROM sale TABLESAMPLE bernoulli (${n(1, 20)}) REPEATABLE (${n(1, 9)})`,
  (n) => `SELECT * FROM sale WHERE ctid = '(${n(0, 99)},1)'`,
  (n) => `SELECT * FROM sale WHERE ctid > '(${n(0, 99)},1)' AND ctid < '(${n(100, 150)},1)'`,
  (n) => `SELECT count(*) FROM ft WHERE a < ${n(1, 300)}`,
  (n) => `SELECT * FROM "big view" WHERE n > ${n(1, 20)} ORDER BY name LIMIT ${n(1, 30)}`,
  (n) => `SELECT * FROM sale ORDER BY tag, amount, day OFFSET ${n(0, 900)} LIMIT ${n(1, 900)}`,
  (n) => `SELECT * FROM sale ORDER BY amount, tag LIMIT ${n(100, 30000)}`,
  (n) =>
    `SELECT tag, string_agg(id::text, ',' ORDER BY id) FROM sale WHERE id < ${n(100, 9000)} GROUP BY tag`,
  (n) => `SELECT id, unnest(ARRAY[1, 2, ${n(3, 9)}]) FROM cust WHERE id < ${n(1, 99)}`,
  (n) => `SELECT * FROM cust WHERE id = ${n(1, 4000)} FOR UPDATE`,
  (n) => `SELECT * FROM cust WHERE false AND id = ${n(1, 9)}`,
  (n) =>
    `SELECT * FROM cust c, LATERAL (SELECT * FROM sale s WHERE s.cust_id = c.region + ${n(1, 3)} LIMIT ${n(1, 4)}) l WHERE c.id < ${n(50, 900)}`,
  (n) =>
    `SELECT a.id FROM sale a JOIN sale b ON b.id = a.cust_id JOIN sale c ON c.id = b.cust_id WHERE a.amount < ${n(5, 300)}`,
  (n) => `SELECT * FROM wide WHERE id < ${n(10, 200)}`,
  (n) =>
    `INSERT INTO cust SELECT i, 'new', 1 FROM generate_series(5001, ${n(5002, 5300)}) AS i ON CONFLICT (id) DO NOTHING`,
  (n) =>
    `INSERT INTO cust VALUES (${n(1, 4000)}, 'new', 1) ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id`,
  (n) => `UPDATE child SET parent_id = 1 + (parent_id + 1) % 200 WHERE id < ${n(2, 300)}`,
  (n) => `DELETE FROM parent WHERE id < ${n(2, 60)}`,
  (n) => `UPDATE ord SET note = 'n' WHERE at BETWEEN '2026-03-01' AND '2026-0${n(4, 9)}-01'`,
  (n) => `WITH d AS (DELETE FROM sale WHERE id < ${n(2, 900)} RETURNING id) SELECT 1`,
  (n) =>
    `WITH d AS (UPDATE sale SET amount = amount + 1 WHERE id < ${n(2, 900)} RETURNING id) SELECT count(*) FROM d`,
  (n) =>
    `MERGE INTO cust t USING (SELECT * FROM sale WHERE id < ${n(10, 200)}) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = 'm' WHEN NOT MATCHED THEN DO NOTHING`,
  (n) => `SELECT count(*) FROM scratch WHERE a < ${n(10, 3000)}`,
  (n) => `SELECT s.a, c.name FROM scratch s JOIN cust c ON c.id = s.a ORDER BY s.b LIMIT ${n(10, 1000)}`,
  (n) =>
    `SELECT CASE WHEN (SELECT count(*) FROM cust WHERE region = ${n(0, 6)}) > 10 THEN (SELECT max(id) FROM sale) END`,
  (n) =>
    `SELECT region, (region IN (SELECT cust_id FROM sale WHERE amount < ${n(1, 30)})) AS "is in" FROM cust LIMIT ${n(1, 90)}`,
];

const settings: readonly string[] = [
  "work_mem = '64kB'",
  'enable_hashjoin = off',
  'enable_mergejoin = off',
  'enable_nestloop = off',
  'enable_seqscan = off',
  'enable_indexscan = off',
  'enable_hashagg = off',
  'enable_sort = off',
  'enable_partitionwise_aggregate = on',
  'jit_above_cost = 0',
  ...['parallel', 'parallel', 'parallel'],
];
const parallel = [
  'parallel_setup_cost = 0',
  'parallel_tuple_cost = 0',
  'min_parallel_table_scan_size = 0',
  'min_parallel_index_scan_size = 0',
  'max_parallel_workers_per_gather = 2',
];

export const statementCount = templates.length;

/** The statement of one template, with up to two settings that change its plan. */
export function wanted(random: Random, template: number): Wanted {
  const sql = templates[template % templates.length]!((low, high) => between(random, low, high));
  const chosen = Array.from({ length: between(random, 0, 2) }, () => pick(random, settings));
  return { sql, settings: chosen.flatMap((each) => (each === 'parallel' ? parallel : [each])) };
}

/** EXPLAIN's options beside FORMAT. */
export function optionsOf(random: Random, version: number): string {
  const some = ['VERBOSE', 'SETTINGS', 'WAL', ...(version >= 17 ? ['MEMORY', 'SERIALIZE'] : [])];
  const chosen = some.filter(() => random() < 0.35);
  const form = random();
  if (form < 0.1)
    return [...chosen.filter((each) => /VERBOSE|SETTINGS/.test(each)), 'BUFFERS OFF'].join(', ');
  if (form < 0.15) return ['ANALYZE', 'COSTS OFF', 'BUFFERS', ...chosen].join(', ');
  if (form < 0.25) return ['ANALYZE', 'BUFFERS OFF', ...chosen].join(', ');
  if (form < 0.4) return ['ANALYZE', 'BUFFERS', 'TIMING OFF', ...chosen].join(', ');
  return ['ANALYZE', 'BUFFERS', ...chosen].join(', ');
}
