import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wilson } from './wilson.ts';

test('the bounds are those shares from which the found one is 3.29 standard errors away', () => {
  for (const [found, of] of [
    [3, 40],
    [150, 600],
    [590, 600],
  ] as const) {
    const { share, low, high } = wilson(found, of);
    for (const bound of [low, high])
      assert.ok(
        Math.abs(Math.abs(share - bound) / Math.sqrt((bound * (1 - bound)) / of) - 3.2905) < 1e-9,
        `${found} of ${of}: ${bound}`,
      );
    assert.ok(low < share && share < high);
  }
});

test('nothing and everything have an interval too', () => {
  assert.ok(wilson(0, 217).low === 0 && Math.abs(wilson(0, 217).high - 10.8274 / 227.8274) < 1e-5);
  assert.ok(wilson(217, 217).high === 1 && wilson(217, 217).low > 0.95);
});
