import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings } from '../../analysis/findings/findings.ts';
import type { Finding, Result } from '../../result/result.ts';
import { exampleResult } from '../fixture.ts';
import { renderMarkdown } from '../markdown/summary.ts';
import { renderHtml } from './report.ts';

const pooler: Result['pooler'] = [
  {
    ...{ kind: 'prepared', name: 'named', endpoint: 'pooler', provider: 'local', statements: 'named' },
    ...{ maxPreparedStatements: null, requestsPerSecond: 1, requests: 10, errors: { '26000': 9 } },
  },
];
/** The example, spoilt so that rules of several parts find something. */
function judged(): Result {
  const example = exampleResult({ pooler });
  const load = example.load.map((each) => ({
    ...each,
    retries: each.requests,
    stalls: [{ fromS: 1, toS: 3, due: 9, longestResponseMs: null }],
  }));
  const replication = example.replication.map((each) => ({
    ...each,
    lagMs: { ...each.lagMs, p50: 1, p99: 2, max: 5000 },
  }));
  const plans = example.plans.map((each) => ({ ...each, rows: 0, maxQError: 500, planningMs: 1e6 }));
  const spoilt = { ...example, load, replication, plans };
  return { ...spoilt, findings: findings(spoilt) };
}

const finding = (changes: Partial<Finding>): Finding => ({
  ...{
    id: 'work-for-rows/a/b',
    part: 'plans',
    statement: 'a/b',
    figure: 'plans.buffers',
    value: 1,
    unit: 'buffers',
  },
  ...{ sentence: 'a/b reads much.', severity: 3, link: '#plans' },
  ...changes,
});
const unescaped = (text: string) => text.replaceAll('&gt;', '>').replaceAll('&amp;', '&');

test('every finding leads to evidence that is on the page', () => {
  const result = judged();
  const page = renderHtml(result);
  const rules = new Set(result.findings!.map(({ id }) => id.split('/')[0]));
  for (const rule of [
    'missed-expectation',
    'prepared-failures',
    'stalls',
    'retries',
    'wrong-estimate',
    'lag-outliers',
    'slow-planning',
  ])
    assert.ok(rules.has(rule), rule);
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => unescaped(id!)));
  for (const { id, link } of result.findings!) assert.ok(ids.has(link.slice(1)), `${id}: ${link}`);
  for (const link of ['rls-table', 'pagination']) assert.ok(ids.has(link), link);
});

test('no two elements of the page have one id', () => {
  const ids = [...renderHtml(judged()).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
  );
});

test('findings stand right under the verdict, worst first, and those that are accepted last with their reason', () => {
  const page = renderHtml(
    exampleResult({
      findings: [finding({}), finding({ id: 'x', sentence: 'b/c waits.', known: 'by design' })],
    }),
  );
  const places = [
    'id="verdict"',
    'id="findings"',
    'a/b reads much.',
    '1 known and accepted',
    'b/c waits.',
    'Accepted: by design',
    'id="trust"',
  ];
  const found = places.map((text) => page.indexOf(text));
  assert.ok(
    found.every((at) => at > 0),
    String(found),
  );
  assert.deepEqual(
    found,
    found.toSorted((a, b) => a - b),
  );
});

test('a run without findings has no such section, and claims nothing', () => {
  for (const findings of [undefined, []]) {
    const { findings: _, ...rest } = exampleResult();
    const result = findings ? { ...rest, findings } : rest;
    assert.ok(!renderHtml(result).includes('id="findings"'));
    assert.ok(!renderMarkdown(result).includes('## Findings'));
  }
});

test('a summary has the ten worst, and counts the rest and what is accepted', () => {
  const many = Array.from({ length: 12 }, (_, at) => finding({ sentence: `finding ${at}.` }));
  const text = renderMarkdown(
    exampleResult({ findings: [...many, finding({ known: 'by design', sentence: 'known.' })] }),
  );
  assert.match(text, /10\. \*\*severity 3\*\*: finding 9\./);
  assert.ok(!text.includes('finding 10.') && !text.includes('known.'));
  assert.match(text, /_In the report: 2 more, 1 known and accepted\._/);
});

test('a statement with a hostile name stays text, in the link too', () => {
  const page = renderHtml(
    exampleResult({ findings: [finding({ sentence: '<b>"', link: '#plan/<b> "/\ud800' })] }),
  );
  assert.ok(page.includes('&lt;b&gt;&quot;') && page.includes('href="#plan/%3Cb%3E%20%22/%EF%BF%BD"'));
});
