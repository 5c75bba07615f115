import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleLoad } from './fixture/load.ts';
import { loadWords } from './load-words.ts';

const words = (askedRate: number | null, offeredRate: number | null) =>
  loadWords({ ...exampleLoad(), askedRate, offeredRate, stalls: [] })
    .join(' ')
    .replaceAll('\u00a0', ' ');

test('what was asked for and what fell due are explained where they differ', () => {
  assert.equal(
    words(2468, 2459),
    'Asked for were 2,468 /s; 2,459 /s fell due in these 30.0 s, because arrivals are random, as those of people are.',
  );
  assert.equal(words(2468, 2468), '');
  assert.equal(words(null, 2459), '');
  assert.equal(words(2468, null), '');
});
