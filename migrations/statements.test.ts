import assert from 'node:assert/strict';
import { test } from 'node:test';
import { place, splitStatements, Unterminated } from './statements.ts';

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

test('statements end at semicolons, and what is empty is no statement', () => {
  assert.deepEqual(texts('SELECT 1; ;\n-- only a comment\n; SELECT 2'), ['SELECT 1', 'SELECT 2']);
});

test('semicolons within quotes, identifiers, comments and dollar quotes end nothing', () => {
  const whole = [
    `SELECT 'a;''b;', E'it\\'s;', "a;""b"`,
    'SELECT 1 /* ; /* nested ; */ ; */ + 2',
    'SELECT 1 -- ;\n + 1',
    'DO $$ BEGIN PERFORM 1; END $$',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$ SELECT $$;$$::int; $body$',
    'SELECT a$b$c, $1',
  ];
  assert.deepEqual(texts(whole.join(';\n')), whole);
});

test('the body of a function in BEGIN ATOMIC belongs to its statement', () => {
  const body =
    'CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 1 END; SELECT 2; END';
  assert.deepEqual(texts(`${body}; SELECT 3`), [body, 'SELECT 3']);
});

test('a statement knows where it begins in the file', () => {
  const sql = '-- header\n\nSELECT 1;\n  SELECT 2;';
  assert.deepEqual(
    splitStatements(sql).map(({ offset }) => place(sql, offset)),
    [
      { line: 3, column: 1 },
      { line: 4, column: 3 },
    ],
  );
});

for (const [what, sql] of [
  ['quote', "SELECT 1; SELECT 'abc"],
  ['comment', 'SELECT 1; /* /* */'],
  ['dollar quote $f$', 'SELECT 1; DO $f$ BEGIN END $$'],
] as const)
  test(`an unterminated ${what} is named with its place`, () => {
    assert.throws(
      () => splitStatements(sql),
      (error) =>
        error instanceof Unterminated && error.message === `unterminated ${what}` && error.offset > 9,
    );
  });
