import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrillRequest, Outcome } from '../request.ts';
import { lostSpan } from './lost-span.ts';

const write = (token: string, ended: number, outcome: Outcome = 'acknowledged'): DrillRequest => ({
  ...{ kind: 'write', token, due: ended - 1, sent: ended - 1, ended, outcome, code: null },
});
const requests = [write('a', 100), write('b', 400), write('c', 700), write('d', 50, 'uncertain')];

test('the span reaches back to the acknowledgement of the oldest lost write', () => {
  assert.deepEqual(lostSpan(requests, new Set(['a']), 1000), { lostMs: 600, lostWhy: null });
});

test('nothing lost is 0; a write that nobody was told of is none that could be lost', () => {
  assert.deepEqual(lostSpan(requests, new Set(['a', 'b', 'c']), 1000), { lostMs: 0, lostWhy: null });
});

test('rows that were not read, and a load without an acknowledged write, are not 0', () => {
  assert.deepEqual(lostSpan(requests, { unread: 'away' }, 1000), { lostMs: null, lostWhy: 'away' });
  assert.deepEqual(lostSpan([write('d', 50, 'uncertain')], new Set(), 1000), {
    lostMs: null,
    lostWhy: 'no write was acknowledged',
  });
});
