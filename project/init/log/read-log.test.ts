import assert from 'node:assert/strict';
import { test } from 'node:test';
import { literalsOf, replaceLiterals } from './literals.ts';
import { readLog } from './read-log.ts';

/** What a server says of five calls, as each format has it: a simple one in two lines, and two of the extended protocol. */
const said = [
  {
    pid: 7,
    severity: 'LOG',
    message: "duration: 2.000 ms  statement: SELECT a\nFROM t WHERE x = 5 AND y = 'it''s';",
  },
  { pid: 8, severity: 'LOG', message: 'duration: 0.100 ms  parse <unnamed>: SELECT b FROM t WHERE z = $1' },
  {
    pid: 8,
    severity: 'LOG',
    message: 'duration: 0.100 ms  bind <unnamed>: SELECT b FROM t WHERE z = $1',
    detail: "parameters: $1 = '6'",
  },
  {
    pid: 8,
    severity: 'LOG',
    message: 'duration: 1.000 ms  execute <unnamed>: SELECT b FROM t WHERE z = $1',
    detail: "parameters: $1 = 'a, $2 = ''b'''",
  },
  {
    pid: 8,
    severity: 'LOG',
    message: 'duration: 3.000 ms  execute S_1/C_2: SELECT b FROM t WHERE z = $1',
    detail: 'Parameters: $1 = NULL',
  },
  { pid: 7, severity: 'LOG', message: 'statement: SELECT 1 + 1 FROM t' },
  { pid: 9, severity: 'ERROR', message: 'column "nope" does not exist' },
  { pid: 7, severity: 'LOG', message: 'duration: 4.000 ms' },
  { pid: 9, severity: 'LOG', message: 'duration: 0.010 ms  statement: BEGIN' },
  { pid: 9, severity: 'LOG', message: 'duration: 9.000 ms' },
];
const when = '2026-11-28 20:00:00.000 UTC';
const stderr = said
  .flatMap(({ pid, severity, message, detail }) => [
    `${when} [${pid}] me@shop ${severity}:  ${message.replaceAll('\n', '\n\t')}`,
    ...(detail ? [`${when} [${pid}] me@shop DETAIL:  ${detail}`] : []),
    ...(severity === 'ERROR' ? [`${when} [${pid}] me@shop STATEMENT:  SELECT nope`] : []),
  ])
  .join('\n');
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csv = said
  .map(({ pid, severity, message, detail = '' }) =>
    [
      when,
      cell('me'),
      cell('shop'),
      pid,
      '',
      `s${pid}`,
      '1',
      '',
      when,
      '',
      '0',
      severity,
      '00000',
      cell(message),
      detail && cell(detail),
      ...new Array(11).fill(''),
    ].join(','),
  )
  .join('\n');
const json = said
  .map(({ pid, severity, message, detail }) =>
    JSON.stringify({
      timestamp: when,
      dbname: 'shop',
      pid,
      session_id: `s${pid}`,
      error_severity: severity,
      message,
      detail,
    }),
  )
  .join('\n');

for (const [format, text] of Object.entries({
  stderr,
  csv,
  json,
  'stderr with CRLF': stderr.replaceAll('\n', '\r\n'),
}))
  test(`${format}: statements with their times and real parameters; what is none is counted with its reason`, () => {
    const { statements, unread, databases } = readLog(text, { database: 'shop', most: 10 });
    assert.deepEqual(
      statements.map(({ query, calls, ms, values }) => [query, calls, ms, values]),
      [
        ['SELECT b FROM t WHERE z = $1', 2, 4, [["a, $2 = 'b'"], [null]]],
        ['SELECT $1::int + $2::int FROM t', 1, 4, [['1', '1']]],
        ['SELECT a\nFROM t WHERE x = $1::int AND y = $2', 1, 2, [['5', "it's"]]],
      ],
    );
    assert.deepEqual(databases, ['shop']);
    assert.deepEqual(
      new Map(unread.map(({ why, lines }) => [why.split(' (')[0], lines])),
      new Map([
        ['a statement that failed', 1],
        ['a duration without its statement', 1],
        ['BEGIN, SET and other statements that are not measured', 1],
      ]),
    );
  });

