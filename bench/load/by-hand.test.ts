import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { findK6, k6Environment } from '../../infra/setup/k6.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { patience } from '../../test/patience.ts';

/** k6 as a user runs it by hand: docs/load.md. */
const folder = mkdtempSync(join(tmpdir(), 'olympus-by-hand-'));
after(() => rmSync(folder, { recursive: true }));
let k6 = '';
before(async () => {
  k6 = await findK6({ progress: silent, signal: patience() });
});

const plan = join(folder, 'load-plan.json');
writeFileSync(
  plan,
  JSON.stringify({
    statements: [{ name: 'one', sql: 'SELECT $1', weight: 1, role: 'app', kind: 'read' }],
    tenants: [{ class: 'whale', id: 'a', userId: 'u', weight: 1 }],
    draws: { one: { 0: [['1']] } },
  }),
);

async function byHand(env: Record<string, string>, args: readonly string[] = [], before = '') {
  const all = ['run', '--quiet', '--no-color', ...args, scenarioScript('mixed')];
  const child = spawn('sh', ['-c', `${before} exec "$0" "$@"`, k6, ...all], {
    env: { ...process.env, ...k6Environment, OLYMPUS_URL: 'null:', OLYMPUS_PLAN: plan, ...env },
    signal: patience(),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, output };
}

test('k6 run of a scenario writes the metrics of the load to the outputs that it is given', async () => {
  const file = join(folder, 'samples.json');
  const env = { OLYMPUS_RATE: '500', OLYMPUS_DURATION: '1', OLYMPUS_WARMUP: '0' };
  const { code, output } = await byHand(env, ['--out', `json=${file}`]);
  assert.equal(code, 0, output);
  assert.match(output, /olympus_requests {2}.*"count":\d+/);
  const points = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'Point');
  const of = (metric: string) => points.filter((point) => point.metric === metric);
  const requests = of('olympus_requests').reduce((sum, { data }) => sum + data.value, 0);
  assert.ok(Math.abs(requests - 500) < 120, `${requests} requests`);
  assert.ok(of('olympus_response').length > 0);
  assert.deepEqual(
    [
      ...new Set(
        of('olympus_response').map(({ data }) => `${data.tags.statement} ${data.tags.tenant_class}`),
      ),
    ],
    ['one whale'],
  );
  assert.deepEqual(
    of('olympus_dropped').map(({ data }) => data.value),
    [0],
  );
});

test('without a sample the objectives are not kept', async () => {
  const env = { OLYMPUS_RATE: '0.001', OLYMPUS_DURATION: '0.1', OLYMPUS_WARMUP: '0' };
  const { code, output } = await byHand(env);
  assert.equal(code, 99, output);
});

test('recorded arrivals and the report on stdout, as docs/load.md has them', async () => {
  const offsets = join(folder, 'offsets.txt');
  writeFileSync(offsets, '0\n0.5\n0.6\n0.8\n9\n');
  const env = { OLYMPUS_ARRIVALS: 'replay', OLYMPUS_OFFSETS: offsets, OLYMPUS_SPEED: '2' };
  const { output } = await byHand({
    ...env,
    ...{ OLYMPUS_DURATION: '1', OLYMPUS_WARMUP: '0', OLYMPUS_RESULT: 'stdout' },
  });
  const [report] = JSON.parse(output).runs;
  assert.deepEqual([report.offered, report.requests, report.dropped], [4, 4, 0]);
});

test('a ramp offers the mean of its ends', async () => {
  const env = { OLYMPUS_ARRIVALS: 'ramp', OLYMPUS_RATE: '100', OLYMPUS_RATE_TO: '900' };
  const { output } = await byHand({
    ...env,
    ...{ OLYMPUS_DURATION: '2', OLYMPUS_WARMUP: '0', OLYMPUS_RESULT: 'stdout' },
  });
  const [report] = JSON.parse(output).runs;
  assert.equal(report.offered, 1000);
  assert.deepEqual(report.due, [300, 700]);
});

test('more connections than the process may have files are refused before the start', async () => {
  const { code, output } = await byHand(
    { OLYMPUS_CONNECTIONS: '1000', OLYMPUS_DURATION: '1' },
    [],
    'ulimit -n 300;',
  );
  assert.notEqual(code, 0);
  assert.match(output, /1000 connections need \d+ open files, the limit is 300/);
});
