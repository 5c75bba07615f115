import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexResult } from '../../result/result.ts';
import { exampleResult } from '../fixture.ts';
import { renderMarkdown } from '../markdown/summary.ts';
import { renderHtml } from './report.ts';
import { twoRuns } from './two-runs.ts';

const change: IndexResult = {
  ...{
    change: 'CREATE INDEX i ON core.orders (source)',
    helped: ['orders/by-source'],
    regressed: [],
    unchanged: [],
  },
  ...{ sizeBytes: 8192, buildMs: 12, verdict: 'keep', answer: 'Keep it: orders/by-source gains.' },
  writePrice: { walBytesPerInsert: 300, walBytesPerUpdate: 200, hotPct: 100 },
  forms: [
    {
      form: 'plain',
      ms: 30,
      steps: 1,
      locks: ['ShareLock on core.orders'],
      writeWaitMs: 25,
      readWaitMs: 0.4,
    },
    {
      form: 'concurrently',
      ms: 119,
      steps: 59,
      locks: ['ShareUpdateExclusiveLock'],
      writeWaitMs: 4,
      readWaitMs: 4,
    },
  ],
  hypothetical: { usedBy: ['orders/by-source', 'orders/other'], why: 'By estimates.' },
  candidate: { kind: 'missing', why: 'orders/by-source throws 9 of 10 rows away' },
};

test('an index change begins with its answer, and tells both ways to build it, HypoPG and why it was tried', () => {
  const text = renderHtml({ ...exampleResult(), index: [change] });
  const section = text.slice(text.indexOf('id="indexes"'));
  const at = (part: string) => {
    const index = section.indexOf(part);
    assert.ok(index >= 0, part);
    return index;
  };
  assert.ok(at('Keep it: orders/by-source gains.') < at('<h3>'));
  at('CONCURRENTLY, 59 statements');
  at('Longest wait of a write');
  at('would be used by orders/by-source, orders/other');
  at('throws 9 of 10 rows away');
});

test('the rate of false alarms stands beside the comparison, and that it was never measured too', () => {
  const row = { metric: 'workload whale, CPU ms', a: 1, b: 1.1, ratio: 1.1, low: 1.05, high: 1.2 };
  const comparison = [{ ...row, verdict: 'regression', pairs: 10, role: 'primary' as const }];
  const rate = { alarms: 1, of: 100, measurements: 1, lastAt: '2026-11-23T05:00:00Z', clock: 'cpu' as const };
  const said = { ...exampleResult(), comparison, falseAlarms: rate };
  for (const text of [renderHtml(said), renderMarkdown(said)])
    assert.match(
      text,
      /On this machine 1 of 100 comparisons of equal sides by CPU time raised an alarm, measured 2026-11-23\./,
    );
  assert.match(renderHtml({ ...said, falseAlarms: null }), /never measured here: run \.\/olympus ab --aa/);
});

test('both runs of a comparison stand beside each other: which they are, their verdicts, their headline figures', () => {
  const a = exampleResult();
  const b = {
    ...exampleResult(),
    run: { ...a.run, name: 'after', note: 'with <b>', complete: false },
    verdict: { ...a.verdict, status: 'untrusted' as const },
    rls: null,
  };
  const markup = twoRuns(a, b).markup;
  const row = (what: string) =>
    [
      ...(new RegExp(`<tr>[^\n]*${what}.*?</tr>`, 's').exec(markup)?.[0] ?? '').matchAll(
        /<t[hd][^>]*>(.*?)<\/t[hd]>/gs,
      ),
    ].map(([, cell]) => cell);
  assert.deepEqual(row('>Note<'), ['Note', '–', 'with &lt;b&gt;']);
  assert.deepEqual(row('>Verdict<')[2], 'Not trustworthy (incomplete)');
  assert.notEqual(row('>Foreign rows<')[1], '–');
  assert.equal(row('>Foreign rows<')[2], '–');
  assert.match(renderHtml(a, null, twoRuns(a, b)), /id="two-runs"/);
});
