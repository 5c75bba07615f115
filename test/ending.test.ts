import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { olympus, processesOf, start } from './olympus.ts';
import { until } from './patience.ts';

// One cache for all: the server's binaries are copied into it once. It is world-traversable, for postgres refuses root.
let cache: string;
before(async () => {
  cache = mkdtempSync(join(tmpdir(), 'olympus-ending-'));
  (await import('node:fs')).chmodSync(cache, 0o755);
});
after(() => rmSync(cache, { recursive: true, force: true }));

/** Starts a smoke run, of these parts or whole, and sends `signal` when its progress first shows `moment`. */
async function interrupted(moment: RegExp, signal: NodeJS.Signals, parts?: string) {
  const out = mkdtempSync(join(tmpdir(), 'olympus-runs-'));
  const only = parts === undefined ? [] : ['--only', parts];
  const child = start(['bench', '--suite', 'smoke', '--scale', 'tiny', ...only, '--out', out], {
    OLYMPUS_CACHE: cache,
  });
  let seen = '';
  const reached = new Promise<void>((resolve) => {
    child.stderr!.on('data', (chunk) => {
      seen += chunk;
      if (moment.test(seen)) resolve();
    });
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await Promise.race([reached, ended]);
  assert.match(seen, moment, 'the run reached the moment of the signal');
  child.kill(signal);
  const code = await ended;
  await until('every process of the run has ended', () => processesOf(cache).length === 0);
  return { code, out, seen };
}

for (const [moment, parts] of [
  ['topology', undefined],
  ['schema', 'plans'],
  ['data', undefined],
  ['plans', 'plans'],
  ['load', 'load'],
] as const)
  test(`Ctrl-C during "${moment}" stops everything and exits 130`, async () => {
    const { code, seen } = await interrupted(new RegExp(`^${moment}$`, 'm'), 'SIGINT', parts);
    assert.equal(code, 130, seen);
  });

test('SIGTERM keeps what was measured and marks the run incomplete', async () => {
  const { code, out, seen } = await interrupted(/^pagination$/m, 'SIGTERM', 'plans,pagination');
  assert.equal(code, 130, seen);
  const [run] = readdirSync(out).filter((name) => !name.startsWith('.'));
  assert.ok(run, `a run directory is there: ${readdirSync(out)}`);
  const result = JSON.parse(readFileSync(join(out, run, 'result.json'), 'utf8'));
  assert.equal(result.run.complete, false);
  assert.ok(result.plans.length > 0, 'the plans, measured before the signal, are kept');
  assert.match(readFileSync(join(out, run, 'index.html'), 'utf8'), /incomplete/i);
});

test('kill -9 leaves no process, and the next run adopts what was measured', async () => {
  const { out } = await interrupted(/^pagination$/m, 'SIGKILL', 'plans,pagination');
  assert.ok(readdirSync(out).some((name) => name.startsWith('.partial-')));
  const args = ['bench', '--suite', 'smoke', '--scale', 'tiny', '--only', 'plans', '--out', out];
  const next = await olympus(args, { environment: { OLYMPUS_CACHE: cache } });
  const results = readdirSync(out)
    .filter((name) => !name.startsWith('.'))
    .map((name) => JSON.parse(readFileSync(join(out, name, 'result.json'), 'utf8')));
  assert.deepEqual(results.map(({ run }) => run.complete).sort(), [false, true], next.stderr);
  assert.deepEqual(processesOf(cache), []);
});
