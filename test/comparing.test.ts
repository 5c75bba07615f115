import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Result } from '../result/result.ts';
import { type Outcome, olympus, processesOf } from './olympus.ts';

// ab and index as a user runs them, on one held topology with the smallest data.
let folder: string;
const command = (args: readonly string[]): Promise<Outcome> =>
  olympus(args, { environment: { OLYMPUS_CACHE: join(folder, 'cache') } });
const small = ['--scale', 'tiny', '--suite', 'smoke', '--json'];
const run = async (...args: string[]): Promise<{ code: number | null; result: Result; stderr: string }> => {
  const { code, stdout, stderr } = await command([...args, ...small, '--out', join(folder, 'runs')]);
  assert.ok(stdout.startsWith('{'), stderr);
  return { code, result: JSON.parse(stdout), stderr };
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'olympus-comparing-'));
  chmodSync(folder, 0o755);
  const { code, stderr } = await command(['up']);
  assert.equal(code, 0, stderr);
});
after(async () => {
  await command(['down', '--wipe']);
  assert.deepEqual(processesOf(folder), []);
  rmSync(folder, { recursive: true, force: true });
});

test('ab --aa compares the base with itself, and the next run tells the rate that it measured', async () => {
  const { result } = await run('ab', '--aa', '--only', 'products/by-id');
  assert.ok(
    !result.comparison.some(({ role }) => role === 'exact'),
    'equal sides read the same pages and rows',
  );
  const { alarms, of, measurements } = result.falseAlarms!;
  assert.ok(alarms <= of && of >= 5 && measurements === 1);
  const { stdout, code } = await command([
    ...['ab', '--b', 'set:work_mem=1MB', '--only', 'products/by-id', '--scale', 'tiny', '--suite', 'smoke'],
    ...['--out', join(folder, 'runs')],
  ]);
  assert.match(
    stdout,
    new RegExp(`On this machine ${alarms} of ${of} comparisons of equal sides by CPU time raised`),
  );
  assert.ok([0, 1, 3].includes(code!), stdout);
});

test('migrations:DIR and several changes of one side: a migration that drops an index is found', async () => {
  const schema = join(import.meta.dirname, '../migrations/sql');
  const directory = join(folder, 'migrations');
  cpSync(schema, directory, { recursive: true });
  const last = Math.max(
    ...readdirSync(directory)
      .map((name) => Number.parseInt(name, 10))
      .filter(Number.isFinite),
  );
  const next = join(directory, `${String(last + 1).padStart(4, '0')}_slower`);
  writeFileSync(
    `${next}.up.sql`,
    '-- what: a lookup without its index\nDROP INDEX core.idx_variants_product;\n',
  );
  writeFileSync(
    `${next}.down.sql`,
    'CREATE INDEX idx_variants_product ON core.product_variants (organization_id, product_id, position);\n',
  );
  const { code, result } = await run(
    ...['ab', '--b', `migrations:${directory}`, 'set:work_mem=8MB', '--only', 'products/variants-of'],
  );
  assert.equal(code, 1);
  assert.ok(
    result.comparison.some(
      ({ metric, verdict }) => /^products\/variants-of \w+, pages$/.test(metric) && verdict === 'regression',
    ),
    JSON.stringify(result.comparison.map(({ metric, verdict }) => [metric, verdict])),
  );
});

test('index advise measures what it proposes, within its bounds', async () => {
  const { result, code } = await run('index', 'advise', '--only', 'products', '--candidates', '1');
  assert.equal(code, 0);
  assert.equal(result.index.length, 1);
  assert.ok(result.index[0]!.candidate && result.index[0]!.answer && result.index[0]!.writePrice);
});

test('an index that is there already is refused with what to do, and no copy is left', async () => {
  const { code, stderr } = await command([
    ...['index', 'CREATE INDEX idx_variants_product ON core.product_variants (product_id)'],
    ...['--scale', 'tiny', '--suite', 'smoke', '--out', join(folder, 'runs')],
  ]);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /already exists.*--drop NAME/s);
});
