import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonHeadline } from './comparison-headline.ts';

const row = (role: 'exact' | 'primary' | 'control', verdict: string, a: number | null, b: number | null) => ({
  ...{ metric: `${role} m`, role, verdict, a, b },
  ratio: a && b ? b / a : null,
});
const pass = row('primary', 'pass', 1, 1);

test('the headline says which side and by how much', () => {
  assert.equal(
    comparisonHeadline([pass, row('primary', 'regression', 1, 1.061), row('exact', 'regression', 26, 30)]),
    'B READS MORE: exact m 26 → 30; B IS SLOWER by 6.1 % (primary m)',
  );
  assert.equal(
    comparisonHeadline([row('primary', 'improvement', 1, 0.9)]),
    'B IS FASTER by 10.0 % (primary m)',
  );
  assert.match(comparisonHeadline([pass]), /^B IS NOT WORSE/);
  assert.equal(comparisonHeadline([pass, row('exact', 'regression', 3, null)]), 'B FAILS: exact m');
});

test('what is open, void or not there is not called the same', () => {
  assert.match(comparisonHeadline([]), /^CANNOT SAY/);
  assert.match(comparisonHeadline([pass, row('primary', 'inconclusive', 1, 1.04)]), /^CANNOT SAY/);
  assert.match(comparisonHeadline([pass, row('primary', 'false alarm', 1, 0.9)]), /^CANNOT SAY/);
  assert.equal(comparisonHeadline([pass, row('primary', 'waits', null, null)]), 'B WAITS LONGER');
  assert.match(
    comparisonHeadline([row('primary', 'regression', 1, 2), row('control', 'moved', 1, 2)]),
    /^CANNOT SAY which side is faster: control m moved$/,
  );
});
