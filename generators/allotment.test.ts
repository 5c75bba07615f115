import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Allotment, harmonics } from './allotment.ts';

const cases = [
  [1, 1],
  [1, 500],
  [12, 2000],
  [200, 50_000],
  [5000, 5000],
  [5000, 700],
] as const;

test('every row belongs to one tenant, and the tenants own contiguous ranges', () => {
  for (const [tenants, rows] of cases) {
    const dealt = new Allotment(harmonics(tenants), rows);
    let sum = 0;
    for (let tenant = 0; tenant < tenants; tenant++) {
      assert.equal(dealt.start(tenant), sum);
      sum += dealt.count(tenant);
    }
    assert.equal(sum, rows);
  }
});

test('the owner of a row is the tenant in whose range it lies, also for the few rows of a day', () => {
  for (const [tenants, rows] of cases) {
    const dealt = new Allotment(harmonics(tenants), rows);
    for (const [count, phase] of [
      [rows, 0.5],
      [37, 0.013],
      [400, 0.999],
    ] as const)
      for (let row = 0; row < count; row++) {
        const tenant = dealt.tenantOf(row, count, phase);
        assert.ok(dealt.start(tenant, count, phase) <= row && row < dealt.start(tenant + 1, count, phase));
      }
  }
});

test('sizes fall as one over rank, and the smallest tenant has what is assured to it', () => {
  const dealt = new Allotment(harmonics(1000), 1_000_000);
  const sizes = [0, 1, 3, 7].map((tenant) => dealt.count(tenant));
  for (const [index, rank] of [1, 2, 4, 8].entries())
    assert.ok(Math.abs((sizes[index]! * rank) / sizes[0]! - 1) < 0.02, `rank ${rank}: ${sizes[index]}`);
  assert.ok(dealt.count(999) >= 3);
  assert.ok(new Allotment(harmonics(1000), 6000).count(999) >= 3);
});
