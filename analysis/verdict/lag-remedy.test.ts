import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lagRemedy } from './lag-remedy.ts';

const run = { kind: 'bench', command: './olympus bench' };

test('more commits settle a lag of too few, and only a machine of its own one whose probe was held up', () => {
  assert.equal(lagRemedy(0.2, run), './olympus bench --suite nightly');
  assert.equal(lagRemedy(null, run), './olympus bench --suite nightly');
  assert.equal(lagRemedy(9.5, run), 'Let nothing else run meanwhile: ./olympus bench --suite nightly');
  assert.equal(
    lagRemedy(9.5, { kind: 'drill', command: './olympus drill kill' }),
    'Let nothing else run meanwhile.',
  );
  assert.equal(lagRemedy(0.2, {}), undefined);
});
