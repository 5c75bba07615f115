import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Outcome, olympus, processesOf } from './olympus.ts';

/** One clear message, what to do next, the exit code, and nothing on stdout. */
function refused({ code, stdout, stderr }: Outcome, expected: number, message: RegExp) {
  assert.match(stderr, message);
  assert.equal(code, expected, stderr);
  assert.equal(stdout, '');
  assert.doesNotMatch(stderr, /defect in Olympus|^\s+at /m);
}

test('a misspelt command names the nearest right one', async () => {
  refused(await olympus(['bnech']), 2, /Did you mean bench\?/);
});

test('a misspelt flag names the nearest right one', async () => {
  refused(await olympus(['bench', '--siute', 'smoke']), 2, /Did you mean --suite\?/);
});

test('a misspelt suite names the nearest right one', async () => {
  refused(await olympus(['bench', '--suite', 'quik']), 2, /no suite "quik"[\s\S]*Did you mean "quick"\?/);
});

test('a misspelt part names the nearest right one', async () => {
  refused(await olympus(['bench', '--only', 'plan']), 2, /no part "plan"[\s\S]*Did you mean "plans"\?/);
});

test('a misspelt scale names what there is', async () => {
  refused(await olympus(['seed', '--scale', 'smal']), 2, /"smal"[\s\S]*small/);
});

test('a seed that is no integer is refused', async () => {
  refused(await olympus(['seed', '--seed', '1.5']), 2, /--seed takes an integer/);
});

test('a scale and counts at once, a part that is none, and days for a database that is about to end are refused', async () => {
  refused(
    await olympus(['seed', '--scale', 'tiny', '--tenants', '3']),
    2,
    /--tenants.*cannot be used with.*--scale/,
  );
  refused(await olympus(['seed', '--shard', '5/4']), 2, /no shard "5\/4"/);
  const cache = mkdtempSync(join(tmpdir(), 'olympus-cache-'));
  const environment = { OLYMPUS_CACHE: cache };
  refused(
    await olympus(['seed', '--append', '1d'], { environment }),
    2,
    /no topology is up[\s\S]*olympus up/,
  );
  refused(await olympus(['seed', '--shard', '1/2'], { environment }), 2, /no topology is up/);
  rmSync(cache, { recursive: true, force: true });
});

test('a misspelt topology names the nearest right one', async () => {
  refused(await olympus(['up', '--topology', 'loca']), 2, /no topology "loca"[\s\S]*Did you mean "local"\?/);
});

test('a misspelt endpoint names the nearest right one', async () => {
  refused(await olympus(['url', 'primry']), 2, /no endpoint "primry"[\s\S]*Did you mean "primary"\?/);
});

test('a port that is taken is named, and nothing is started', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const cache = mkdtempSync(join(tmpdir(), 'olympus-cache-'));
  chmodSync(cache, 0o755);
  const outcome = await olympus(['up', '--port', `primary=${port}`], {
    environment: { OLYMPUS_CACHE: cache },
  });
  taken.close();
  refused(outcome, 2, new RegExp(`Port ${port} .*taken`));
  assert.deepEqual(processesOf(cache), []);
  rmSync(cache, { recursive: true, force: true });
});

test('a misspelt statement names the nearest right one, before any server is started', async () => {
  refused(
    await olympus(['explain', 'orders/recnt']),
    2,
    /no statement "orders\/recnt"[\s\S]*Did you mean "orders\/recent"\?/,
  );
});

test('a misspelt scenario names the nearest right one, before any server is started', async () => {
  refused(
    await olympus(['load', 'storfront']),
    2,
    /no load scenario "storfront"[\s\S]*Did you mean "storefront"\?/,
  );
});

test('a file that is no plan is told apart from a plan', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'olympus-plan-')), 'plan.json');
  writeFileSync(file, '{"not": "a plan"}');
  refused(await olympus(['explain', '--plan', file]), 2, /plan\.json/);
  writeFileSync(file, '[{"Plan": ');
  refused(await olympus(['explain', '--plan', file]), 2, /plan\.json/);
});

test('a plan that does more work fails where that is asked for, and one without pages cannot be judged', async () => {
  const cases = join(import.meta.dirname, '../analysis/explain/fixtures/cases');
  const [few, many, none] = ['p32-modcte-1.json', 'p32-modcte-2000.json', 'p27-costs-off.txt'].map((name) =>
    join(cases, name),
  );
  const run = (a: string, b: string) =>
    olympus(['explain', '--plan', a, '--plan', b, '--fail-on', 'more-work', '--quiet']);
  const more = await run(few!, many!);
  assert.equal(more.code, 1);
  assert.match(more.stdout, /^more work: the same shape, pages 4 → 2031/);
  assert.equal((await run(many!, few!)).code, 0);
  assert.equal((await run(few!, none!)).code, 3);
  refused(
    await olympus(['explain', '--plan', few!, '--fail-on', 'more-work']),
    2,
    /--fail-on needs two plans/,
  );
});

test('a run that is not there names what is', async () => {
  const out = mkdtempSync(join(tmpdir(), 'olympus-runs-'));
  refused(await olympus(['report', 'latest', '--out', out]), 2, /latest|no run/i);
});

test('a corrupted run directory says what is wrong with which file', async () => {
  const out = mkdtempSync(join(tmpdir(), 'olympus-runs-'));
  mkdirSync(join(out, '20260101-000000-abcd'));
  writeFileSync(join(out, '20260101-000000-abcd', 'result.json'), '{"schemaVersion": 1, "run": ');
  refused(await olympus(['report', '20260101-000000-abcd', '--out', out]), 2, /result\.json/);
});

test('a statement file with an unknown header key is an error with its line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'olympus-statements-'));
  cpSync(join(import.meta.dirname, '..', 'scenarios', 'statements'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'orders', 'mine.sql'),
    '-- name: orders/mine\n-- waht: a typing error\nSELECT 1;\n',
  );
  refused(
    await olympus(['explain', 'orders/mine', '--statements', folder]),
    2,
    /mine\.sql:2[\s\S]*waht[\s\S]*what/,
  );
});
