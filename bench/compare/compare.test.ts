import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { connect } from '../../infra/topology/session.ts';
import type { ComparisonResult } from '../../result/result.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { parseSide } from '../variant/parse.ts';
import { compare, comparisonMeasure } from './compare.ts';
import { type FalseAlarmRecord, falseAlarmRecord } from './false-alarm-record.ts';
import { selectStatements } from './select.ts';
import { openSessions } from './sessions.ts';
import type { ReadySide } from './side.ts';
import { watchWaits } from './watch-waits.ts';

let setting: ScratchSetting;
let cache: string;
let record: FalseAlarmRecord;
before(async () => {
  setting = await scratchSetting();
  cache = await mkdtemp(join(tmpdir(), 'olympus-compare-'));
  record = falseAlarmRecord(cache);
});
after(async () => {
  await setting[Symbol.asyncDispose]();
  await rm(cache, { recursive: true });
});

const run = async (b: readonly string[], names: readonly string[], tenants = setting.tenants.slice(0, 1)) =>
  compare(
    { ...setting, tenants, catalogue: setting.catalogue.filter(({ name }) => names.includes(name)) },
    { a: await parseSide([]), b: await parseSide(b), record },
  );
const exact = (rows: readonly ComparisonResult[]) =>
  rows.filter(({ role }) => role === 'exact').map(({ metric, verdict }) => [metric, verdict]);

