import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLedger } from './judge-ledger.ts';
import { outcomeOf } from './outcome-of.ts';
import type { DrillRequest, Outcome } from './request.ts';

const write = (token: string, outcome: Outcome): DrillRequest => ({
  ...{ kind: 'write', token, due: 0, ended: 1, outcome },
  sent: outcome === 'notSent' ? null : 0,
  code: outcome === 'acknowledged' ? null : 'x',
});
const writes = [
  write('a', 'acknowledged'),
  write('b', 'acknowledged'),
  write('c', 'acknowledged'),
  write('d', 'refused'),
  write('e', 'uncertain'),
  write('f', 'uncertain'),
  write('g', 'notSent'),
];

test('every write is accounted for: acknowledged and there, acknowledged and gone, never answered and there', () => {
  const { ledger, lostTokens } = judgeLedger(writes, new Set(['a', 'c', 'e']));
  assert.deepEqual(ledger, {
    ...{ acknowledged: 3, refused: 1, notSent: 1, uncertain: 2 },
    ...{ present: 2, lost: 1, unacknowledgedPresent: 1, impossible: 0, why: null },
  });
  assert.deepEqual(lostTokens, ['b']);
});

test('a row that was refused, never sent or never written at all is impossible, and is counted', () => {
  const all = ['a', 'b', 'c'];
  for (const stranger of ['d', 'g', 'nobody wrote this'])
    assert.equal(judgeLedger(writes, new Set([...all, stranger])).ledger.impossible, 1, stranger);
  assert.equal(judgeLedger(writes, new Set([...all, 'e', 'f'])).ledger.impossible, 0);
});

test('a read is no write, whatever its token', () => {
  const read: DrillRequest = { ...write('z', 'acknowledged'), kind: 'read' };
  assert.equal(judgeLedger([read], new Set()).ledger.acknowledged, 0);
});

test('a ledger that could not be read says nothing of what is there', () => {
  const { ledger } = judgeLedger(writes, { unread: 'the server is away' });
  assert.deepEqual(
    [ledger.present, ledger.lost, ledger.unacknowledgedPresent, ledger.impossible, ledger.why],
    [null, null, null, null, 'the server is away'],
  );
  assert.equal(ledger.acknowledged, 3);
});

test('only an ERROR of the server is a promise that nothing was written', () => {
  const of = (error: object, sent = true) => outcomeOf(error, sent);
  assert.deepEqual(of({ code: '23505', severity: 'ERROR' }), { outcome: 'refused', code: '23505' });
  assert.deepEqual(of({ code: '57P01', severity: 'FATAL' }), { outcome: 'uncertain', code: '57P01' });
  assert.deepEqual(of({ code: '40003', severity: 'ERROR' }), { outcome: 'uncertain', code: '40003' });
  assert.deepEqual(of({ code: '08P01', severity: 'ERROR' }), { outcome: 'uncertain', code: '08P01' });
  assert.deepEqual(of(new Error('Connection terminated unexpectedly')), {
    ...{ outcome: 'uncertain', code: 'connection-lost' },
  });
  assert.deepEqual(of(new Error('Query read timeout')), { outcome: 'uncertain', code: 'timeout' });
  assert.deepEqual(of({ code: 'ECONNREFUSED' }, false), { outcome: 'notSent', code: 'ECONNREFUSED' });
});
