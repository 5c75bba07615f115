import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderPlanFilesPage } from '../reports/html/plan-page.ts';
import { differenceOf, readAllPlans, readingOf, readPlanFile, readPlanOf } from './plan-file.ts';

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
  const page = renderPlanFilesPage([before, { ...after, name: '<after>' }].map(readPlanOf), diff);
  assert.match(page, /<th scope="col">&lt;after&gt;<\/th>/);
  assert.equal(page.match(/<tr class="(?:same|changed|new|gone)">/g)?.length, diff.rows.length);
  assert.match(page, /<h2 id="plan\/2\/name">&lt;after&gt;<\/h2>/);
  assert.doesNotMatch(page, /(?:src|href)="(?!data:|#)/);
});

test('a file that holds no plan is refused, and every form that would do is named', async () => {
  await assert.rejects(
    readPlanFile(import.meta.filename),
    ({ message, next }: { message: string; next: string }) => {
      assert.match(message, /plan-file\.test\.ts holds no plan/);
      assert.match(next, /text, JSON, YAML or XML.*auto_explain/);
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

test('a plan of a file is chosen by its number, and one that is not there is refused', async () => {
  const file = join(import.meta.dirname, '../analysis/explain/fixtures/cases/p25-two-statements.txt');
  const first = await readPlanFile(file);
  assert.equal(first.plan.root.type, 'Nested Loop');
  assert.match(first.warnings[0]!, /There are 2 plans; this is the first/);
  const second = await readPlanFile(`${file}#2`);
  assert.deepEqual([second.plan.root.relation, second.name], ['visit', `${file}#2`]);
  assert.match(second.warnings[0]!, /There are 2 plans; this is number 2/);
  await assert.rejects(readPlanFile(`${file}#3`), /has no plan 3: there are 2/);
  assert.deepEqual(
    (await readAllPlans(file)).map(({ name }) => name),
    [`${file}#1`, `${file}#2`],
  );
});
