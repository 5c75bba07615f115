import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodesOf } from '../plan.ts';
import { readPlans } from '../read.ts';

const text = [
  'Sort  (cost=1.00..2.00 rows=5 width=4) (actual time=0.010..0.020 rows=5 loops=1)',
  '  Sort Key: t, "o\'k"',
  '  ->  Seq Scan on "A b" a  (cost=0.00..1.00 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)',
  "        Filter: (t <> 'x\\y')",
  'Planning:',
  '  Buffers: shared hit=3',
  'Execution Time: 0.030 ms',
];
const plan = text.join('\n');
const json = JSON.stringify(
  [
    {
      Plan: {
        ...{ 'Node Type': 'Sort', 'Sort Key': ['t', '"o\'k"'], 'Actual Rows': 5, 'Actual Loops': 1 },
        Plans: [
          {
            ...{ 'Node Type': 'Seq Scan', 'Relation Name': 'A b', Alias: 'a', 'Actual Rows': 5 },
            ...{ 'Actual Loops': 1, Filter: "(t <> 'x\\y')" },
          },
        ],
      },
      'Execution Time': 0.03,
    },
  ],
  null,
  2,
);

const seen = (kept: string): string[] =>
  readPlans(Buffer.from(kept)).map((reading) =>
    reading.kind === 'plan'
      ? nodesOf(reading.plan.root)
          .map(({ type, relation, actualRows, conditions }) =>
            [type, relation, actualRows, ...Object.values(conditions)].join(),
          )
          .join(' > ')
      : `refused: ${reading.why}`,
  );
const right = `Sort,,5,t, "o'k" > Seq Scan,A b,5,(t <> 'x\\y')`;
const each = (wrap: (line: string, i: number) => string) => text.map(wrap).join('\n');
/** As node's console.log chooses its quotes. */
const inspected = (line: string) =>
  line.includes("'") && !line.includes('"')
    ? JSON.stringify(line)
    : `'${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

test('a plan in what a program, an editor, a chat or a page made of it is the same plan', () => {
  const csv = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  for (const [how, kept] of Object.entries({
    'console.log': `[\n${text.map((line) => `  { 'QUERY PLAN': ${inspected(line)} }`).join(',\n')}\n]`,
    'psycopg, rows in one line': `[${text.map((line) => `(${inspected(line)},)`).join(', ')}]`,
    'psycopg, a row a line': each((line) => `(${inspected(line)},)`),
    'SQL values': `INSERT INTO plans VALUES\n${text.map((line) => `('${line.replaceAll("'", "''").replaceAll('\\', '\\\\')}')`).join(',\n')};`,
    'Java strings': each((line) => `${JSON.stringify(`${line}\n`)} +`),
    'a comment of SQL': `SELECT 1;\n${each((line) => `-- ${line}`)}\nSELECT 2;`,
    'JSON in a comment': json.replaceAll(/^/gm, '-- '),
    'YAML of JSON in a block comment': `/*\n${json.replaceAll(/^/gm, ' * ')}\n */`,
    'a mail without spaces': each((line) => `>${line}`),
    'a fence on the line of the text': `look:\n\`\`\`${plan}\`\`\`\nthanks`,
    'a page without cells': plan
      .replaceAll('>', '&gt;')
      .replaceAll(/ {2}/g, '&nbsp; ')
      .replaceAll('\n', '<br>\n'),
    'a grid with numbers': `#|QUERY PLAN|\n-+---+\n${each((line, i) => `${i + 1}|${line}|`)}`,
    'a diff': each((line) => `+${line}`),
    'grep of files': each((line) => `plans/a.txt:${line}`),
    'CSV whose first cell is bare': `id,query,plan\n1,"SELECT 1, ""Plan""",${csv(json)}\n`,
    'a node alone': JSON.stringify(JSON.parse(json)[0].Plan),
    'docker, a line with its break': [
      '[7] LOG:  duration: 1.000 ms  plan:',
      ...each((line) => `\t${line}`).split('\n'),
    ]
      .map((log) => JSON.stringify({ log: `${log}\n`, stream: 'stderr' }))
      .join('\n'),
    'Loki, with times': JSON.stringify({
      result: [{ values: text.map((line, i) => [`170000000000000000${i}`, line]) }],
    }),
    'zeros at its end': `${plan}\0\0`,
  }))
    assert.deepEqual(seen(kept), [right], `${how}\n${kept}`);
});

test('JSON whose names were changed is refused with what is needed, and so is prose in quotes', () => {
  const renamed = json.replaceAll(
    /"([A-Z][\w ]*)":/g,
    (_, name) => `"${name.toLowerCase().replaceAll(' ', '_')}":`,
  );
  assert.match(seen(renamed).join(), /^refused: Line 1: the names of its fields were changed/);
  assert.match(seen(`'Seq Scan on a' is what it said\n'Limit' too`).join(), /^refused: /);
});

test("MERGE's tuples that PostgreSQL writes into the list of its targets end it", () => {
  const merge = `[{"Plan": {"Node Type": "ModifyTable", "Operation": "Merge", "Target Tables": [
    {"Relation Name": "a", "Alias": "a_1"},
    {"Relation Name": "b", "Alias": "a_2"},
    "Tuples Inserted": 0,
    "Tuples Updated": 16,
    "Tuples Skipped": 0
  ], "Actual Rows": 0, "Actual Loops": 1, "Plans": [{"Node Type": "Result", "Actual Rows": 1, "Actual Loops": 1}]}}]`;
  assert.deepEqual(seen(merge), ['ModifyTable,,0 > Result,,1']);
});

test('an arrow in the SQL of a plan logged in XML makes it no page', () => {
  const logged =
    "2026-01-01 LOG:  duration: 7.000 ms  plan:\n\t<explain>\n\t <Query>\n\t  <Query-Text>select j -&gt; 'a' &lt; 1</Query-Text>\n\t  <Plan>\n\t   <Node-Type>Result</Node-Type>\n\t  </Plan>\n\t </Query>\n\t</explain>\n";
  assert.deepEqual(seen(logged), ['Result,,']);
});

test('a list of texts in a condition makes a log no grid', () => {
  const logged = (n: number) =>
    `2026-01-01 10:00:00 UTC [${n}] LOG:  duration: 7.000 ms  plan:\n\tQuery Text: x\n\tSeq Scan on t${n}  (cost=0.00..1.00 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)\n\t  Filter: (t = ANY ('{"a b","\tSeq Scan on x  (cost=0.00..1.00 rows=1 width=4)","[1"}'::text[]))\n`;
  assert.deepEqual(
    readPlans(logged(1) + logged(2)).map((reading) => reading.kind === 'plan' && reading.plan.root.relation),
    ['t1', 't2'],
  );
});

test('a plan that auto_explain logged without log_analyze has its duration, and is not called broken', () => {
  const [reading] = readPlans(
    '2026-01-01 LOG:  duration: 7.000 ms  plan:\n\tQuery Text: x\n\tSeq Scan on a  (cost=0.00..1.00 rows=5 width=4)\n',
  );
  assert.ok(reading?.kind === 'plan');
  assert.equal(reading.plan.executionMs, 7);
  assert.deepEqual(reading.warnings, ['It was made without ANALYZE: there are estimates only.']);
});
