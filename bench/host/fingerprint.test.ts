import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, fingerprint, fingerprintInput } from './fingerprint.ts';

const facts = {
  harness: { version: '0.1.0', commit: 'abc', node: 'v24', k6: null },
  host: { cpu: 'EPYC', cores: 2, memoryBytes: 24 * 2 ** 30, kernel: 'Linux 6.1', os: 'Debian 12' },
  endpoints: [
    {
      name: 'primary',
      provider: 'local',
      version: 'PostgreSQL 18.4',
      settings: { work_mem: '16MB', fsync: 'on' },
    },
    { name: 'pooler', provider: 'local', version: 'PgBouncer 1.18', settings: { pool_mode: 'transaction' } },
  ],
};
const input = fingerprintInput(facts, 'd1');

test('the order of endpoints and settings does not matter', () => {
  const [primary, pooler] = facts.endpoints;
  const turned = {
    ...facts,
    endpoints: [pooler!, { ...primary!, settings: { fsync: 'on', work_mem: '16MB' } }],
  };
  assert.equal(fingerprint(fingerprintInput(turned, 'd1')), fingerprint(input));
  assert.match(fingerprint(input), /^[0-9a-f]{64}$/);
});

test('the commit of the harness does not change the fingerprint, its version does', () => {
  const commit = { ...facts, harness: { ...facts.harness, commit: 'def', node: 'v25' } };
  const version = { ...facts, harness: { ...facts.harness, version: '0.2.0' } };
  assert.equal(fingerprint(fingerprintInput(commit, 'd1')), fingerprint(input));
  assert.notEqual(fingerprint(fingerprintInput(version, 'd1')), fingerprint(input));
});

test('each thing that matters changes the fingerprint, and is named', () => {
  const [primary, pooler] = facts.endpoints;
  const other = fingerprintInput(
    {
      ...facts,
      host: { ...facts.host, kernel: 'Linux 6.2' },
      endpoints: [{ ...primary!, settings: { work_mem: '64MB', fsync: 'on' } }, pooler!],
    },
    'd2',
  );
  assert.notEqual(fingerprint(other), fingerprint(input));
  assert.deepEqual(differences(input, other), [
    'kernel: Linux 6.1 against Linux 6.2',
    'dataset: d1 against d2',
    'primary: only the first has work_mem = 16MB',
    'primary: only the second has work_mem = 64MB',
  ]);
  assert.deepEqual(differences(input, input), []);
});
