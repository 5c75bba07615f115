import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodesOf } from '../plan.ts';
import { readPlans } from '../read.ts';
import { linesOf } from '../source/line.ts';
import { psqlGrid } from './psql-table.ts';

const condition = "((id = 7) AND (name <> '{a|b\\c_d}'::text))";
/** What psql 15 printed of one plan, in text and in JSON, in each of its formats. */
const printed = readFileSync(join(import.meta.dirname, 'fixtures/psql-formats.txt'), 'utf8')
  .split(/^== /m)
  .slice(1)
  .map((part) => ({ how: part.split('\n', 1)[0]!, text: part.slice(part.indexOf('\n') + 1) }));

const quoted = (text: string) => text.replaceAll(/^/gm, '> ');

test('each format of psql gives the plan back, also from a mail', () => {
  assert.equal(printed.length, 68);
  for (const { how, text } of printed)
    for (const kept of [text, `Hello,\n\n${text}\nBye`, quoted(text), text.replaceAll(/ +$/gm, '')]) {
      const [reading, ...others] = readPlans(kept);
      assert.ok(
        reading?.kind === 'plan' && others.length === 0,
        `${how}\n${JSON.stringify(reading)}\n${kept}`,
      );
      const node = nodesOf(reading.plan.root).at(-1)!;
      assert.deepEqual(
        [node.type, node.index, node.relation, node.actualRows, node.conditions['Index Cond']],
        ['Index Scan', 'größe', 'Das Größte', 1, condition],
        `${how}\n${kept}`,
      );
      assert.equal(reading.plan.executionMs, 0.05, how);
      assert.deepEqual(
        reading.warnings.filter((warning) => !/BUFFERS/.test(warning)),
        [],
        how,
      );
    }
});

const rows = [
  'Sort  (cost=1.00..2.00 rows=5 width=4) (actual time=0.010..0.020 rows=5 loops=1)',
  "  Sort Key: (t || 'x",
  '',
  '+',
  "| y.'::text)",
  '  ->  Seq Scan on a  (cost=0.00..1.00 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)',
];

test('a table ends where psql counted its rows: not at an empty row, and no row loses what looks like a frame', () => {
  const width = Math.max(...rows.map(({ length }) => length));
  const table = (footer: string) =>
    [' QUERY PLAN', '-'.repeat(width + 2), ...rows.map((row) => ` ${row}`), footer, ''].join('\n');
  for (const footer of ['(6 rows)', '(6 Zeilen)', '(6 строк)', '(6개 행)']) {
    const [reading, ...others] = readPlans(table(footer));
    assert.ok(reading?.kind === 'plan' && others.length === 0, JSON.stringify([reading, others]));
    assert.equal(
      reading.plan.root.conditions['Sort Key'],
      rows.slice(1, 5).join('\n').slice('  Sort Key: '.length),
    );
    assert.deepEqual(
      reading.warnings.filter((warning) => !/BUFFERS/.test(warning)),
      [],
    );
  }
  const [short] = readPlans(table('(9 rows)'));
  assert.match(short?.kind === 'plan' ? short.warnings.join() : short!.why, /9 rows|never closed|cut off/);
});

test('a row that looks like the count of rows does not end the table', () => {
  const lines = linesOf(' QUERY PLAN\n------------\n Result\n (7 rows)\n x\n(3 rows)\nSELECT 1');
  const table = psqlGrid(lines, 0);
  assert.deepEqual(
    table?.lines.map(({ text }) => text),
    ['Result', '(7 rows)', 'x', '(3 rows)'],
  );
  assert.equal(table?.next, 6);
});

test('a text plan that is whole as it stands keeps what looks like a frame, a tab or a log in its conditions', () => {
  for (const text of [
    "'a\n|\nb'",
    "'> x\n> y'",
    "'tab\there'",
    "'duration: 1.000 ms  plan:', 'Query Text: x'",
  ]) {
    const plan = `Seq Scan on a  (cost=0.00..1.00 rows=5 width=4)\n  Filter: (t = ANY (${text}))`;
    const [reading] = readPlans(plan);
    assert.equal(reading?.kind === 'plan' && reading.plan.root.conditions.Filter, `(t = ANY (${text}))`);
  }
});
