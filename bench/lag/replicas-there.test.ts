import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../config/progress.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { Topology } from '../../infra/topology/topology.ts';
import type { Setting } from '../measure.ts';
import { runSuite } from '../suite.ts';
import { lag } from './lag.ts';
import { replicasAbsent, replicasThere } from './replicas-there.ts';

const endpoint = (name: string) => ({ name, provider: 'local', pid: process.pid }) as Endpoint;
const off = { part: 'replica2', why: 'it is off', how: 'Name a provider for it.' } as const;
const topologyOf = (...names: string[]) => new Topology(names.map(endpoint), [off], async () => {});

test('one replica alone is measured, and the other one is named with the reason of the topology', () => {
  const topology = topologyOf('primary', 'replica1');
  assert.deepEqual(replicasThere(topology), ['replica1']);
  assert.deepEqual(replicasAbsent(topology), [{ what: 'lag of replica2', why: 'it is off' }]);
  assert.deepEqual(replicasThere(topologyOf('primary', 'replica2')), ['replica2']);
});

test('without any replica lag is skipped with the reason, and has not failed; with one it is begun', async () => {
  const begun: string[] = [];
  const measure = {
    ...lag,
    async run() {
      begun.push('lag');
      return {};
    },
  };
  const setting = (topology: Topology) =>
    ({
      topology,
      progress: silent,
      signal: new AbortController().signal,
      project: { data: 'generated', topology: null },
    }) as unknown as Setting;
  for await (const { skipped } of runSuite([measure], setting(topologyOf('primary'))))
    assert.match(skipped[0]!.why, /^replica1 is not there/);
  assert.deepEqual(begun, []);
  for await (const { skipped } of runSuite([measure], setting(topologyOf('primary', 'replica2'))))
    assert.deepEqual(skipped, []);
  assert.deepEqual(begun, ['lag']);
});
