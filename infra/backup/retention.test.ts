import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AgedBackup, type AgedWal, retain } from './retention.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const file = (n: number): string =>
  `00000001${'0'.repeat(8)}${n.toString(16).toUpperCase().padStart(8, '0')}`;

/** A year of backups at two in the morning and six WAL files a day, pruned every day; `look` sees each state. */
function simulate(look: (day: number, backups: AgedBackup[], wal: AgedWal[]) => void): void {
  let backups: AgedBackup[] = [];
  let wal: AgedWal[] = [];
  for (let d = 0; d < 400; d++) {
    for (let hour = 0; hour < 24; hour += 4)
      wal.push({ name: file(d * 6 + hour / 4), at: new Date(start + d * day + hour * 3_600_000) });
    backups.push({
      name: `day${d}`,
      at: new Date(start + d * day + 2 * 3_600_000),
      startWal: file(d * 6),
      stopWal: file(d * 6 + 1),
    });
    const { remove, removeWal } = retain(backups, wal, new Date(start + (d + 1) * day - 1));
    backups = backups.filter(({ name }) => !remove.includes(name));
    wal = wal.filter(({ name }) => !removeWal.includes(name));
    look(d, backups, wal);
  }
}

test('over a year nothing that a kept backup needs is removed, and every moment of the last 7 days can be reached', () => {
  simulate((d, backups, wal) => {
    const there = new Set(wal.map(({ name }) => name));
    for (const { name, startWal, stopWal } of backups)
      for (const needed of [startWal, stopWal])
        assert.ok(there.has(needed), `day ${d}: ${name} lacks ${needed}`);
    for (const moment of [7, 6.5, 3, 1, 0.01]) {
      const at = start + (d + 1) * day - 1 - moment * day;
      if (at < backups[0]!.at.getTime() || (d < 8 && at < start + 2 * 3_600_000)) continue;
      const base = backups.findLast((one) => one.at.getTime() <= at)!;
      const reach = wal.filter(({ name, at: archived }) => name >= base.startWal && archived.getTime() <= at);
      const span = 6 * ((at - (base.at.getTime() - 2 * 3_600_000)) / day);
      assert.equal(reach.length, Math.floor(span) + 1, `day ${d}: ${moment} days ago from ${base.name}`);
    }
  });
});

test('after a year 30 daily, 12 weekly and 12 monthly backups are kept, and 7 to 8 days of WAL with theirs', () => {
  simulate((d, backups, wal) => {
    if (d < 399) return;
    const now = new Date(start + 400 * day - 1); // 4 February 2027, a Thursday
    const reasons = retain(backups, wal, now).keep;
    const of = (reason: string) =>
      reasons.filter((one) => one.reasons.some((r) => r === reason)).map(({ name }) => name);
    assert.equal(of('daily').length, 30);
    assert.equal(of('weekly').length, 12);
    assert.equal(of('monthly').length, 12);
    assert.deepEqual(of('newest'), ['day399']);
    assert.deepEqual(of('wal'), ['day392']);
    // Sundays: 31 January 2027 is day 395; the first of the twelve weeks ends on 22 November 2026, day 325
    assert.deepEqual(of('weekly').toSorted().at(0), 'day325');
    assert.equal(of('weekly').includes('day395'), true);
    // the last day of March 2026, eleven months before February 2027
    assert.equal(of('monthly').at(-1), 'day89');
    assert.equal(wal.filter(({ name }) => name >= file(392 * 6)).length, 48);
    assert.equal(wal.length, 48 + 2 * backups.filter(({ name }) => Number(name.slice(3)) < 392).length);
  });
});

test('without a backup no WAL is removed, and the newest backup stays however old it is', () => {
  const wal = [{ name: file(1), at: new Date(start) }];
  assert.deepEqual(retain([], wal, new Date(start + 900 * day)), { keep: [], remove: [], removeWal: [] });
  const old = { name: 'old', at: new Date(start), startWal: file(1), stopWal: file(1) };
  const kept = retain(
    [old],
    [...wal, { name: file(2), at: new Date(start) }, { name: file(0), at: new Date(start) }],
    new Date(start + 900 * day),
  );
  assert.deepEqual(kept, {
    keep: [{ name: 'old', reasons: ['newest', 'wal'] }],
    remove: [],
    removeWal: [file(0)],
  });
});
