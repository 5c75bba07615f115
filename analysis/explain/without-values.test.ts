import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonWithoutValues, messageWithoutValues, withoutValues } from './without-values.ts';

const secret = /secret|4711|2026-03|O.Brien|Müller/;

test('strings and numbers of every form go, names and words stay', () => {
  const pairs: [string, string][] = [
    [`(customer_id = 4711)`, `(customer_id = ?)`],
    [`("Lines 2025"."It""s 5" = '4711'::bigint)`, `("Lines 2025"."It""s 5" = ?::bigint)`],
    [
      `(name = 'O''Brien; secret'::text) AND (b > '-4711.5e3'::numeric)`,
      `(name = ?::text) AND (b > ?::numeric)`,
    ],
    [`(path = E'c:\\\\secret\\'4711'::text)`, `(path = ?::text)`],
    [`(a = ANY ('{4711,secret}'::text[]))`, `(a = ANY (?::text[]))`],
    [`(t1.c2 = $1) AND (x > -4711) AND (y > .4711)`, `(t1.c2 = $1) AND (x > ?) AND (y > ?)`],
    [`(größe = 'Müller'::text)`, `(größe = ?::text)`],
    [`(bits = B'4711') OR (u = U&'secret')`, `(bits = ?) OR (u = ?)`],
    [`(city = 'Müller and a text that was cut off ...`, `(city = ?`],
    [`(note = 'two\nlines of a secret'::text)`, `(note = ?::text)`],
  ];
  for (const [text, right] of pairs) {
    assert.equal(withoutValues(text), right);
    assert.doesNotMatch(withoutValues(text), secret);
  }
});

test("EXPLAIN's JSON keeps what names something, and its figures", () => {
  const plan = {
    'Node Type': 'Index Scan',
    ...{ 'Relation Name': 'Lines 2025', Alias: 'l_1', 'Actual Rows': 4712, 'Index Cond': '(id = 4711)' },
    ...{
      Output: ["'secret'::text", 'l_1.id'],
      'Sort Key': ["(x = 'secret'::text)"],
      'Some New Key': "'secret'",
    },
  };
  const text = jsonWithoutValues(JSON.stringify([{ Plan: plan, Settings: { work_mem: '64MB' } }]));
  assert.doesNotMatch(text, secret);
  const [{ Plan, Settings }] = JSON.parse(text);
  assert.deepEqual(
    [Plan['Relation Name'], Plan.Alias, Plan['Actual Rows'], Plan['Index Cond'], Settings.work_mem],
    ['Lines 2025', 'l_1', 4712, '(id = ?)', '64MB'],
  );
});

test('a message of the server loses the value that it quotes, and keeps names', () => {
  for (const [message, right] of [
    ['invalid input syntax for type uuid: "secret"', 'invalid input syntax for type uuid: "?"'],
    ['date/time field value out of range: "2026-03-99"', 'date/time field value out of range: "?"'],
    ['value "4711" is out of range for type smallint', 'value "?" is out of range for type smallint'],
    ['column "tenant" does not exist', 'column "tenant" does not exist'],
  ])
    assert.equal(messageWithoutValues(message!), right);
});
