import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseRecovery, targetSettings } from './recovery-target.ts';

const backup = (name: string, stopLsn: string, stoppedAt: string) => ({
  name,
  stopLsn,
  stoppedAt,
  timeline: 1,
});
const backups = [
  backup('20260102T000000Z', '0/5000000', '2026-01-02T00:00:10.000Z'),
  backup('20260101T000000Z', '0/3000000', '2026-01-01T00:00:10.000Z'),
  backup('20260103T000000Z', '1/1000000', '2026-01-03T00:00:10.000Z'),
];
const points = [{ name: 'before_cleanup', lsn: '0/6000000', at: '2026-01-02T12:00:00Z', timeline: 1 }];
const choose = (to: string) => chooseRecovery(to, backups, points);

test('the newest backup that was complete by then is the one to begin from', () => {
  assert.equal(choose('latest').backup.name, '20260103T000000Z');
  assert.equal(choose('before_cleanup').backup.name, '20260102T000000Z');
  assert.equal(choose('0/4FFFFFF').backup.name, '20260101T000000Z');
  assert.equal(choose('0/5000000').backup.name, '20260102T000000Z');
  assert.equal(choose('2026-01-02T00:00:09Z').backup.name, '20260101T000000Z');
  assert.equal(choose('2026-01-03T01:00:10+01:00').backup.name, '20260103T000000Z');
  assert.deepEqual(choose('20260101T000000Z'), { target: { kind: 'backup' }, backup: backups[1] });
});

test('a moment before the oldest backup is refused, and a misspelt name meets the nearest', () => {
  assert.throws(() => choose('2026-01-01T00:00:09Z'), /oldest backup, 20260101T000000Z, was complete at/);
  assert.throws(() => choose('0/2FFFFFF'), /oldest backup/);
  assert.throws(() => choose('before_clean'), { reason: 'usage', next: /Did you mean "before_cleanup"/ });
  assert.throws(() => choose('2026-01-02 12:00'), { reason: 'usage', next: /has its zone/ });
  assert.throws(() => chooseRecovery('latest', [], []), /There is no backup/);
});

test('a recovery ends before the record at an LSN, and after the last commit until a time', () => {
  const common = { recovery_target_action: 'promote', recovery_target_timeline: 'latest' };
  assert.deepEqual(targetSettings(choose('before_cleanup').target), {
    ...common,
    recovery_target_lsn: '0/6000000',
    recovery_target_inclusive: 'off',
  });
  assert.deepEqual(targetSettings(choose('2026-01-03T01:00:10.5+01:00').target), {
    ...common,
    recovery_target_time: '2026-01-03 00:00:10.500+00',
  });
  assert.deepEqual(targetSettings(choose('20260101T000000Z').target), {
    ...common,
    recovery_target: 'immediate',
  });
});
