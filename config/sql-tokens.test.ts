import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqlTokens } from './sql-tokens.ts';

const kindsOf = (sql: string) =>
  [...sqlTokens(sql)].filter(({ kind }) => kind !== 'blank').map(({ kind, text }) => [kind, text]);

for (const [sql, kinds] of [
  [
    'SELECT $1',
    [
      ['word', 'SELECT'],
      ['parameter', '$1'],
    ],
  ],
  [
    "E'it\\'s; $1' ;",
    [
      ['quoted', "E'it\\'s; $1'"],
      ['semicolon', ';'],
    ],
  ],
  ["'it''s; $1'", [['quoted', "'it''s; $1'"]]],
  [
    "'a\\' $1",
    [
      ['quoted', "'a\\'"],
      ['parameter', '$1'],
    ],
  ], // no escape without the E
  [
    '/* a /* b; */ $1 */ $2',
    [
      ['comment', '/* a /* b; */ $1 */'],
      ['parameter', '$2'],
    ],
  ],
  [
    '-- $1\n$2',
    [
      ['comment', '-- $1'],
      ['parameter', '$2'],
    ],
  ],
  [
    '$a$ $1; $b$ $a$;',
    [
      ['dollar', '$a$ $1; $b$ $a$'],
      ['semicolon', ';'],
    ],
  ],
  ['a$1', [['word', 'a$1']]],
  ['"a;""$1"', [['quoted', '"a;""$1"']]],
] as const)
  test(`the tokens of ${sql}`, () => assert.deepEqual(kindsOf(sql), kinds));

for (const sql of ["SELECT 'a", '/* a /* b */', '$x$ a', 'SELECT "a'])
  test(`what nothing ends goes on to the end: ${sql}`, () => {
    const last = [...sqlTokens(sql)].at(-1)!;
    assert.equal(last.ended, false);
    assert.equal(last.offset + last.text.length, sql.length);
  });

test('the tokens of a text, one after another, are the text', () => {
  const sql = "CREATE FUNCTION f() RETURNS int AS $f$ SELECT '$1;' $f$; -- é\nSELECT 1::int + $1, U&'\\0041'";
  assert.equal([...sqlTokens(sql)].map(({ text }) => text).join(''), sql);
});
