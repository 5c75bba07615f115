import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from '../../result/figures-of.ts';
import { DrillResult, type DrillResult as Row } from '../../result/measures/drill.ts';
import type { Result } from '../../result/result.ts';
import { sample } from '../../result/testing/sample.ts';
import { exampleResult } from '../fixture.ts';
import { renderHtml } from './report.ts';

const row = sample(DrillResult, 'drill') as Row;
function page(...rows: Row[]): string {
  const result: Result = exampleResult({ drill: rows });
  const text = renderHtml({ ...result, figures: figuresOf(result) });
  return text.slice(
    text.indexOf('<section id="drill"'),
    text.indexOf('</section>', text.indexOf('<section id="drill"')),
  );
}

test('the section says how many acknowledged writes are lost, and of whom it is not known', () => {
  const kept: Row = { ...row, healed: true, ledger: { ...row.ledger, acknowledged: 700, lost: 0 } };
  assert.match(page(kept), /1 fault under load: of 700 acknowledged writes none is lost\./);
  const lost: Row = { ...kept, ledger: { ...kept.ledger, lost: 3 }, healed: false };
  assert.match(
    page(kept, lost),
    /of 1,400 acknowledged writes 3 are lost; 1 of what was broken is not known to be healed\./,
  );
  const unread: Row = { ...kept, ledger: { ...kept.ledger, lost: null, why: 'the server is away' } };
  assert.match(page(unread), /of 1 fault the ledger could not be checked/);
  assert.match(page(unread), /the server is away/);
});

test('what happened and what failed in each second is there, and a hostile name is only text', () => {
  const text = page({
    ...row,
    case: '<script>alert(1)</script>',
    seconds: [{ s: 0, succeeded: 5, errors: { '57P01': 7 } }],
    events: [{ s: 0.25, what: 'replica1 leads' }],
  });
  assert.match(text, /57P01 7/);
  assert.match(text, /replica1 leads/);
  assert.ok(!text.includes('<script>alert'));
});
