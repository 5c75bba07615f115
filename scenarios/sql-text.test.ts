import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSqlText } from './sql-text.ts';

test('finds each parameter once, in ascending order', () => {
  assert.deepEqual(readSqlText('SELECT $2, $1, $2 WHERE a = $10').parameters, [1, 2, 10]);
});

test('sees no parameter in strings, quoted names, comments and dollar quotes', () => {
  const sql = `SELECT 'it''s $1', E'\\'$2', "a$3 ""$4", $$ $5 ; $$, $t$ $6 $t$ -- $7 ;
    /* $8 /* ; nested $9 */ $10 */ , $11`;
  assert.deepEqual(readSqlText(sql).parameters, [11]);
  assert.equal(readSqlText(sql).statements, 1);
});

test('a dollar inside a name is no parameter', () => {
  assert.deepEqual(readSqlText('SELECT a$1 FROM t$2$').parameters, []);
});

test('counts statements and forgives the last semicolon', () => {
  assert.equal(readSqlText('SELECT 1; SELECT 2').statements, 2);
  const one = readSqlText('SELECT 1 ;\n-- the end\n');
  assert.equal(one.statements, 1);
  assert.equal(one.single, 'SELECT 1');
  assert.equal(readSqlText('-- nothing\n /* at all */ ;').statements, 0);
});

test('an unfinished comment or quote ends with the text', () => {
  assert.equal(readSqlText('SELECT 1 /* ; $1').statements, 1);
  assert.equal(readSqlText('SELECT $$ ; $1').statements, 1);
});
