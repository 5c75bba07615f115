import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exampleResult } from '../../reports/fixture.ts';
import { runId } from '../../reports/run-id.ts';
import { writeResult } from '../../reports/write-run.ts';
import type { Result } from '../../result/result.ts';
import { inProcess } from '../../test/in-process.ts';
import { aNight, timeMetric } from '../../test/nights.ts';
import { olympus } from '../../test/olympus.ts';
import { compareStored } from '../compare-runs.ts';

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), 'olympus-compare-'));
});
after(() => rmSync(root, { recursive: true, force: true }));

/** A run as the product writes it, without what is derived from its result. @returns its id */
async function stored(changes: Partial<Result> = {}): Promise<string> {
  const example = exampleResult(changes);
  const id = runId(new Date(), 'quick');
  mkdirSync(join(root, id));
  await writeResult(join(root, id), { ...example, run: { ...example.run, id } });
  return id;
}
const compare = (a: string, b: string, ...flags: string[]) =>
  inProcess(flags.includes('--json'), (context) =>
    compareStored(context, { out: root, cross: flags.includes('--cross') }, a, b),
  );
const example = exampleResult();

test('runs with the same exact figures pass, and their times are shown without a judgement', async () => {
  const { code, stdout } = await compare(await stored(), await stored(), '--json');
  const result = JSON.parse(stdout) as Result;
  assert.equal(code, 0, stdout);
  assert.equal(result.verdict.status, 'pass');
  const times = result.comparison.filter(({ unit }) => unit === 'ms');
  assert.ok(times.length > 5);
  for (const { verdict, p, low } of times)
    assert.deepEqual([verdict, p ?? null, low], ['not judged', null, null]);
  assert.ok(result.warnings.some(({ code: named }) => named === 'one-sample-each'));
});

test('times twice as long are no regression, a tenth and three more pages are one', async () => {
  const slow = example.load.map((load) => ({ ...load, responseMs: { ...load.responseMs, p50: 99 } }));
  assert.equal((await compare(await stored(), await stored({ load: slow }))).code, 0);
  const [first, ...rest] = example.plans;
  const plans = [{ ...first!, buffers: { hit: first!.buffers.hit! + 30, read: 0 } }, ...rest];
  const { code, stdout } = await compare(await stored(), await stored({ plans }));
  assert.equal(code, 1);
  assert.match(stdout, /^REGRESSION\n.*plans orders\/recent owner whale, buffers/);
});

test("two nights are compared by the pages of head's statements", async () => {
  const pages = (head: number) => ({
    ...timeMetric('orders/recent whale, pages', 0),
    unit: 'pages',
    exact: true,
    head,
  });
  const night = (head: number) =>
    stored({ plans: [], pagination: [], index: [], rls: null, nightly: aNight(1, [pages(head)]) });
  const [before, same, more] = [await night(12), await night(12), await night(60)];
  assert.equal((await compare(before, same)).code, 0);
  const { code, stdout } = await compare(before, more);
  assert.equal(code, 1);
  assert.match(stdout, /nightly orders\/recent whale, pages, head buffers/);
});

test('a foreign row, and an expectation that is missed now, are regressions', async () => {
  const base = await stored();
  const rls = { ...example.rls!, leaks: { ...example.rls!.leaks, foreignRows: 1 } };
  assert.equal((await compare(base, await stored({ rls }))).code, 1);
  const [first, ...rest] = example.plans;
  const expectation = { ok: false, why: 'a Seq Scan of orders' };
  const { code, stdout } = await compare(
    base,
    await stored({ plans: [{ ...first!, shape: 'other', expectation }, ...rest] }),
  );
  assert.equal(code, 1);
  assert.match(stdout, /plans orders\/recent owner whale, plan.*a Seq Scan of orders/s);
});

test('another plan of the same work is told and is no regression', async () => {
  const [first, ...rest] = example.plans;
  const plans = [{ ...first!, shape: 'other', indexes: ['new_index'] }, ...rest];
  const { code, stdout } = await compare(await stored(), await stored({ plans }));
  assert.equal(code, 0);
  assert.match(
    stdout,
    /plan changed: plans orders\/recent owner whale, plan.*no longer orders_org_created; now new_index/,
  );
});

test('unequal fingerprints are refused with the parts that differ, and labelled with --cross', async () => {
  const a = await stored();
  const [primary, ...others] = example.environment.endpoints;
  const settings = { ...primary!.settings, work_mem: '64MB' };
  const environment = {
    ...example.environment,
    fingerprint: 'other',
    endpoints: [{ ...primary!, settings }, ...others],
  };
  const b = await stored({ environment });
  const refused = await compare(a, b);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /only the first has work_mem = 16MB; primary: only the second has work_mem = 64MB/,
  );
  const { code, stdout } = await compare(a, b, '--cross', '--json');
  assert.equal(code, 0);
  const { comparison } = JSON.parse(stdout) as Result;
  for (const { metric } of comparison) assert.match(metric, /^\[cross\] /);
});

test('on other rows pages only advise', async () => {
  const dataset = { ...example.dataset!, digest: 'other' };
  const environment = { ...example.environment, fingerprint: 'other' };
  const [first, ...rest] = example.plans;
  const plans = [{ ...first!, buffers: { hit: 9000, read: 0 } }, ...rest];
  const b = await stored({ dataset, environment, plans });
  const { stdout } = await compare(await stored(), b, '--cross', '--json');
  const { comparison, warnings } = JSON.parse(stdout) as Result;
  assert.ok(comparison.some(({ verdict, role }) => verdict === 'regression' && role === 'advisory'));
  assert.ok(comparison.every(({ role }) => role !== 'exact'));
  assert.ok(warnings.some(({ code }) => code === 'other-data'));
});

test('a run that was cut off, the same run twice and a run that is not there', async () => {
  const a = await stored();
  const cut = await stored({ run: { ...example.run, complete: false } });
  assert.equal((await compare(a, cut)).code, 3);
  assert.equal((await compare(a, a)).code, 2);
  assert.equal((await compare(a, 'nonesuch')).code, 2);
});

test('--write leaves a summary of at most 1 MiB, a page, JUnit and the result', async () => {
  const folder = join(root, 'written');
  const { code } = await olympus([
    'compare',
    await stored(),
    await stored(),
    '--write',
    folder,
    '--out',
    root,
  ]);
  assert.equal(code, 0);
  assert.match(readFileSync(join(folder, 'summary.md'), 'utf8'), /^# Pass[\s\S]*## Comparison/);
  assert.ok(statSync(join(folder, 'summary.md')).size <= 1024 * 1024);
  assert.match(readFileSync(join(folder, 'junit.xml'), 'utf8'), /statements with more work than in A/);
  assert.match(readFileSync(join(folder, 'index.html'), 'utf8'), /id="comparison"/);
  assert.equal(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')).run.suite, 'compare');
});
