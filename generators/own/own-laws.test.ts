import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { drawnPosition, hashed, jointPositions, Ranks, Shares, spreadPosition } from './draws.ts';
import { fakerPool, fakerPools, textPool } from './faker-pools.ts';
import { isPersonal, zipfOf } from './masked-law.ts';
import { durationMs, parseGenerators, timeMs } from './read-generators.ts';
import { scalar } from './yaml-scalar.ts';

const parse = (columns: string) =>
  parseGenerators('g.yaml', `tables:\n  a.b:\n    rows: 9\n    columns:\n      ${columns}`).tables[0]!;
const law = (text: string) => parse(`c: ${text}`).columns.get('c')!;
const refused = (text: string, message: RegExp, next = /./) =>
  assert.throws(
    () => parseGenerators('g.yaml', text),
    (error) => {
      assert.ok(error instanceof Fault, String(error));
      assert.equal(error.reason, 'usage');
      assert.match(error.message, message);
      assert.match(error.next, next);
      return true;
    },
  );
const wrong = (columns: string, message: RegExp, next?: RegExp) =>
  refused(`tables:\n  a.b:\n    rows: 9\n    columns:\n      ${columns}`, message, next);

test('values are texts as they are written, whatever YAML takes them for', () => {
  assert.deepEqual(law('{ values: { 1.10: 3, "007": 1, true: 2, 2026-01-01: 1 } }').law, {
    kind: 'values',
    values: [
      { text: '1.10', weight: 3 },
      { text: '007', weight: 1 },
      { text: 'true', weight: 2 },
      { text: '2026-01-01', weight: 1 },
    ],
  });
  assert.deepEqual(law('{ values: [a, 1.0], nulls: 0.5, zipf: 1, order: -1, distinct: 40% }'), {
    ...{ at: 'g.yaml:5', nulls: 0.5, zipf: 1, order: -1, distinct: { share: 0.4 } },
    law: {
      kind: 'values',
      values: [
        { text: 'a', weight: 1 },
        { text: '1.0', weight: 1 },
      ],
    },
  });
  for (const text of [
    'a"b',
    'x: y',
    '#',
    '- z',
    'true',
    '',
    ' ',
    "it's",
    '1e5',
    '\n',
    '{',
    'é\u2028',
    '\u0085',
    'null',
  ])
    assert.deepEqual(law(`{ values: { ${scalar(text)}: 1 } }`).law, {
      kind: 'values',
      values: [{ text, weight: 1 }],
    });
});

test('what is wrong is named with its line and the nearest right word', () => {
  refused('a: [', /g\.yaml:1: this is no YAML/);
  refused('- a', /names no tables/);
  refused('table: {}', /g\.yaml:1: unknown key "table"/, /"tables"/);
  refused('tables:\n  a.b: { rows: 1, colums: {} }', /g\.yaml:2: unknown key "colums" of a\.b/, /"columns"/);
  refused('tables:\n  a.b:\n    columns: {}', /g\.yaml:2: a\.b has no "rows"/);
  refused('tables: { a.b: { rows: 1, columns: {}, columns: {} } }', /no YAML: DUPLICATE_KEY/);
  refused('x: &x { rows: 1 }\ntables: { a.b: *x }', /unknown key "x"/);
  refused('tables: { a.b: &x { rows: 1, columns: {} }, a.c: *x }', /a\.c is no map/);
  refused('tables:\n  a.b: { rows: 1 }', /g\.yaml:2: a\.b has no "columns"/);
  wrong('c: sequenc', /g\.yaml:5: there is no law "sequenc"/, /"sequence"/);
  wrong('c: { fakr: email }', /there is no law "fakr"/, /"faker"/);
  wrong('c: { faker: emial }', /no pool "emial"/, /"email"/);
  wrong('c: { faker: email, null: 0.1 }', /unknown key "null"/, /"nulls"/);
  wrong('c: { faker: email, step: 1 }', /unknown key "step" of "faker"/);
  wrong('c: number', /there is no law "number"/, /It takes more/);
  wrong('c: { number: [9, 1] }', /1 is less than 9/);
  wrong('c: { number: [0, 1], step: 0 }', /"step" is "0"/);
  wrong('c: { number: [0, .inf] }', /"it" is "\.inf"/);
  wrong('c: { time: [2026-02-30, 2026-03-01] }', /"2026-02-30" is no time/);
  wrong('c: { time: [2026-03-02, 2026-03-01] }', /is before/);
  wrong('c: { values: { a: 1, null: 2 } }', /"null" is no value/, /nulls: 0\.1/);
  wrong('c: { values: [a, ~] }', /"~" is no value/);
  wrong('c: { values: {} }', /no value is named/);
  wrong('c: { values: { a: 0 } }', /the weight 0/);
  wrong('c: { values: { a: -1 } }', /"a" is "-1"/);
  wrong('c: { histogram: [1, 2], values: { 3: 1.5 } }', /1\.500 together/);
  wrong('c: { text: [1, 1000000000] }', /"it" is "1000000000"/, /from 0 to 200000/);
  wrong('c: { distinct: 0, uuid: v4 }', /"distinct" is "0"/);
  wrong(
    'c: { array: { array: { array: { array: { array: { array: { array: uuid } } } } } } }',
    /at most 5 deep/,
  );
  wrong('c: { ref: }', /"ref" takes one name/);
});

