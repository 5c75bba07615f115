import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { olympus, processesOf, start } from './olympus.ts';
import { until } from './patience.ts';

// A topology that is held, as several commands and several checkouts use it; the tests of this file follow each other.
const cache = mkdtempSync(join(tmpdir(), 'olympus-held-'));
chmodSync(cache, 0o755);
const environment = { OLYMPUS_CACHE: cache };
const file = join(cache, 'primary.yaml');
const out = join(cache, 'runs');
writeFileSync(
  file,
  ['primary: local', ...'replica1 replica2 pooler'.split(' ').map((name) => `${name}: off`)].join('\n'),
);
const external = join(cache, 'external.yaml');
writeFileSync(external, 'primary: { provider: external, url: env:OLYMPUS_HELD_URL, tls: disable }\n');
const url = async () => (await run('url', 'primary', '--as', 'admin')).stdout.trim();
const run = (...args: string[]) => olympus(args, { environment });
const plans = ['bench', '--suite', 'smoke', '--only', 'plans', '--out', out];
const runs = () => (existsSync(out) ? readdirSync(out).filter((name) => /^\.?(partial-)?\d/.test(name)) : []);

before(async () => {
  const up = await run('up', '--topology', file);
  assert.equal(up.code, 0, up.stderr);
});
after(async () => {
  await run('down', '--wipe', 'local', '--not-mine');
  rmSync(cache, { recursive: true, force: true });
});

test('`status` says whose it is, since when and of which version', async () => {
  const { code, stdout } = await run('status', '--json');
  const { held, endpoints } = JSON.parse(stdout);
  assert.deepEqual([code, endpoints.length], [0, 1]);
  assert.equal(held.project, join(import.meta.dirname, '..'));
  assert.ok(Math.abs(Date.now() - Date.parse(held.since)) < 3_600_000);
  assert.match(held.version, /^\d+\.\d+\.\d+/);
});

test('what is there is used as it is; another scale that was typed is refused, and leaves no run', async () => {
  const seeded = await run('seed', '--scale', 'tiny', '--seed', '7', '--json');
  assert.equal(seeded.code, 0, seeded.stderr);
  const again = await run('seed', '--json');
  assert.equal(JSON.parse(again.stdout).digest, JSON.parse(seeded.stdout).digest, again.stderr);
  assert.match(again.stderr, /every row is as it was loaded/);
  const measured = await run(...plans, '--json');
  const result = JSON.parse(measured.stdout);
  assert.deepEqual([result.dataset.scale, result.dataset.seed], ['tiny', 7], measured.stderr);
  assert.match(measured.stderr, /using the topology that is up, held by /);
  const before = runs();
  const typed = await run(...plans, '--scale', 'small');
  assert.equal(typed.code, 2);
  assert.match(typed.stderr, /scale tiny, seed 7, not scale small[\s\S]*Leave out --scale/);
  assert.deepEqual(runs(), before);
});

test('two at once: the second names the first, and waits for it or fails', async (t) => {
  const first = start([...plans], environment);
  t.after(() => first.kill('SIGKILL')); // it is stopped for a while, and must not stay so
  let told = '';
  first.stderr!.on('data', (chunk) => (told += chunk));
  await until('the first one has its turn', () => /^schema$/m.test(told));
  first.kill('SIGSTOP'); // so that it keeps its turn until everybody has looked
  const refused = await run(...plans, '--no-wait');
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(
    refused.stderr,
    new RegExp(`olympus bench --suite smoke --only plans.*\\(process ${first.pid} of `),
  );
  const byUrl = await olympus(
    ['explain', 'orders/recent', '--topology', external, '--no-wait', '--out', out],
    {
      environment: { ...environment, OLYMPUS_HELD_URL: await url() },
    },
  );
  assert.equal(byUrl.code, 2, byUrl.stderr);
  assert.match(byUrl.stderr, /Another command works on this topology: olympus-run \w+ of \w+ at/);
  const looked = await run('migrate', 'status', '--no-wait');
  assert.equal(looked.code, 0, looked.stderr);
  const second = start(['explain', 'orders/recent', '--out', out], environment);
  let waited = '';
  second.stderr!.on('data', (chunk) => (waited += chunk));
  const waiting = new RegExp(`waiting for \\./olympus bench .*process ${first.pid} `);
  await until('the second one waits', () => waiting.test(waited));
  first.kill('SIGCONT');
  await until('the second one has ended', () => second.exitCode !== null);
  assert.equal(second.exitCode, 0, waited);
  assert.notEqual(first.exitCode, null, 'it did not begin before the first had ended');
});

