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
  const unstable = row('exact', 'unstable', 10, 90);
  assert.match(comparisonHeadline([pass, unstable]), /^CANNOT SAY what B reads: a re-ANALYZE .* exact m$/);
  assert.match(
    comparisonHeadline([unstable, row('primary', 'regression', 1, 2)]),
    /^B IS SLOWER by 100\.0 %/,
  );
});

test('the worst is named: by pages, by the ratio whichever way, and the others are counted', () => {
  const many = [
    row('exact', 'regression', 10, 20),
    { ...row('exact', 'regression', 100, 500), metric: 'worst' },
  ];
  assert.equal(comparisonHeadline([pass, ...many]), 'B READS MORE: worst 100 → 500 and 1 more');
  const faster = [
    row('primary', 'improvement', 1, 0.9),
    { ...row('primary', 'improvement', 2, 1), metric: 'most' },
  ];
  assert.equal(comparisonHeadline(faster), 'B IS FASTER by 50.0 % (most)');
  const less = [row('exact', 'improvement', 40, 8), row('primary', 'improvement', 1, 0.9)];
  assert.equal(comparisonHeadline(less), 'B READS LESS: exact m 40 → 8; B IS FASTER by 10.0 % (primary m)');
  assert.equal(
    comparisonHeadline([pass, row('exact', 'results differ', 3, 3)]),
    'A AND B RETURN OTHER ROWS: exact m 3 → 3',
  );
  assert.match(
    comparisonHeadline([row('exact', 'improvement', 40, 8)]),
    /^CANNOT SAY/,
    'no time was compared',
  );
  assert.match(
    comparisonHeadline([row('exact', 'regression', 8, 40), row('control', 'moved', 1, 2)]),
    /^B READS MORE: exact m 8 → 40; CANNOT SAY which side is faster/,
  );
});
