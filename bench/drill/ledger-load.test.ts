import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, startLedgerLoad } from './ledger-load.ts';

/** A server in memory. */
const server = (written: Set<string>, work: () => Promise<void>): Client => {
  let alive = true;
  return {
    alive: () => alive,
    async write(token) {
      await work();
      written.add(token);
    },
    read: work,
    close: () => {
      alive = false;
    },
  };
};

test('each write is sent once, at its time, and what was due before the end is served', async () => {
  const written = new Set<string>();
  const load = startLedgerLoad([
    { kind: 'write', rate: 100, clients: 3, open: async () => server(written, async () => {}) },
  ]);
  await sleep(200);
  await load.stop();
  const tokens = load.requests.map(({ token }) => token);
  assert.ok(tokens.length >= 2);
  assert.deepEqual(new Set(tokens), written);
  assert.equal(tokens.length, written.size);
  assert.ok(load.requests.every(({ outcome }) => outcome === 'acknowledged'));
  const dues = load.requests.map(({ due }) => due).sort((a, b) => a - b);
  for (const [i, due] of dues.entries()) assert.ok(Math.abs(due - dues[0]! - 10 * i) < 1e-6, `${i}`);
});

test('requests keep their times while the server stands: they wait, and none is left out', async () => {
  const gate = Promise.withResolvers<void>();
  const load = startLedgerLoad([
    { kind: 'write', rate: 100, clients: 2, open: async () => server(new Set(), () => gate.promise) },
  ]);
  await sleep(150);
  gate.resolve();
  await load.stop();
  const [first, ...rest] = load.requests;
  assert.ok(rest.length >= 5);
  assert.ok(first!.ended - first!.due >= 100, 'the first waited for the gate');
});

test('who cannot connect has sent nothing; whose connection breaks does not know', async () => {
  const refused = startLedgerLoad([
    {
      ...{ kind: 'write', rate: 100, clients: 1 },
      open: () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
    },
  ]);
  const broken = startLedgerLoad([
    {
      ...{ kind: 'write', rate: 100, clients: 1 },
      open: async () =>
        server(new Set(), () => Promise.reject(new Error('Connection terminated unexpectedly'))),
    },
  ]);
  await sleep(60);
  await Promise.all([refused.stop(), broken.stop()]);
  assert.ok(refused.requests.length > 0 && broken.requests.length > 0);
  for (const each of refused.requests)
    assert.deepEqual([each.outcome, each.code, each.sent], ['notSent', 'ECONNREFUSED', null]);
  for (const each of broken.requests) {
    assert.deepEqual([each.outcome, each.code], ['uncertain', 'connection-lost']);
    assert.notEqual(each.sent, null);
  }
});
