import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleRls } from '../../fixture/rls.ts';
import { exampleResult } from '../../fixture.ts';
import { rls } from './rls.ts';

const [one] = exampleRls().overhead;
const told = (rows: readonly [variant: string, ratio: number][]) => {
  const overhead = rows.map(([variant, ratio]) => ({ ...one!, variant, ratio, statement: `of ${variant}` }));
  const content = rls.content(exampleResult({ rls: { ...exampleRls(), overhead } }));
  assert.equal(content.kind, 'data');
  return content as Extract<typeof content, { kind: 'data' }>;
};

test('the form in force is named first, however dear the others are', () => {
  const { conclusion, body } = told([
    ['bare', 90],
    ['wrapped', 3],
    ['setting', 1.1],
  ]);
  assert.match(
    String(conclusion),
    /under the form in force, “wrapped”, the dearest statement is of wrapped at 3\.00× .*; under “bare” of bare at 90\.0×.*; under “setting”/,
  );
  const text = String(body);
  for (const [form, word] of [
    ['wrapped (in force)', 'once a statement'],
    ['bare', 'for each row'],
    ['setting', 'believes the session'],
  ])
    assert.match(text, new RegExp(`<dt>${form!.replace(/[()]/g, '\\$&')}</dt><dd>[^<]*${word}`));
});

test('where the form in force was not measured, that is said first', () => {
  assert.match(String(told([['bare', 90]]).conclusion), /the form in force was not measured; under “bare”/);
});
