import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { attacksOf, readAttacks } from './read-attacks.ts';

test('the shipped catalogue has more than 105 ways, through every route, each with its sentence', async () => {
  const attacks = await readAttacks();
  assert.ok(new Set(attacks.map(({ name }) => name.split(' ')[0])).size >= 105, 'ways of their own');
  assert.ok(attacks.every(({ what, sql }) => what.length > 10 && sql.length > 5));
  for (const route of ['primary', 'pooler', 'replica'] as const)
    assert.ok(attacks.filter(({ via }) => via.includes(route)).length > 50, route);
});

test('docs/schema.md says how many ways there are', async () => {
  const attacks = await readAttacks();
  const ways = new Set(attacks.map(({ name }) => name.split(' ')[0])).size;
  const tries = attacks.reduce((sum, { via }) => sum + via.length, 0);
  const text = await readFile('docs/schema.md', 'utf8');
  const [, said] = /\((`bench\/rls[^)]*)\)/.exec(text) ?? [];
  assert.equal(
    said,
    `\`bench/rls/attacks/catalogue/*.sql\`: ${ways} ways, ${tries} with each table and route`,
  );
});

test('what is another’s login or server is taken back: nothing of it is committed', async () => {
  for (const { name, sql, end } of await readAttacks())
    if (/ALTER ROLE|DROP OWNED|GRANT \w+ TO/.test(sql)) assert.equal(end, 'rollback', name);
});

test('one attack of each value, in the header and in the SQL', () => {
  const [admin, viewer] = attacksOf(
    `-- attack: a/b
-- what: tries
-- as: {each}
-- must: same refused 23503
-- each:
--   admin
--   viewer
INSERT INTO t VALUES ('{each}');
-- instead:
SELECT 1;
`,
    'x.sql',
  );
  assert.deepEqual(
    [admin!.name, admin!.as, admin!.sql],
    ['a/b admin', 'admin', "INSERT INTO t VALUES ('admin');"],
  );
  assert.deepEqual([viewer!.as, viewer!.second], ['viewer', { when: 'instead', sql: 'SELECT 1;' }]);
  assert.deepEqual([admin!.must, admin!.codes], ['same', ['23503']]);
});

test('what is another’s and what is not there are one text with another row', () => {
  const [attack] = attacksOf(
    '-- attack: a/b\n-- must: same\n-- each:\n--   f({row product})\nSELECT {each other};\n-- instead:\nSELECT {each missing};\n',
    'x.sql',
  );
  assert.deepEqual([attack!.sql, attack!.second!.sql], ['SELECT f(:other_product);', 'SELECT f(:missing);']);
});

test('a header that says what nobody reads, a promise or a person that there is not, are refused', () => {
  const of = (header: string) => () => attacksOf(`-- attack: a/b\n${header}\nSELECT 1;\n`, 'x.sql');
  assert.throws(of('-- must: held'), /"held" is none of refused/);
  assert.throws(of('-- must: nothing\n-- as: king'), /"king" is none of owner/);
  assert.throws(of('-- must: nothing\n-- via: wire'), /"wire" is none of primary/);
  assert.throws(of('-- must: nothing\n-- whatever: 1'), /is no line of a header/);
});
