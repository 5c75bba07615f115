import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Result } from '../result/result.ts';
import { type Outcome, olympus, processesOf } from './olympus.ts';

// The main job as a user runs it, at the smallest scale, read back from what it left.
let folder: string;
let outcome: Outcome;
let result: Result;
let run: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'olympus-bench-'));
  chmodSync(folder, 0o755);
  outcome = await olympus(
    ['bench', '--suite', 'smoke', '--scale', 'tiny', '--json', '--out', join(folder, 'runs')],
    { environment: { OLYMPUS_CACHE: join(folder, 'cache') } },
  );
  const ids = readdirSync(join(folder, 'runs'));
  assert.equal(ids.length, 1, `${ids}\n${outcome.stderr}`);
  run = join(folder, 'runs', ids[0]!);
  result = JSON.parse(readFileSync(join(run, 'result.json'), 'utf8'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the main job ends by itself with a verdict, a whole run and no process left', () => {
  assert.ok([0, 1, 3, 4].includes(outcome.code!), `exit code ${outcome.code}\n${outcome.stderr}`);
  assert.equal(result.run.complete, true);
  assert.ok(result.verdict.reasons.length > 0);
  assert.deepEqual(processesOf(folder), []);
});

test('--json prints the result and nothing else on stdout', () => {
  assert.equal(JSON.parse(outcome.stdout).run.id, result.run.id);
});

test('the run directory holds everything that the contract names', () => {
  const files = readdirSync(run);
  for (const file of ['result.json', 'index.html', 'summary.md', 'junit.xml', 'raw', 'log.ndjson'])
    assert.ok(files.includes(file), `${file} is missing: ${files}`);
});

test('every measure wrote its part, or the run says why not', () => {
  const skipped = result.skipped.map(({ part }) => part);
  const sections = {
    plans: result.plans.length,
    pagination: result.pagination.length,
    rls: result.rls?.overhead.length ?? 0,
    lag: result.replication.length,
    load: result.load.length,
    pooler: result.pooler.length,
    micro: result.micro.length,
  };
  for (const [part, figures] of Object.entries(sections))
    assert.ok(figures > 0 || skipped.includes(part), `${part} measured nothing and is not skipped`);
});

test('no statement showed a row of another tenant', () => {
  assert.equal(result.rls?.leaks.foreignRows, 0);
  assert.ok(result.rls!.leaks.rows > 0, 'rows were checked');
});

test('no password is in any file of the run', () => {
  for (const file of ['result.json', 'index.html', 'summary.md', 'junit.xml', 'log.ndjson'])
    assert.doesNotMatch(readFileSync(join(run, file), 'utf8'), /:\/\/[^:@/\s"]+:(?!\*)[^@\s"]+@/, file);
});
