import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Plan } from './plan.ts';
import { planLines } from './plan-lines.ts';
import { readPlan } from './read.ts';

function fixture(name: string): Plan {
  const reading = readPlan(readFileSync(join(import.meta.dirname, 'fixtures', name)));
  assert.equal(reading.kind, 'plan');
  return (reading as { plan: Plan }).plan;
}
const sum = (values: (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);

test('the shares of all lines are the whole, and their own time and buffers those of the plan', () => {
  for (const name of [
    'hash-spill.pg18.json',
    'cte-twice.pg15.json',
    'partitions.pg18.json',
    'never-executed.pg18.json',
  ]) {
    const plan = fixture(name);
    const lines = planLines(plan);
    assert.ok(Math.abs(sum(lines.map(({ timeShare }) => timeShare)) - 1) < 1e-9, name);
    assert.ok(Math.abs(sum(lines.map(({ bufferShare }) => bufferShare)) - 1) < 1e-9, name);
    assert.equal(
      sum(lines.map(({ selfBuffers }) => selfBuffers)),
      plan.blocks!.hit + plan.blocks!.read,
      name,
    );
  }
});

test('a line has the depth, the rows a loop, the loops and the conditions of its node', () => {
  const lines = planLines(fixture('subplan.pg18.json'));
  assert.equal(lines[0]!.depth, 0);
  assert.ok(lines.some(({ loops }) => loops! > 1));
  assert.ok(lines.every(({ depth }, at) => at === 0 || depth <= lines[at - 1]!.depth + 1));
  assert.ok(lines.some(({ conditions }) => conditions.some(({ name }) => /Cond|Filter/.test(name))));
});

test('a spill and missing workers are noted at their node', () => {
  const notes = (name: string) => planLines(fixture(name)).flatMap((line) => line.notes);
  assert.ok(
    notes('sort-spill.pg18.json').some((note) => /^spilled to disk: external merge, \d+ kB$/.test(note)),
  );
  assert.ok(notes('parallel.pg18.json').some((note) => /^\d+ of \d+ workers$/.test(note)));
});

test('what was not executed says so, has no rows, and takes nothing from the shares', () => {
  const lines = planLines(fixture('never-executed.pg18.json')).filter(({ executed }) => !executed);
  assert.ok(lines.length > 0);
  for (const line of lines) {
    assert.equal(line.actualRows, null);
    assert.ok(line.notes.includes('never executed') && !line.notes.includes('stopped early'));
  }
});

test('without times there is no share of time, and no figure stands in for it', () => {
  const lines = planLines(fixture('no-timing.pg18.json'));
  assert.ok(lines.every(({ selfMs, timeShare }) => selfMs === null && timeShare === null));
  const guess = readPlan('Seq Scan on t  (cost=0.00..1.00 rows=9 width=4)');
  assert.deepEqual(
    planLines((guess as { plan: Plan }).plan).map(({ executed, estimatedRows, actualRows, selfBuffers }) => [
      executed,
      estimatedRows,
      actualRows,
      selfBuffers,
    ]),
    [[false, 9, null, null]],
  );
});