test('durations and times are read in their units, and nothing else is', () => {
  assert.deepEqual(['1.5h', '90ms', '-2d', '3', '1w'].map(durationMs), [
    5_400_000,
    90,
    -172_800_000,
    null,
    null,
  ]);
  assert.deepEqual(
    ['2026-01-01', '2026-01-01 01:00+02', '2026-01-01T00:00:00Z', '12:30', 'infinity', '44 BC'].map(timeMs),
    [1_767_225_600_000, 1_767_222_000_000, 1_767_225_600_000, 45_000_000, null, null],
  );
});

test('positions: an order of 0.6 is the correlation, spread ones are never the same, joint ones make no pair twice', () => {
  const rows = 20_000;
  const correlation = (of: (row: number) => number) => {
    const values = Array.from({ length: rows }, (_, row) => of(row));
    const mean = values.reduce((sum, value) => sum + value, 0) / rows;
    const [sd, centre] = [
      Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)),
      (rows - 1) / 2,
    ];
    const along = Math.sqrt((rows * (rows ** 2 - 1)) / 12);
    return values.reduce((sum, value, row) => sum + (value - mean) * (row - centre), 0) / (sd * along);
  };
  for (const order of [0, 0.6, -0.8, 1])
    assert.ok(Math.abs(correlation(drawnPosition(rows, 7, order)) - order) < 0.03, String(order));
  const spread = spreadPosition(rows, 3);
  const places = Array.from({ length: rows }, (_, row) => Math.floor(spread(row) * rows));
  assert.equal(new Set(places).size, rows);
  assert.ok(places.every((place, row) => spread.rowAt(place) === row));
  const [a, b] = jointPositions([40, 25], 5) as [(row: number) => number, (row: number) => number];
  const pairs = Array.from(
    { length: 1000 },
    (_, row) => `${Math.floor(a(row) * 40)} ${Math.floor(b(row) * 25)}`,
  );
  assert.equal(new Set(pairs).size, 1000);
  assert.equal(new Set(Array.from({ length: rows }, (_, row) => hashed(row, 99))).size, rows);
});

test('ranks follow their shares for every exponent, and the exponent is found again from the most common values', () => {
  for (const exponent of [0, 0.5, 1, 1.7]) {
    const ranks = new Ranks(1000, exponent);
    for (const rank of [0, 1, 10, 500, 999]) {
      const middle = (ranks.share(rank) + ranks.share(rank + 1)) / 2;
      assert.equal(ranks.at(middle), rank, `${exponent} ${rank}`);
    }
    const frequencies = [0, 1, 2, 3, 4].map((rank) => ranks.share(rank + 1) - ranks.share(rank));
    const shape = { nulls: 0, distinct: 1000, width: 4, correlation: 0, frequencies };
    assert.equal(zipfOf(shape, 1000) ?? 0, exponent);
  }
  const shares = new Shares([1, 0, 3]);
  assert.deepEqual(
    [0, 0.24, 0.26, 0.99].map((at) => shares.at(at)),
    [0, 0, 2, 2],
  );
  assert.equal(shares.inside(0.625, 2), 0.5);
});

test('pools are the same for a seed, have no value twice and none that reaches a person', () => {
  for (const kind of fakerPools) {
    const { heads, tails } = fakerPool(kind, 5, 60);
    assert.deepEqual(fakerPool(kind, 5, 60), { heads, tails });
    assert.equal(new Set(heads.map((head, i) => head + tails[i]!)).size, heads.length, kind);
  }
  assert.ok(fakerPool('email', 1, 50).tails.every((tail) => tail === '@example.com'));
  const { heads } = textPool(1, 11, [10, 20]);
  assert.deepEqual([heads[0]!.length, heads.at(-1)!.length], [10, 20]);
});

test('a wildcard leaves out what may be personal: kinds by name in any spelling, prose, documents, texts that differ in each row', () => {
  const column = (name: string, base = 'text') =>
    ({ name, base, labels: null, element: null }) as unknown as Parameters<typeof isPersonal>[0];
  const few = { nulls: 0, distinct: 5, width: 8, correlation: 0, frequencies: [] };
  for (const name of [
    'email',
    'E-Mail',
    'userEmail',
    'phoneNumber',
    'first_name',
    'api_key',
    'iban',
    'Street Address',
  ])
    assert.equal(isPersonal(column(name), few), true, name);
  for (const base of ['jsonb', 'inet', '_text', 'bytea', 'uuid'])
    assert.equal(isPersonal(column('x', base), few), true, base);
  assert.equal(isPersonal(column('x'), { ...few, width: 90 }), true);
  assert.equal(isPersonal(column('x'), { ...few, distinct: -1 }), true);
  assert.equal(isPersonal(column('x'), undefined), true);
  assert.equal(isPersonal(column('x'), few), false);
  assert.equal(isPersonal(column('made_at', 'timestamptz'), few), false);
});
