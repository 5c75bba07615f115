import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mode, type ModeCommit, modes } from './commit-modes.ts';
import { summariseModes } from './commit-summary.ts';

const seen = (id: number, commitMs: number, lag: number, first = id): ModeCommit => ({
  id,
  commitMs,
  visible: { kind: 'seen', first, afterMs: lag, beforeMs: lag },
});
const latency: Record<Mode, number> = { off: 1, local: 2, remote_write: 3, on: 4, remote_apply: 6 };

/** 8 slots of 4 commits of each mode, the machine getting slower from slot to slot. */
const slots = (change: (commit: ModeCommit, mode: Mode) => ModeCommit = (commit) => commit) =>
  new Map(
    modes.map((mode) => [
      mode,
      Array.from({ length: 8 }, (_, slot) =>
        [1, 2, 3, 4].map((i) => change(seen(slot * 4 + i, latency[mode] * (1 + slot), 2), mode)),
      ),
    ]),
  );

test('the ratio to on is of slots that ran beside each other: a drift of the machine cancels', () => {
  const [off, , , on, apply] = summariseModes({ standbys: '', slots: slots() });
  assert.deepEqual(
    [off!.ratio, off!.low, off!.high].map((each) => Number(each!.toFixed(9))),
    [0.25, 0.25, 0.25],
  );
  assert.equal(Number(apply!.ratio!.toFixed(9)), 1.5);
  assert.deepEqual([on!.ratio, on!.low], [1, null], 'nothing is compared with itself');
  assert.equal(apply!.commitMs.samples, 32);
  assert.equal(apply!.commitMs.p99, null, '32 commits are too few');
});

test('a first read without the row is stale, and a row that was never seen is no number', () => {
  const [off, local] = summariseModes({
    standbys: '',
    slots: slots((commit, mode) => {
      if (mode === 'off') return { ...commit, visible: { kind: 'unseen', first: 0, atLeastMs: 900 } };
      return mode === 'local' && commit.id % 4 === 0
        ? { ...commit, visible: { ...commit.visible, first: 0 } }
        : commit;
    }),
  });
  assert.deepEqual([off!.staleReadsPct, off!.visibleMs.p50, off!.visibleMs.max], [100, null, null]);
  assert.deepEqual([local!.staleReadsPct, local!.visibleMs.p50], [25, 2]);
});