test('another database, a line that is no log, a row cut off at the end of the file: counted, and nothing is lost', () => {
  const other = readLog(csv, { database: 'elsewhere', most: 10 });
  assert.deepEqual(
    [other.statements.length, other.unread],
    [0, [{ why: 'of another database', lines: said.length }]],
  );
  const stray = readLog(`-- rotated --\n${stderr}`, { database: null, most: 10 });
  assert.equal(stray.statements.length, 3);
  assert.equal(stray.unread.find(({ why }) => /no part of a message/.test(why))?.lines, 1);
  const cut = readLog(csv.slice(0, csv.lastIndexOf('BEGIN') + 2), { database: null, most: 10 });
  assert.equal(cut.statements.length, 3);
  assert.equal(cut.unread.find(({ why }) => /no part of a message/.test(why))?.lines, 1);
  assert.equal(readLog(json.slice(0, -9), { database: null, most: 10 }).statements.length, 3);
  assert.deepEqual(readLog('', { database: null, most: 10 }).statements, []);
});

test('lines of sessions that alternate keep their own parameters and times', () => {
  const lines = [
    '[1] LOG:  execute a: SELECT x FROM t WHERE i = $1',
    '[2] LOG:  execute b: SELECT y FROM t WHERE i = $1',
    "[1] DETAIL:  parameters: $1 = 'one'",
    "[2] DETAIL:  parameters: $1 = 'two'",
    '[2] LOG:  duration: 2.0 ms',
    '[1] LOG:  duration: 1.0 ms',
  ];
  const { statements } = readLog(lines.join('\n'), { database: null, most: 10 });
  assert.deepEqual(
    statements.map(({ query, ms, values }) => [query.slice(7, 8), ms, values]),
    [
      ['y', 2, [['two']]],
      ['x', 1, [['one']]],
    ],
  );
});

test('what never changes is part of the statement; what does, or could be somebody’s, is a parameter', () => {
  const call = (id: number) =>
    `LOG:  duration: 1.0 ms  statement: SELECT date_trunc('day', at) FROM t WHERE id = ${id} AND state = 'open' AND mail = 'a@b.c' LIMIT 20`;
  const of = (...ids: number[]) =>
    readLog(ids.map(call).join('\n'), { database: null, most: 9 }).statements[0]!;
  assert.equal(
    of(1, 2, 3).query,
    "SELECT date_trunc('day', at) FROM t WHERE id = $1::int AND state = 'open' AND mail = $2 LIMIT 20",
  );
  assert.deepEqual(
    of(1, 2, 3).values.map(([id]) => id),
    ['1', '2', '3'],
  );
  assert.match(of(1, 2).query, /date_trunc\(\$1, at\).*LIMIT \$5::int/, 'two calls prove nothing');
  assert.match(of(1, 3_000_000_000, 3).query, /id = \$1::bigint/);
  const many = of(...Array.from({ length: 1000 }, (_, i) => i));
  assert.equal(many.calls, 1000);
  assert.ok(many.values.length > 100 && many.values.length <= 200);
  assert.ok(
    many.values.some(([id]) => Number(id) > 900),
    'the end of the log is there too',
  );
});

test('places of a list, sizes of a type and strings with escapes stay; every other value is one', () => {
  const shown = (sql: string) =>
    replaceLiterals(sql, literalsOf(sql), ({ value, type = '' }) => `<${value}${type && ` ${type}`}>`);
  for (const [sql, expected] of [
    [
      'SELECT a1, 2 FROM t2 GROUP BY 1, 2 ORDER BY 2 DESC LIMIT 3',
      'SELECT a1, <2> FROM t2 GROUP BY 1, 2 ORDER BY 2 DESC LIMIT <3>',
    ],
    [
      'SELECT x::numeric(5, 2), y::varchar(3) ORDER BY abs(x - 4), 1',
      'SELECT x::numeric(5, 2), y::varchar(3) ORDER BY abs(x - <4>), 1',
    ],
    [
      "SELECT * FROM t WHERE d > date '2026-01-01' AND i < interval '1 day'",
      'SELECT * FROM t WHERE d > <2026-01-01 date> AND i < <1 day interval>',
    ],
    [
      "SELECT timestamp with time zone '2026-01-01', E'a\\'5', $$6$$, B'01'",
      "SELECT timestamp with time zone '2026-01-01', E'a\\'5', $$6$$, B'01'",
    ],
    ['SELECT "7", -8, 1.5e3, .5, 9::text -- 10\n', 'SELECT "7", -<8>, <1.5e3>, <.5>, <9>::text -- 10\n'],
    [
      '(SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t WHERE x IN (1, 2))',
      '(SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t WHERE x IN (<1>, <2>))',
    ],
    ['SELECT a FROM t FETCH FIRST 5 ROWS ONLY', 'SELECT a FROM t FETCH FIRST 5 ROWS ONLY'],
    ['SELECT a[1], b FROM t', 'SELECT a[<1>], b FROM t'],
  ] as const)
    assert.equal(shown(sql), expected);
});