async function databases(): Promise<string[]> {
  await using session = await connect(setting.topology.get('primary').url('admin', 'postgres'));
  const { rows } = await session.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND datname <> $1`,
    [setting.database],
  );
  return rows.map(({ datname }) => datname);
}

test('the same build twice reads the same pages and rows in every statement, writes too', async () => {
  const names = [
    'products/listing',
    'products/tags',
    'orders/keyset',
    'products/update-price',
    'orders/ship',
  ];
  const { comparison, warnings, falseAlarms } = await run([], names);
  assert.equal(falseAlarms!.of, 7); // five statements, the workload, the control: counted because the sides are equal
  assert.deepEqual(exact(comparison), []);
  const advisory = comparison.filter(
    ({ role, unit, metric }) => role === 'advisory' && unit === 'ms' && !/\/.*wall/.test(metric),
  );
  assert.deepEqual(
    advisory.map(({ metric }) => metric).sort(),
    [...names.map((name) => `${name} whale, CPU ms`), 'workload whale, wall ms'].sort(),
  );
  // On a busy machine it may be open whether B waits; the same build never does.
  const primary = comparison.filter(
    ({ role, metric }) => role === 'primary' && !metric.startsWith('waiting: looks'),
  );
  assert.deepEqual(
    primary.map(({ metric }) => metric),
    ['workload whale, CPU ms'],
  );
  for (const { a, b, ratio, low, high, pairs, level } of [...primary, ...advisory]) {
    assert.ok(a! > 0 && b! > 0 && low! <= ratio! && ratio! <= high!);
    assert.ok((pairs === 10 && level! >= 0.99) || (pairs === 20 && level! >= 0.98), `${pairs} ${level}`);
  }
  assert.equal(comparison.filter(({ role }) => role === 'control').length, 1);
  assert.ok(warnings.some(({ code, message }) => code === 'aa-noise' && / of 12 would be/.test(message)));
  assert.ok(!warnings.some(({ code }) => code === 'data-differ'));
  assert.deepEqual(await databases(), []);
  const raw = JSON.parse(String(setting.kept.get('comparison/slots.json')));
  assert.ok(raw.every(({ cpuMs }: { cpuMs: unknown[] }) => cpuMs.length === primary[0]!.pairs));
});

test('a dropped index is more work, exactly, whatever the times say', async () => {
  const known = await record.rate({ server: setting.topology.get('primary').version, clock: 'cpu' });
  const { comparison, planDiffs, falseAlarms } = await run(
    ['sql:DROP INDEX core.idx_variants_product'],
    ['products/variants-of'],
  );
  assert.deepEqual(exact(comparison), [['products/variants-of whale, pages', 'regression']]);
  const [moved] = planDiffs!;
  assert.deepEqual([moved!.statement, moved!.before, moved!.after], ['products/variants-of', 'A', 'B']);
  assert.equal(moved!.verdict, 'more-work');
  assert.ok(moved!.rows.some(({ before }) => before?.includes('idx_variants_product')));
  assert.deepEqual(falseAlarms, known); // unequal sides say nothing about the machine
});

test('a difference that a re-ANALYZE alone makes is unstable: neither a regression nor compared', async () => {
  const [like] = setting.catalogue;
  // The plan follows the sample: a column without statistics is scanned whole, one with them by its index.
  const statement = {
    ...like!,
    ...{ name: 'self/sampled', sql: 'SELECT n FROM public.sampled WHERE kind = 7', params: [], weight: 1 },
    ...{ expects: [], role: 'owner' as const, kind: 'read' as const },
  };
  const url = setting.topology.get('primary').url('admin', setting.database);
  {
    await using admin = await connect(url);
    await admin.query(
      'CREATE TABLE public.sampled AS SELECT n, n % 400 AS kind FROM generate_series(1, 40000) AS n',
    );
    await admin.query('CREATE INDEX ON public.sampled (kind)');
    await admin.query('ALTER TABLE public.sampled SET (autovacuum_enabled = off)');
    await admin.query('GRANT SELECT ON public.sampled TO PUBLIC; ANALYZE public.sampled');
  }
  const forged = `UPDATE pg_statistic SET stadistinct = 1, stakind1 = 0, stakind2 = 0, stakind3 = 0
    WHERE starelid = 'public.sampled'::regclass AND staattnum = 2`;
  const { comparison } = await compare(
    { ...setting, catalogue: [statement], tenants: setting.tenants.slice(0, 1) },
    { a: await parseSide([]), b: await parseSide([`sql:${forged}`]), record },
  );
  await using admin = await connect(url);
  await admin.query('DROP TABLE public.sampled');
  assert.deepEqual(exact(comparison), [['self/sampled whale, pages', 'unstable']]);
  assert.ok(!comparison.some(({ metric }) => metric.startsWith('self/sampled whale, CPU')));
});

test('other rows are the finding: shown, and their time not compared', async () => {
  const { comparison, warnings } = await run(
    [`sql:UPDATE core.products SET name = name || ' new'`],
    ['products/by-id', 'members/of-user'],
  );
  assert.deepEqual(exact(comparison), [['products/by-id whale, pages', 'results differ']]);
  assert.ok(!comparison.some(({ metric }) => metric === 'products/by-id whale, CPU ms'));
  assert.ok(comparison.some(({ metric }) => metric === 'members/of-user whale, CPU ms'));
  const differing = warnings.find(({ code }) => code === 'data-differ');
  assert.match(
    differing!.message,
    /core\.products \(A: (\d+) rows, digest -?\d+; B: \1 rows, digest -?\d+\), audit\.logs \(A: \d+ rows[^)]*\)\.$/, // triggers note the update
  );
});

test('a statement that fails on B only is a regression with its reason', async () => {
  const { comparison } = await run(
    ['sql:DROP TABLE core.product_variants CASCADE'],
    ['products/variants-of'],
  );
  const [row] = comparison.filter(({ role }) => role === 'exact');
  assert.equal(row!.verdict, 'regression');
  assert.match(row!.why!, /^It fails on B: relation "core\.product_variants" does not exist/);
});

test('eight times the work in a statement is found by time, though it reads no page more', async () => {
  const work = (loops: number) => `CREATE OR REPLACE FUNCTION public.work() RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN FOR i IN 1..${loops} LOOP PERFORM md5(i::text); END LOOP; END $$`;
  await using admin = await connect(
    setting.topology.get('primary').url('admin', setting.database),
    'olympus-test',
  );
  await admin.query(work(3000));
  const [like] = setting.catalogue;
  const statement = { ...like!, name: 'self/work', sql: 'SELECT public.work()::text', params: [], weight: 1 };
  const { comparison } = await compare(
    { ...setting, catalogue: [statement], tenants: setting.tenants.slice(0, 1) },
    { a: await parseSide([]), b: await parseSide([`sql:${work(24_000)}`]), record },
  );
  assert.deepEqual(exact(comparison), []);
  assert.equal(comparison.find(({ role }) => role === 'primary')!.verdict, 'regression');
});

test('what the server process of one side waits for is seen, whatever else the machine does', async () => {
  const primary = setting.topology.get('primary');
  await using sessions = await openSessions(primary, setting.database);
  const like = setting.catalogue[0]!;
  const statement = { ...like, name: 'self/wait', sql: 'SELECT 1', params: [], role: 'owner' as const };
  const cells = [{ statement, tenant: setting.tenants[0]!, draws: [[]] }];
  const side = (sql: string) =>
    ({
      home: primary,
      database: setting.database,
      sessions,
      texts: new Map([['self/wait', sql]]),
    }) as unknown as ReadySide;
  const busy = 'SELECT count(*) FROM generate_series(1, 20000)';
  const sleeps = 'SELECT pg_sleep(0.005)';
  const { waiting, events } = await watchWaits([side(busy), side(sleeps)], cells, setting.signal);
  assert.equal(waiting.kind, 'waits', JSON.stringify({ waiting, events }));
  assert.match(events[1].join(), /^Timeout PgSleep \d+ %/);
  assert.ok(!events[0].join().includes('PgSleep'));
  const turned = await watchWaits([side(sleeps), side(busy)], cells, setting.signal);
  assert.notEqual(turned.waiting.kind, 'waits');
});

test('the owner without policies reads the same rows; a setting of B is its own; as a measure it is a section', async () => {
  const b = await parseSide(['rls:off', 'set:work_mem=1MB']);
  const measure = comparisonMeasure({ a: await parseSide([]), b, record });
  const catalogue = setting.catalogue.filter(({ name }) => name === 'products/by-id');
  const { comparison } = await measure.run({ ...setting, catalogue, tenants: setting.tenants.slice(0, 1) });
  assert.ok(comparison!.length >= 3);
  // Without the policy's own look at the membership it may read a page or three fewer; nothing else may differ.
  assert.deepEqual(
    exact(comparison!).filter(([, verdict]) => verdict !== 'improvement'),
    [],
  );
});

test('a variant whose SQL fails says where, and leaves no copy behind', async () => {
  await assert.rejects(run(['sql:SELECT 1;\nSELECT nope'], ['products/by-id']), (error) => {
    assert.ok(error instanceof Fault && error.reason === 'usage');
    assert.match(error.message, /variant B.*line 2, column 8/s);
    return true;
  });
  assert.deepEqual(await databases(), []);
});

test('a route that the topology does not have is refused', async () => {
  await assert.rejects(run(['via:pooler'], ['products/by-id']), /has no pooler/);
  assert.deepEqual(await databases(), []);
});

test('statements are chosen by name or group, and a misspelt one names the nearest', () => {
  const names = (only?: string) => selectStatements(setting.catalogue, only).map(({ name }) => name);
  assert.equal(names().length, setting.catalogue.length);
  const chosen = names('products/by-id, members');
  assert.ok(chosen.length > 1 && chosen.includes('members/of-user') && chosen.includes('products/by-id'));
  assert.ok(chosen.every((name) => name.startsWith('members/') || name === 'products/by-id'));
  assert.throws(() => names('product'), /no statement or group "product"/);
});
