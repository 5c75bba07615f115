import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { until } from '../../test/patience.ts';
import { watchMachine } from './machine-watch.ts';
import { type MachineLook, othersBetween, sharesBetween } from './others.ts';
import { readProcesses, readTicks } from './proc.ts';

const none = { cpu: null, memory: null, io: null };
const look = (
  at: number,
  busy: number,
  processes: readonly [number, string, number, number][],
): MachineLook => ({
  at,
  ticks: { total: 200 * at, busy: 100 * busy, steal: 0 },
  processes: new Map(processes.map(([pid, name, parent, seconds]) => [pid, { name, parent, seconds }])),
  pressure: { ...none, cpu: 1e6 * at * 0.4 },
});

test('what the servers took is theirs and not ours, though they are children of ours', () => {
  const [own, server] = [process.pid, 20];
  const before = look(0, 0, [
    [own, 'node', 1, 1],
    [server, 'postgres', own, 5],
    [21, 'postgres', server, 1],
  ]);
  const after = look(10, 15, [
    [own, 'node', 1, 4],
    [11, 'k6', own, 2],
    [server, 'postgres', own, 6],
    [21, 'postgres', server, 5],
    [30, 'make', 1, 9],
  ]);
  assert.deepEqual(sharesBetween(before, after, new Set([server])), { ownCores: 0.5, serversCores: 0.5 });
});

test('what the kernel counts as busy and is neither ours nor the server’s is others’, by name', () => {
  const before = look(0, 0, [
    [10, 'node', 1, 1],
    [11, 'k6', 10, 1],
    [20, 'postgres', 1, 5],
    [21, 'postgres', 20, 1],
    [30, 'make', 1, 0],
    [40, 'idle', 1, 90],
    [50, 'postgres', 1, 7],
  ]);
  const after = look(10, 15, [
    [10, 'node', 1, 4], // its k6 ended with 2
    [20, 'postgres', 1, 5],
    [21, 'postgres', 20, 6],
    [22, 'postgres', 20, 1],
    [30, 'make', 1, 0],
    [31, 'cc1', 30, 3],
    [32, 'cc1', 30, 1],
    [40, 'idle', 1, 90],
    [50, 'postgres', 1, 8], // not the one that is measured
  ]);
  const { othersCores, others, pressure } = othersBetween(before, after, new Set([10, 20]));
  assert.equal(othersCores, (15 - (4 - 2) - (12 - 6)) / 10);
  assert.deepEqual(others, [
    { name: 'cc1', cores: 0.4 },
    { name: 'postgres', cores: 0.1 },
  ]);
  assert.deepEqual(pressure, { cpu: 40, memory: null, io: null });
});

test('without a /proc nobody is said to have taken nothing', () => {
  using watch = watchMachine({ roots: [], proc: '/nowhere' });
  const { othersCores, why } = watch.soFar();
  assert.equal(othersCores, null);
  assert.match(why!, /no \/proc to read/);
});

test('a busy loop beside us is others’, and one of our own or of a server is not', {
  skip: process.platform !== 'linux',
}, async () => {
  // The first one leaves our tree, because its parent ends at once.
  const loop = 'while :; do :; done';
  const parent = spawnSync('sh', ['-c', `sh -c '${loop}' >/dev/null 2>&1 & echo $!`], { encoding: 'utf8' });
  const stranger = Number(parent.stdout);
  const own = spawn('sh', ['-c', loop], { stdio: 'ignore' });
  const now = (): MachineLook => ({
    ...{ at: performance.now() / 1000, ticks: readTicks('/proc'), pressure: none },
    processes: readProcesses('/proc'),
  });
  try {
    const from = now();
    let to = now();
    const spent = (pid: number) => to.processes.get(pid)!.seconds - from.processes.get(pid)!.seconds;
    await until('both have run', () => {
      to = now();
      return spent(stranger) > 0.1 && spent(own.pid!) > 0.1;
    });
    const others = (...roots: number[]) =>
      othersBetween(from, to, new Set([process.pid, ...roots])).othersCores!;
    const seconds = to.at - from.at;
    const near = (value: number, wanted: number) =>
      assert.ok(Math.abs(value - wanted) < 1e-9, `${value}, not ${wanted}`);
    near(others(own.pid!), others());
    near(others() - others(stranger), spent(stranger) / seconds);
  } finally {
    process.kill(stranger, 'SIGKILL');
    own.kill('SIGKILL');
  }
});
