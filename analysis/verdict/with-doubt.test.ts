import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrustCheck } from '../../result/run.ts';
import { withDoubt } from './with-doubt.ts';

const missed: TrustCheck = {
  ...{ name: 'replica1 stale reads', ok: false, value: 5, limit: 1, unit: '%', why: 'Five.' },
  figures: ['lag.stale-reads'],
};
const failed = (change: Partial<TrustCheck> = {}): TrustCheck => ({
  ...{
    name: 'other programs',
    ok: false,
    value: 1,
    limit: 0.2,
    unit: 'cores',
    why: 'make.',
    remedy: 'End make',
  },
  figures: ['*'],
  ...change,
});

test('a miss of a time that a failed check speaks of cannot be said, with what would settle it', () => {
  const { ok, why, remedy } = withDoubt(missed, [failed()]);
  assert.deepEqual([ok, remedy], [null, 'End make']);
  assert.equal(why, 'Five. But other programs did not hold: make.');
  assert.equal(withDoubt(missed, [failed({ figures: ['lag.*'] })]).ok, null);
  assert.equal(withDoubt(missed, [failed({ figures: ['lag.stale-reads'] })]).ok, null);
});

test('a check that held, that could not be made, or that speaks of others is no doubt; nor is a count ever in doubt', () => {
  for (const check of [
    failed({ ok: true }),
    failed({ ok: null }),
    failed({ figures: ['load.*', 'lag.lag'] }),
  ])
    assert.equal(withDoubt(missed, [check]), missed);
  const counted = { ...missed, figures: ['load.all-errors'] };
  assert.equal(withDoubt(counted, [failed()]), counted);
  const other = { ...missed, labels: { replica: 'replica1' } };
  assert.equal(withDoubt(other, [failed({ labels: { replica: 'replica2' } })]), other);
});

test('what is met stays met, and what brought its interval has the doubt in it: only the remedy is taken', () => {
  assert.equal(withDoubt({ ...missed, ok: true }, [failed()]).ok, true);
  for (const sides of [{ low: 4 }, { high: 6 }, { low: 4, high: 6 }]) {
    const bounded = { ...missed, ...sides };
    assert.equal(withDoubt(bounded, [failed()]), bounded);
    assert.equal(withDoubt({ ...bounded, ok: null }, [failed()]).remedy, 'End make');
    assert.equal(withDoubt({ ...bounded, ok: null, remedy: 'own' }, [failed()]).remedy, 'own');
  }
});
