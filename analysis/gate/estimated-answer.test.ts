import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimatedAnswer } from './estimated-answer.ts';

const row = (statement: string, before: number, after: number, tenantClass = 'whale') => ({
  ...{ statement, tenantClass, before, after, indexes: [] },
});
const facts = { names: ['a', 'b', 'c'], addedBytes: 0, unread: 0 };

test('who would be cheaper or dearer by a tenth, by the largest factor, and every sentence says that it is estimated', () => {
  const { cheaper, dearer, unchanged, sentence, notes } = estimatedAnswer({
    ...facts,
    rows: [row('a', 812, 8.3), row('a', 20, 10, 'minnow'), row('b', 10, 12), row('c', 100, 105)],
    ...{ addedBytes: 8192, unread: 2 },
  });
  assert.deepEqual([cheaper, dearer, unchanged], [['a'], ['b'], ['c']]);
  assert.match(
    sentence,
    /^Estimated only: a \(estimated cost 812 → 8\.3 for the whale\) would be cheaper, and b \(estimated cost 10 → 12 for the whale\) would be dearer\. Nothing was executed/,
  );
  for (const note of notes) assert.match(note, /[Ee]stimate/);
  assert.equal(notes.length, 3);
});

test('who is cheaper for one tenant and dearer for another is dearer; no clear change is said as that', () => {
  const mixed = estimatedAnswer({ ...facts, rows: [row('a', 100, 10), row('a', 10, 100, 'minnow')] });
  assert.deepEqual([mixed.cheaper, mixed.dearer], [[], ['a']]);
  const one = estimatedAnswer({ ...facts, rows: [row('a', 100, 10, 'all')] });
  assert.match(one.sentence, /a \(estimated cost 100 → 10\) would be cheaper/);
  const none = estimatedAnswer({ ...facts, rows: [row('a', 100, 109)] });
  assert.match(none.sentence, /^Estimated only: the planner’s cost of no statement would change by a tenth/);
});
