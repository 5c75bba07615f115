import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openHistory } from '../history/history.ts';
import { showHistory } from '../history/show.ts';
import { readRun } from '../reports/run-directory.ts';
import type { Result } from '../result/result.ts';
import { type Outcome, olympus } from './olympus.ts';

// One night as a user runs it: the control lacks the newest migration, head lacks an index that a statement needs.
let folder: string;
let runs: string;
let outcome: Outcome;
let result: Result;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'olympus-nightly-'));
  chmodSync(folder, 0o755);
  runs = join(folder, 'runs');
  const control = join(folder, 'old');
  cpSync(join(import.meta.dirname, '../migrations/sql'), control, { recursive: true });
  for (const name of readdirSync(control).sort().slice(-2)) rmSync(join(control, name));
  outcome = await olympus(
    [
      ...['nightly', '--suite', 'smoke', '--scale', 'tiny', '--only', 'products/listing', '--budget', '20m'],
      ...['--control', control, '--head', 'sql:DROP INDEX core.idx_products_listing', '--out', runs],
    ],
    { environment: { OLYMPUS_CACHE: join(folder, 'cache') } },
  );
  result = (await readRun(runs, 'latest')).result;
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('a night in which head reads more pages exits 1 and names the statement, its plan and what the times still need', () => {
  assert.equal(outcome.code, 1, outcome.stdout + outcome.stderr);
  assert.equal(result.verdict.status, 'regression');
  assert.match(outcome.stdout, /confirmed: products\/listing whale, pages/);
  assert.match(outcome.stdout, /plan of products\/listing whale: another shape/);
  if (result.nightly!.metrics.some(({ state }) => state === 'learning'))
    assert.match(outcome.stdout, /learning: \d+ metrics, up to 10 more nights needed/);
  assert.match(outcome.stdout, /there is no good night before this one/);
});

test('the night is in the result: pages confirmed, times with both figures and the nights that they need, the control rides along', () => {
  const { metrics, night, rounds, control, head } = result.nightly!;
  assert.deepEqual([night, head.changes.length, control.commit], [1, 1, null]);
  assert.ok(rounds >= 10);
  const pages = metrics.find(({ metric }) => metric === 'products/listing whale, pages')!;
  assert.deepEqual([pages.state, pages.since, pages.exact], ['confirmed', result.run.id, true]);
  const times = metrics.filter(({ exact }) => !exact);
  assert.ok(times.length >= 2 && times.every(({ missing }) => missing === 10));
  // one that this machine shows above its control goes to the gate at once, and no test says how long something takes
  for (const { metric, state } of times)
    assert.ok(state === 'learning' || state === 'suspect' || state === 'confirmed', `${metric}: ${state}`);
  const counts = result.nightly!.void === null; // noise that moves the control makes the night's times void
  assert.ok(times.every((one) => one.control! > 0 && one.head! > 0 && Number.isFinite(one.value) === counts));
  assert.ok(
    metrics.filter(({ metric }) => metric.endsWith('other rows')).every(({ head: other }) => other === 0),
  );
  assert.ok(result.comparison.some(({ role }) => role === 'control'));
});

test('the control is pinned beside the runs, and the night is one of the history', async () => {
  assert.ok(readdirSync(join(runs, 'control', 'migrations')).length > 10);
  const pinned = JSON.parse(readFileSync(join(runs, 'control', 'control.json'), 'utf8'));
  assert.equal(pinned.digest, result.nightly!.control.digest);
  using history = await openHistory(runs, { now: Date.now() });
  const { suite, runs: shown, series } = showHistory(history, { suite: null, metrics: null, runs: 10 });
  assert.deepEqual([suite, shown.length], ['nights', 1]);
  assert.ok(
    series.some(({ metric, state }) => metric === 'products/listing whale, pages' && state === 'confirmed'),
  );
});

test('summary, JUnit and page say it too', () => {
  const read = (file: string) => readFileSync(join(runs, result.run.id, file), 'utf8');
  assert.match(read('summary.md'), /\| confirmed \| products\/listing whale, pages \|/);
  assert.match(
    read('junit.xml'),
    /<testcase classname="olympus.night" name="products\/listing whale, pages" time="0">\s*<failure/,
  );
  assert.match(read('index.html'), /Plan of products\/listing, whale/);
});
