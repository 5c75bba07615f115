import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thinOut } from './thin-out.ts';

const line = Array.from({ length: 50_000 }, (_, x) => ({ x, y: x === 31_234 ? 900 : x % 7 }));

test('a line of many points keeps its ends, its peaks and its order in a few points a column', () => {
  const thin = thinOut(line, 100);
  assert.ok(thin.length <= 500, String(thin.length));
  assert.deepEqual([thin[0], thin.at(-1)], [line[0], line.at(-1)]);
  assert.ok(thin.some(({ y }) => y === 900));
  assert.deepEqual(
    thin,
    thin.toSorted((a, b) => a.x - b.x),
  );
});

test('a gap in a long line stays one', () => {
  const broken = line.map((point) => (point.x === 20_000 ? { ...point, y: null } : point));
  assert.deepEqual(
    thinOut(broken, 100).filter(({ y }) => y === null),
    [{ x: 20_000, y: null }],
  );
});

test('a line that the picture can show whole is left alone', () => {
  assert.equal(thinOut(line.slice(0, 400), 100).length, 400);
});
