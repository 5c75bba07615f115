import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrillRequest } from '../request.ts';
import { byCheckpoint, workedWithin, workingSpans } from './checkpoint-phases.ts';
import { type CheckpointFacts, judgeCheckpoint } from './judge-checkpoint.ts';
import { judgeVacuum } from './judge-vacuum.ts';
import { countedBetween } from './wal-counters.ts';

const looks = (text: string) => [...text].map((one, i) => ({ at: i * 50, working: one === 'x' }));

test('a checkpoint lasts from the last look that saw none until the next that does', () => {
  assert.deepEqual(workingSpans(looks('..xx..x.')), [
    { from: 50, to: 200 },
    { from: 250, to: 350 },
  ]);
  assert.deepEqual(workingSpans(looks('x.x')), [
    { from: 0, to: 50 },
    { from: 50, to: 100 },
  ]);
  assert.deepEqual(workingSpans(looks('...')), []);
  assert.equal(workedWithin(workingSpans(looks('..xx..x.')), 100, 300), 150);
});

test('a write on its way while a checkpoint ran is one during it, whenever it was due', () => {
  const request = (due: number, ended: number) =>
    ({
      kind: 'write',
      token: `${due}`,
      due,
      sent: due,
      ended,
      outcome: 'acknowledged',
      code: null,
    }) as DrillRequest;
  const all = [request(0, 10), request(40, 60), request(45, 400), request(210, 220), request(300, 310)];
  const of = (spans: { from: number; to: number }[]) => {
    const { before, during, after } = byCheckpoint(all, spans);
    return [before, during, after].map((each) => each.map(({ due }) => due));
  };
  assert.deepEqual(of([{ from: 50, to: 200 }]), [[0], [40, 45], [210, 300]]);
  assert.deepEqual(of([{ from: 305, to: 330 }]), [[0, 40, 210], [45, 300], []]);
  assert.deepEqual(of([]), [[0, 40, 45, 210, 300], [], []], 'without a checkpoint all is before one');
});

test('counts that started anew say nothing', () => {
  const from = { timed: 1, requested: 5, walBytes: 100, fullPageImages: 7, since: 'a' };
  const to = { timed: 2, requested: 9, walBytes: 400, fullPageImages: 10, since: 'a' };
  assert.deepEqual(countedBetween(from, to), { timed: 1, requested: 4, walBytes: 300, fullPageImages: 3 });
  assert.equal(countedBetween(from, { ...to, since: 'b' }), null);
});

const usual = { maxWalSizeMb: 4096, checkpointTimeoutS: 300 };
const facts: CheckpointFacts = {
  ...{ usual, now: usual, expects: 'requested', counted: { timed: 0, requested: 3 } },
  ...{ seen: 2, writes: 700 },
};

test('a setting that is not back is not healed', () => {
  assert.equal(judgeCheckpoint(facts).healed, true);
  assert.equal(judgeCheckpoint({ ...facts, now: { ...usual, maxWalSizeMb: 35 } }).healed, false);
  assert.equal(judgeCheckpoint({ ...facts, now: { ...usual, checkpointTimeoutS: 31 } }).healed, false);
});

test('a case without the checkpoints that it is about, or without writes, shows nothing', () => {
  assert.equal(judgeCheckpoint(facts).why, null);
  assert.match(judgeCheckpoint({ ...facts, counted: null }).why!, /started anew/);
  assert.match(judgeCheckpoint({ ...facts, writes: 0 }).why!, /no write succeeded/);
  assert.match(judgeCheckpoint({ ...facts, seen: 0 }).why!, /between two looks/);
  assert.match(
    judgeCheckpoint({ ...facts, counted: { timed: 1, requested: 0 } }).why!,
    /too few \(--writes raises them\)/,
  );
  assert.match(judgeCheckpoint({ ...facts, expects: 'timed' }).why!, /no timed checkpoint came/);
  const none: CheckpointFacts = { ...facts, expects: null, seen: 0, counted: { timed: 0, requested: 0 } };
  assert.equal(judgeCheckpoint(none).why, null, 'where none has to come, none is an answer');
});

const after = { ended: true, replayed: true, feedback: 'on', table: { deadRows: 0 } };
const read = { sameAnswer: true, sqlState: null, feedback: true, held: { deadRows: 9 } };

test('whatever the transaction left behind is not healed', () => {
  assert.equal(judgeVacuum(after, read).healed, true);
  for (const left of [{ ended: false }, { replayed: false }, { feedback: 'off' }, { table: { deadRows: 7 } }])
    assert.equal(judgeVacuum({ ...after, ...left }, read).healed, false, JSON.stringify(left));
});

test('a transaction that was cancelled, or read other rows, was none that held anything', () => {
  assert.equal(judgeVacuum(after, read).why, null);
  assert.match(
    judgeVacuum(after, { ...read, sameAnswer: null, sqlState: '40001' }).why!,
    /cancelled \(40001\)/,
  );
  assert.match(judgeVacuum(after, { ...read, sameAnswer: false }).why!, /other rows/);
  assert.match(judgeVacuum(after, { ...read, held: { deadRows: 0 } }).why!, /held nothing/);
  assert.match(judgeVacuum(after, { ...read, feedback: false }).why!, /something else held them/);
  assert.equal(judgeVacuum(after, { ...read, feedback: false, held: { deadRows: 0 } }).why, null);
});
