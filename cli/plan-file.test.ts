import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderPlanDiffPage } from '../reports/html/plan-diff.ts';
import { differenceOf, readingOf, readPlanFile } from './plan-file.ts';

const fixture = (name: string) =>
  readPlanFile(join(import.meta.dirname, '../analysis/explain/fixtures', name));

test('the same plan as JSON and as text, of two versions, is the same plan', async () => {
  const { diff } = differenceOf(await fixture('bitmap-and.pg15.json'), await fixture('bitmap-and.pg18.txt'));
  assert.equal(diff.verdict, 'same');
  assert.deepEqual([...new Set(diff.rows.map(({ kind }) => kind))], ['same']);
});

test('two plans are told in words, in the answer and as a page of their own', async () => {
  const [before, after] = [await fixture('hash-spill.pg15.json'), await fixture('sort-spill.pg18.txt')];
  const { diff, text } = differenceOf(before, { ...after, name: '<after>' });
  assert.notEqual(diff.verdict, 'same');
  assert.ok(diff.rows.some(({ kind }) => kind === 'gone') && diff.rows.some(({ kind }) => kind === 'new'));
  assert.match(text, /^\+ .*Sort/m);
  const page = renderPlanDiffPage(diff);
  assert.match(page, /<th scope="col">&lt;after&gt;<\/th>/);
  assert.equal(page.match(/<tr class="(?:same|changed|new|gone)">/g)?.length, diff.rows.length);
  assert.doesNotMatch(page, /https?:|<script/);
});

test('a file that holds no plan is refused, and every form that would do is named', async () => {
  await assert.rejects(
    readPlanFile(import.meta.filename),
    ({ message, next }: { message: string; next: string }) => {
      assert.match(message, /plan-file\.test\.ts holds no plan/);
      assert.match(next, /text or FORMAT JSON.*auto_explain/);
      return true;
    },
  );
  await assert.rejects(readPlanFile('/nowhere/plan.json'), /Cannot read/);
});

test('the reading of one file has the figures of each node', async () => {
  const { document } = readingOf(await fixture('bitmap-and.pg18.json'));
  const { nodes } = document.plan as { nodes: { type: string }[] };
  assert.equal(nodes.length, 5);
});
