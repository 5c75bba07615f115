import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from './answer.ts';
import type { Attack, Must } from './attack.ts';
import { judgeAttack } from './judge-attack.ts';

const attack = (must: Must, change: Partial<Attack> = {}): Attack => ({
  ...{ name: 'a/b', what: '', as: 'owner', via: ['primary'], must, sql: '', second: null },
  ...{
    codes: must === 'refused' ? ['42501'] : [],
    transaction: true,
    end: 'commit',
    database: null,
    known: null,
  },
  ...change,
});
const rows = (...cells: unknown[]): Answer => ({
  ...{ code: null, message: '', changed: 0, rows: cells.map((cell) => [cell]) },
  text: JSON.stringify(cells),
});
const refused = (code: string, message = 'no'): Answer => ({
  code,
  message,
  rows: [],
  changed: 0,
  text: message,
});
const outcome = (
  made: Attack,
  first: Answer,
  { second = null as Answer | null, typed = '', changed = false, via = 'primary' as const } = {},
) => judgeAttack(made, via, { first, second }, typed, changed).outcome;

test('refused by a code that it names; any other error is not known to be a defence', () => {
  assert.equal(outcome(attack('refused'), refused('42501')), 'held');
  assert.equal(outcome(attack('refused'), refused('42601')), 'unchecked');
  assert.equal(outcome(attack('refused'), refused('42P01')), 'unchecked');
  assert.equal(outcome(attack('refused'), rows()), 'leaked');
  assert.equal(
    outcome(attack('refused', { codes: ['26000'] }), rows(), { second: refused('26000') }),
    'held',
  );
});

test('nothing is no row, or nothing in it', () => {
  for (const cell of [null, 0, '0', false, '']) assert.equal(outcome(attack('nothing'), rows(cell)), 'held');
  assert.equal(outcome(attack('nothing'), rows(null, 'x')), 'leaked');
  assert.equal(outcome(attack('nothing'), { ...rows(), changed: 1 }), 'leaked');
  assert.equal(outcome(attack('nothing'), refused('42703')), 'unchecked');
});

test('a text or an identifier of the other tenant is a leak wherever it stands, unless it was typed', () => {
  const id = '00000000-0000-4a00-8000-000000000b03';
  const own = '00000000-0000-4a00-8000-000000000a03';
  assert.equal(outcome(attack('refused'), refused('42501', 'Key (id)=(victimsecret lamp) exists')), 'leaked');
  assert.equal(outcome(attack('clean'), rows(id)), 'leaked');
  assert.equal(outcome(attack('clean'), rows(id, own), { typed: `SELECT '${id}'` }), 'held');
  assert.equal(
    outcome(attack('clean'), rows('victimsecret lamp'), { typed: "LIKE 'victimsecret%'" }),
    'leaked',
  );
});

test('clean is their own rows and no other: an answer without any is not known to be one', () => {
  const own = '00000000-0000-4a00-8000-000000000a07';
  assert.equal(outcome(attack('clean'), rows(own)), 'held');
  assert.equal(outcome(attack('clean'), { ...rows(), text: `[]\n${own}\tcopied out` }), 'held');
  assert.equal(outcome(attack('clean'), rows()), 'unchecked');
  assert.equal(outcome(attack('clean'), rows('a row of nobody')), 'unchecked');
});

test('a changed row of the other tenant is a leak, whatever was answered', () => {
  assert.equal(outcome(attack('refused'), refused('42501'), { changed: true }), 'leaked');
});

test('the same answer is the same error and the same rows, apart from identifiers; and no mistyped statement', () => {
  const same = attack('same');
  const of = (id: string) => refused('23503', `no ${id}`);
  const [a, b] = ['00000000-0000-4a00-8000-000000000aaa', '00000000-0000-4a00-8000-000000000fff'];
  assert.equal(outcome(same, of(a), { second: of(b), typed: '' }), 'held');
  assert.equal(outcome(same, refused('23503'), { second: refused('42501') }), 'leaked');
  assert.equal(outcome(same, rows(1), { second: rows(2) }), 'leaked');
  assert.equal(outcome(same, refused('42601'), { second: refused('42601') }), 'unchecked');
  assert.equal(outcome(attack('same', { codes: ['23503'] }), rows(1), { second: rows(1) }), 'leaked');
  assert.equal(
    outcome(attack('same', { codes: ['23503'] }), refused('23514'), { second: refused('23514') }),
    'unchecked',
  );
});

test('free is a victim who was answered; one who waits is held up, one who fails is not known', () => {
  const free = attack('free');
  assert.equal(outcome(free, rows(), { second: rows(1) }), 'held');
  assert.equal(outcome(free, rows(), { second: refused('55P03') }), 'leaked');
  assert.equal(outcome(free, rows(), { second: refused('42501') }), 'unchecked');
  assert.equal(outcome(free, refused('42501')), 'held');
  assert.equal(outcome(free, refused('42P01')), 'unchecked');
});

test('a next client who is stopped by what was left was reached by it', () => {
  const left = attack('nothing', { second: { when: 'then', sql: '' } });
  assert.equal(outcome(left, rows(), { second: refused('57014') }), 'leaked');
  assert.equal(outcome(left, rows(), { second: refused('42703') }), 'unchecked');
  assert.equal(outcome(left, refused('57014')), 'unchecked', 'the first was stopped by itself');
});

test('what is known is so only when it got through', () => {
  const known = attack('nothing', { known: 'because' });
  assert.equal(outcome(known, rows('x')), 'known');
  assert.equal(outcome(known, rows()), 'held');
  assert.equal(outcome(known, refused('42601')), 'unchecked');
});