test('a turn is free when its owner was killed', async () => {
  const first = start([...plans], environment);
  let told = '';
  first.stderr!.on('data', (chunk) => (told += chunk));
  await until('the first one has its turn', () => /using the topology/.test(told));
  first.kill('SIGKILL');
  await until('it is gone', () => first.signalCode !== null);
  const next = await run('explain', 'orders/recent', '--out', out, '--no-wait');
  assert.equal(next.code, 0, next.stderr);
});

test('rows that are gone end a run with 2, are named by every command, and are loaded again on demand', async () => {
  const url = (await run('url', 'primary', '--as', 'admin')).stdout.trim();
  await using admin = await connect(url);
  const digest = JSON.parse((await run('seed', '--verify', '--json')).stdout).digest;
  await admin.query('DELETE FROM core.order_items WHERE hashtext(id::text) % 2 = 0');
  const before = runs();
  const measured = await run(...plans);
  assert.equal(measured.code, 2, measured.stderr);
  assert.match(
    measured.stderr,
    /not as it was loaded[\s\S]*core\.order_items: [\d,]+ rows, [\d,]+ were generated[\s\S]*seed --reload/,
  );
  assert.deepEqual(runs(), before, 'nothing was measured, so there is no run');
  assert.equal((await run('seed')).code, 2);
  const verified = await run('seed', '--verify', '--json');
  assert.equal(verified.code, 1);
  assert.match(JSON.parse(verified.stdout).digest, /^[0-9a-f]{16}$/);
  assert.notEqual(JSON.parse(verified.stdout).digest, digest);
  const reloaded = await run('seed', '--reload', '--json');
  assert.equal(JSON.parse(reloaded.stdout).digest, digest, reloaded.stderr);
});

test('another checkout is asked before it uses or takes down what this one holds', async () => {
  const held = join(cache, 'held.json');
  const own = readFileSync(held, 'utf8');
  writeFileSync(held, own.replace(join(import.meta.dirname, '..'), '/somebody/else'));
  for (const args of [[...plans], ['seed', '--reload'], ['down', '--wipe'], ['up'], ['migrate']]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /belongs to another checkout: \/somebody\/else[\s\S]*--not-mine/, args.join(' '));
  }
  assert.equal((await run('explain', 'orders/recent', '--out', out, '--not-mine')).code, 0);
  writeFileSync(held, own);
});

test('a server that died makes `status` fail, and is no reason to bring up others beside what lives', async () => {
  const { pid } = processesOf(cache).find(({ command }) => / -D .*primary$/.test(command))!;
  process.kill(pid, 'SIGKILL');
  await until('it is gone', () => !processesOf(cache).some((one) => one.pid === pid));
  const { code, stdout } = await run('status');
  assert.equal(code, 4, stdout);
  assert.match(stdout, /primary +local +stopped[\s\S]*\.\/olympus up/);
  assert.equal((await run('up')).code, 0);
  assert.equal((await run('status')).code, 0);
});

test('`down --wipe` removes what is up; what was down before it does so only by its name', async () => {
  assert.equal((await run('down')).code, 0);
  const nothing = await run('down', '--wipe');
  assert.equal(nothing.code, 0);
  assert.match(nothing.stdout, /Nothing was running\.[\s\S]*down --wipe local/);
  assert.ok(existsSync(join(cache, 'local', 'default', 'primary')));
  assert.equal((await run('down', '--wipe', 'local')).code, 0);
  assert.ok(!existsSync(join(cache, 'local', 'default')));
  assert.equal((await run('down', 'redis')).code, 2);
});
