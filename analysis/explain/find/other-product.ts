/** Plans of other products, by what only they print. */
const products: readonly (readonly [name: string, sign: RegExp])[] = [
  ['SQL Server', /<ShowPlanXML|showplan\/|\|--[A-Z][\w ]+\((?:OBJECT|Inner Join|WHERE|ORDER BY|DEFINE|HASH)/],
  ['MySQL or MariaDB', /"query_block"\s*:|\bselect_type\b[\s|,;"]+table\b/],
  ['MySQL', /^[ \t]*->[ \t]+\S.*\(cost=[\d.e+]+(?:\.\.[\d.e+]+)? rows=[\d.e+]+\)/m],
  [
    'MySQL',
    /^[ \t]*->[ \t]+(?:Limit: \d|Table scan on|Index lookup on|Filter: \(|Sort: |Nested loop |Aggregate: |Single-row index|Covering index)/m,
  ],
  ['Oracle', /^[ \t]*Plan hash value:|^\|\s*Id\s*\|\s*Operation\s*\|/m],
  ['SQLite', /^[ \t]*(?:[|`]--)(?:SCAN|SEARCH|USE TEMP|COMPOUND|MATERIALIZE|CO-ROUTINE)\b/m],
  ['MongoDB', /"(?:queryPlanner|winningPlan)"\s*:/],
  [
    'CockroachDB',
    /^[ \t]*distribution: (?:local|full|partial)|^[ \t]*vectorized: (?:true|false)|^[ \t]*• (?:scan|index join|filter|sort)/m,
  ],
  ['Amazon Redshift', /^[ \t]*(?:->[ \t]+)?XN \w/m],
  ['DuckDB', /│\s*(?:Physical Plan|SEQ_SCAN|TABLE_SCAN|Total Time: )/],
  ['Spark', /^== (?:Physical|Parsed Logical|Optimized Logical) Plan ==/m],
  ['Trino or Presto', /^[ \t]*Fragment \d+ \[\w+\]/m],
  ['ClickHouse', /\bReadFromMergeTree\b/],
];

/** The product that a text's plan is of; null when nothing shows that it is of another than PostgreSQL. */
export const otherProduct = (text: string): string | null =>
  products.find(([, sign]) => sign.test(text))?.[0] ?? null;
