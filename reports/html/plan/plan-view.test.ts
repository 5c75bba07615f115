import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { PlanLine } from '../../../result/result.ts';
import { exampleResult } from '../../fixture.ts';
import { renderHtml } from '../report.ts';
import { planLinks } from './plan-links.ts';
import { planTree } from './plan-tree.ts';
import { rawPlans } from './raw-plans.ts';
import { shownPlans } from './shown-plans.ts';

const line = (changes: Partial<PlanLine>): PlanLine => ({
  ...{ depth: 0, name: 'Seq Scan on t', executed: true, estimatedRows: 10, actualRows: 20, loops: 1 },
  ...{ selfMs: 1, selfBuffers: 4, timeShare: 0.5, bufferShare: 1, qError: 2, notes: [], conditions: [] },
  ...changes,
});
const textOf = (lines: readonly PlanLine[]) =>
  planTree(lines)
    .markup.replace(/<[^>]*>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');

test('a node shows its own time and buffers with their shares, its rows with the estimate, loops and its q-error', () => {
  const text = textOf([
    line({ loops: 3, removedRows: 7, notes: ['spilled to disk: external merge, 12 kB'] }),
  ]);
  assert.match(
    text,
    /Seq Scan on t spilled to disk: external merge, 12 kB 1\.00 ms 50 % 4 100 % 20 × 3 loops est\. 10 7 removed 2\.00×/,
  );
});

test('the bar is as long as the share, in steps of five per cent; an estimate off by ten is marked by a sign', () => {
  const markup = planTree([line({ timeShare: 0.31, bufferShare: 0.01, qError: 10 })]).markup;
  assert.match(markup, /<span class="s6">1\.00.ms/);
  assert.match(markup, /<span>4<\/span>/);
  assert.match(markup, /<span class="mark bad"><span aria-hidden="true">✗<\/span> 10\.0×/);
  assert.doesNotMatch(planTree([line({ qError: 9.9 })]).markup, /mark bad/);
});

test('what is not known is a dash, and what did not run shows its estimate alone', () => {
  assert.match(
    textOf([line({ selfMs: null, timeShare: null, selfBuffers: null, bufferShare: null })]),
    /Seq Scan on t – – 20/,
  );
  assert.match(textOf([line({ executed: false, actualRows: null, qError: null })]), /estimated 10 $/);
});

test('nodes are nested as the plan is, and what is below a sibling is not below another', () => {
  const markup = planTree([
    line({ name: 'Limit' }),
    line({ depth: 1, name: 'Append' }),
    line({ depth: 2, name: 'First' }),
    line({ depth: 1, name: 'Second' }),
  ]).markup;
  const shape = [...markup.matchAll(/<(\/?)(?:details|div class="node")|<code>(\w+)/g)]
    .map(([, close, name]) => name ?? (close ? ')' : '('))
    .join('');
  assert.equal(shape.replace(/\((First|Second)/g, '$1'), '(Limit(AppendFirst)Second)');
});

test('a link leads to the plan of these tenants, else to the statement, and nowhere where no plan is shown', () => {
  const links = planLinks(exampleResult());
  const hrefOf = (name: string, tenant?: string) =>
    /href="([^"]*)"/.exec(String(links.statement(name, tenant).show))?.[1];
  assert.equal(hrefOf('orders/recent', 'whale'), '#plan/orders/recent/whale');
  assert.equal(hrefOf('orders/recent', 'nobody'), '#statement/orders/recent');
  assert.equal(hrefOf('orders/recent'), '#statement/orders/recent');
  assert.equal(hrefOf('not/measured', 'whale'), undefined);
});

test('every link to a plan in the whole page leads somewhere, in its pictures too', () => {
  const page = renderHtml(exampleResult());
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/href="#((?:plan|statement)\/[^"]*)"/g)].map(([, to]) => to!);
  assert.ok(links.length > 100);
  assert.deepEqual(
    links.filter((to) => !ids.has(to)),
    [],
  );
  assert.ok(page.includes('data-href="#statement/orders/recent"'));
});

test('of very many plans those that missed an expectation and those that read the most are shown, whole statements', () => {
  const [one] = exampleResult().plans;
  const many = Array.from({ length: 4000 }, (_, at) => ({
    ...one!,
    ...{ statement: `s/${at >> 1}`, variant: at % 2 ? 'app' : 'owner', buffers: { hit: at, read: 0 } },
    expectation: { ok: at === 10 ? false : null, why: '' },
  }));
  const shown = shownPlans(many);
  assert.equal(shown.length, 1200);
  assert.ok(shown.includes(many[10]!) && shown.includes(many[11]!) && shown.includes(many[3999]!));
  assert.ok(!shown.includes(many[100]!));
});

test("EXPLAIN's JSON is packed as the run kept it; what is no file of the run is left out", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'olympus-raw-'));
  try {
    writeFileSync(join(folder, 'one.json'), '[{"Plan": {"Node Type": "</script>"}}]');
    const [plan] = exampleResult().plans;
    const packed = await rawPlans(folder, {
      plans: [
        { ...plan!, file: 'one.json' },
        { ...plan!, file: 'gone.json' },
      ],
    });
    const base64 = />([^<]*)</.exec(packed!.markup)![1]!;
    assert.deepEqual(JSON.parse(gunzipSync(Buffer.from(base64, 'base64')).toString()), {
      'one.json': '[{"Plan":{"Node Type":"</script>"}}]',
    });
    assert.equal(await rawPlans(folder, { plans: [] }), null);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
