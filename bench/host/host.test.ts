import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { hostFacts, sampleHost, shares } from './host.ts';

test('the machine is described', () => {
  const { cpu, cores, memoryBytes, kernel, os } = hostFacts();
  assert.ok(cores >= 1 && memoryBytes > 2 ** 28);
  for (const text of [cpu, kernel, os]) assert.notEqual(text, '');
});

test('shares of time are of all cores together, and null when no time has passed', () => {
  assert.deepEqual(shares({ total: 100, busy: 10, steal: 1 }, { total: 300, busy: 60, steal: 5 }), {
    busyPct: 25,
    stealPct: 2,
  });
  const same = { total: 100, busy: 10, steal: 1 };
  assert.deepEqual(shares(same, same), { busyPct: null, stealPct: null });
});

const linux = existsSync('/proc/stat');

test('a child that computes is charged to the process that is watched', {
  skip: !linux && 'no /proc here',
}, async () => {
  const sample = sampleHost({ us: process.pid, nobody: 2 ** 22 + 1 });
  const child = spawn(process.execPath, [
    '-e',
    'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end);',
  ]);
  await once(child, 'exit');
  const load = sample.end();
  assert.ok(load.processes.us!.cpuSeconds >= 0.25, `${load.processes.us!.cpuSeconds} s`);
  assert.ok(load.processes.us!.cores > 0 && load.busyPct! > 0 && load.stealPct! >= 0);
  assert.equal(load.processes.nobody, null);
});

test('without /proc the figures are null and the reason is told', () => {
  const load = sampleHost({ us: process.pid }, { proc: '/nowhere' }).end();
  assert.deepEqual([load.busyPct, load.stealPct, load.processes.us], [null, null, null]);
  assert.match(load.why!, /no \/proc to read: .*\/nowhere/);
});
