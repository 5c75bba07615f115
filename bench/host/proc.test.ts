import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { type Processes, parseProcess, parseTicks, readProcesses, treeSeconds } from './proc.ts';

const one = (parent: number, seconds: number) => ({ name: 'x', parent, seconds });

test('the ticks of all cores: guest time is not counted twice, waiting for a disk is not busy', () => {
  const ticks = parseTicks('cpu  100 1 50 800 40 2 3 4 77 0\ncpu0 50 0 25 400 20 1 1 2 0 0\n');
  assert.deepEqual(ticks, { total: 1000, busy: 156, steal: 4 });
});

test('a file that is not /proc/stat is refused', () => {
  assert.throws(() => parseTicks('intr 5\n'), /no line "cpu"/);
});

test('a command with spaces and brackets in its name does not shift the fields', () => {
  const text = '42 (a) b (c)) S 7 42 42 0 -1 4194304 10 20 30 40 150 50 200 100 20 0 1 0 12345 1 2';
  assert.deepEqual(parseProcess(text), { name: 'a) b (c)', parent: 7, seconds: 5 });
});

test('a process counts with its descendants, and one that ended is kept by the parent that waited for it', () => {
  const before: Processes = new Map([
    [1, one(0, 9)],
    [10, one(1, 1)],
    [11, one(10, 5)],
    [12, one(11, 0.5)],
    [99, one(1, 70)],
  ]);
  const after: Processes = new Map([
    [1, one(0, 9)],
    [10, one(1, 8.5)], // 11 and 12 ended with 7 in all
    [99, one(1, 80)],
  ]);
  assert.equal(treeSeconds(before, 10), 6.5);
  assert.equal(treeSeconds(after, 10)! - treeSeconds(before, 10)!, 2);
  assert.equal(treeSeconds(after, 11), undefined);
});

test('a program of Node.js is called by its file, and not by the name of its first thread', () => {
  assert.equal(readProcesses('/proc').get(process.pid)!.name, basename(process.execPath));
});
