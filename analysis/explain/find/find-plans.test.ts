import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodesOf } from '../plan.ts';
import { readPlan, readPlans } from '../read.ts';
import { linesOf } from '../source/line.ts';
import { prefixPattern, withoutPrefixes } from './line-prefix.ts';

const line = (relation: string, rows = 9) =>
  `Seq Scan on ${relation}  (cost=0.00..9.00 rows=9 width=4) (actual time=0.010..0.020 rows=${rows} loops=1)`;
const end = 'Execution Time: 1.000 ms';
const join = (name: string) =>
  `Nested Loop  (cost=0.00..9.00 rows=9 width=4) (actual time=0.010..0.500 rows=9 loops=1)\n  ->  ${line(name)}\n  ->  ${line('u')}\n${end}`;
const unended = (name: string) => join(name).replace(`\n${end}`, '');
const json = (relation: string, more = {}) => ({
  Plan: {
    ...{ 'Node Type': 'Seq Scan', 'Relation Name': relation, 'Plan Rows': 9, 'Total Cost': 9 },
    ...{ 'Actual Rows': 9, 'Actual Loops': 1, 'Actual Total Time': 0.02 },
    ...more,
  },
});

/** What was read of a text: the tables of each plan, or why it was refused. */
const seen = (text: string): string[] =>
  readPlans(text).map((reading) =>
    reading.kind === 'plan'
      ? nodesOf(reading.plan.root)
          .flatMap(({ relation }) => relation ?? [])
          .join(' ')
      : `refused: ${reading.why}`,
  );
const first = (text: string) => {
  const reading = readPlan(text);
  assert.ok(reading.kind === 'plan', reading.kind === 'plan' ? '' : reading.why);
  return reading;
};
const warned = (text: string) =>
  first(text).warnings.filter((warning) => !/^It was made without BUFFERS/.test(warning));
const csv = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const entry = (plan: string, sql = 'SELECT 1') => `duration: 2.000 ms  plan:\nQuery Text: ${sql}\n${plan}`;

test('a csvlog has its plan in the message, not in SQL that looks like one', () => {
  const row = (message: string, sql: string) =>
    `${'2026-11-23 05:00:00 UTC,"app","db",1,"[local]",6a.1,3,"SELECT",,4/2,0,LOG,00000,'}${csv(message)},,,,,${csv(`select '\n${line('fake')}\n${end}'`)},,,${csv(sql)},"psql"\n`;
  assert.deepEqual(seen(row(entry(join('a')), 'x')), ['a u']);
  assert.match(seen(row('duration: 3.000 ms', join('fake'))).join(), /^refused: /);
  assert.deepEqual(seen(row('checkpoint complete', 'x') + row(entry(join('b')), 'x')), ['b u']);
});

test('a grid whose first column is the SQL has its plan in the other', () => {
  const rows = `"query","plan"\n${csv(`EXPLAIN ${line('fake')}`)},${csv(join('a'))}\n`;
  assert.deepEqual(seen(rows), ['a u']);
  for (const separator of ['\t', ';', '|'])
    assert.deepEqual(seen(`"id"${separator}"plan"\n"1"${separator}${csv(join('a'))}\n`), ['a u'], separator);
});

test('quotes within a quoted cell are doubled', () => {
  const plan = `${line('"Odd t"')}\n  Filter: (a = 'x'::text)\n${end}`;
  assert.deepEqual(seen(`"QUERY PLAN"\n${csv(plan)}\n`), ['Odd t']);
});

test('text in JSON in text in JSON is found, and in order', () => {
  const inner = JSON.stringify({
    message: JSON.stringify({ message: JSON.stringify({ rows: [join('a')] }) }),
  });
  assert.deepEqual(seen(inner), ['a u']);
  assert.deepEqual(seen(JSON.stringify([[join('a')], [join('b')]])), ['a u', 'b u']);
  assert.deepEqual(seen(JSON.stringify({ rows: join('a').split('\n') })), ['a u']);
  assert.deepEqual(seen(`${join('a')}\n\n${JSON.stringify(json('b'))}\n\n${join('c')}\n`), [
    'a u',
    'b',
    'c u',
  ]);
});

test('SQL in a field of JSON is no plan', () => {
  assert.deepEqual(seen(JSON.stringify({ sql: join('fake'), plan: join('a') })), ['a u']);
  assert.deepEqual(seen(JSON.stringify({ query_text: join('fake'), plan: join('a') })), ['a u']);
});

test('objects one a line, with commas or not, the last cut off', () => {
  const row = (text: string) => JSON.stringify({ message: text });
  assert.deepEqual(seen(`${row(join('a'))},\n${row(join('b'))},\n`), ['a u', 'b u']);
  assert.deepEqual(seen(`${row(join('a'))}\n${row(join('b'))}\n{"mess`), ['a u', 'b u']);
});

test('brackets and quotes inside of the texts of JSON end nothing; a quote in the prose hides only its line', () => {
  const odd = { Filter: "((a)::text = '}\"]{\\'::text)" };
  assert.deepEqual(seen(`here: ${JSON.stringify(json('a', odd))} and {so} on`), ['a']);
  assert.deepEqual(seen(`about 5" of it\n${JSON.stringify(json('a'), null, 2)}\n`), ['a']);
  assert.match(
    seen(JSON.stringify(json('a', odd), null, 2).slice(0, -3)).join(),
    /^refused: Line \d+: .*cut off/,
  );
  const mixed = JSON.stringify(json('a'), null, 2).replace(/\}\n\}$/, ']\n}');
  assert.match(seen(mixed).join(), /^refused: Line \d+: "\]" stands where/);
  const nameless = JSON.stringify(json('a'), null, 2).replace('"Plan Rows": 9,', '9,');
  assert.match(seen(nameless).join(), /^refused: Line 5: a name in double quotes/);
});

const stderr = (text: string) => `2026-11-23 05:00:00 UTC [7] LOG:  ${text.replaceAll('\n', '\n\t')}\n`;

test('a log that ends within the last line of its plan may be cut off; one that goes on or ends its line is not', () => {
  const log = stderr(entry(line('a')));
  assert.deepEqual(warned(log), []);
  assert.match(first(log.trimEnd()).warnings.join(), /The log ends within line 3/);
  assert.deepEqual(
    warned(`${log}${stderr('checkpoint starting: time')}2026-11-23 05:00:01 UTC [7] LOG:  done`),
    [],
  );
});

test('the time of an entry is that of the execution, unless the plan has its own; its SQL may look like anything', () => {
  assert.equal(first(stderr(entry(line('a')))).plan.executionMs, 2);
  const own = `duration: 2.000 ms  plan:\n${JSON.stringify({ 'Query Text': 'x', 'Execution Time': 1.5, ...json('a') }, null, 2)}`;
  assert.equal(first(stderr(own)).plan.executionMs, 1.5);
  const sql = `SELECT '${JSON.stringify(json('fake'))}'`;
  assert.deepEqual(seen(stderr(entry(join('a'), sql))), ['a u']);
  assert.equal(
    first(stderr(entry(join('a'), `SELECT '\n${line('fake')}\n'`))).plan.query,
    `SELECT '\n${line('fake')}\n'`,
  );
  assert.deepEqual(seen(stderr(entry(join('a'), line('fake')))), ['a u']);
});

test('entries follow one another, in lines of their own or with the next prefix', () => {
  const both = stderr(entry(join('a'))) + stderr('checkpoint starting: time') + stderr(entry(join('b')));
  assert.deepEqual(seen(both), ['a u', 'b u']);
  // where tabs were lost
  assert.deepEqual(seen(both.replaceAll('\t', '')), ['a u', 'b u']);
  assert.deepEqual(seen(`${entry(join('a'))}\n\n${entry(join('b'))}\n\n`), ['a u', 'b u']);
});

test('an entry on one line has its breaks as #012 or \\n', () => {
  for (const [lineBreak, tab] of [
    ['#012', '#011'],
    ['\\n', '\\t'],
  ] as const)
    assert.deepEqual(
      seen(
        `Nov 23 05:00:00 host postgres[7]: [3-1] LOG:  ${entry(join('a')).replaceAll('\n', lineBreak + tab)}\n`,
      ),
      ['a u'],
      lineBreak,
    );
});

test('syslog: entries of two processes whose lines alternate are told apart by process and number', () => {
  const syslog = (process: number, number: number, text: string) =>
    text
      .split('\n')
      .map(
        (each, i) =>
          `Nov 23 05:00:0${i} host postgres[${process}]: [${number}-${i + 1}] ${i > 0 ? '#011' : ''}${each}`,
      );
  const [a, b] = [
    syslog(71, 3, `LOG:  ${entry(unended('a'))}`),
    syslog(82, 4, `LOG:  ${entry(unended('b'))}`),
  ];
  const alternating = `${a.flatMap((each, i) => [each, b[i]!]).join('\n')}\n`;
  assert.deepEqual(seen(alternating), ['a u', 'b u']);
  assert.deepEqual(
    readPlans(alternating.replace('2.000', '4.000')).map(
      (each) => each.kind === 'plan' && each.plan.executionMs,
    ),
    [4, 2],
  );
  const later = syslog(71, 4, `LOG:  ${entry(join('c'))}`);
  assert.deepEqual(seen(`${[...a, ...later].join('\n')}\n`), ['a u', 'c u']);
});

test('a prefix before every line of a plan may hold a time that goes on over months', () => {
  const prefixed = (text: string) =>
    text.split('\n').map((each, i) => `${i < 2 ? 'Jan 31 23:59' : 'Feb 01 00:00'}:0${i} app[12]: ${each}`);
  assert.deepEqual(seen(prefixed(join('a')).join('\n')), ['a u']);
  assert.equal(first(prefixed(join('a')).join('\n')).plan.executionMs, 1);
});

test('a mail quoted twice, psql in all its formats', () => {
  const quoted = (mark: string) => join('a').replaceAll(/^/gm, mark);
  for (const mark of ['> ', '>> ', '> > ']) assert.deepEqual(seen(quoted(mark)), ['a u'], mark);
  const aligned = (mark: string) =>
    ` QUERY PLAN \n------------\n${join('a')
      .split('\n')
      .map((each) => ` ${each.padEnd(110)}${mark}`)
      .join('\n')}\n(1 row)\n`;
  for (const mark of ['+', '↵', '']) assert.deepEqual(seen(aligned(mark)), ['a u'], mark);
  assert.deepEqual(seen(`-[ RECORD 1 ]-\nQUERY PLAN | ${line('a')}\n-[ RECORD 2 ]-\nQUERY PLAN | ${end}\n`), [
    'a',
  ]);
  assert.deepEqual(seen(`* Record 1\nQUERY PLAN ${line('a')}\n* Record 2\nQUERY PLAN ${end}\n`), ['a']);
  const wrapped = `${line('a').slice(0, 60)}.\n.${line('a').slice(60)}\n${end}`;
  assert.deepEqual(seen(wrapped), ['a']);
  // a text that ends with a dot goes on only where the next line begins with one
  const dotted = `${line('a')}\n  Filter: (b = 'so.'::text)\n${end}`;
  assert.equal(first(dotted).plan.executionMs, 1);
});

test('HTML: cells and preformatted text with their entities, line breaks and places', () => {
  const html = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  assert.deepEqual(seen(`<pre>\n${html(join('"A b"'))}\n</pre>`), ['A b u']);
  assert.deepEqual(
    seen(`<td>${html(join('a')).replaceAll('\n', '<br />\n').replaceAll('  ', ' &nbsp;')}</td>`),
    ['a u'],
  );
  assert.deepEqual(seen(`<td>${join('a').replaceAll('>', '&#x3E;').replaceAll('(', '&#40;')}</td>`), ['a u']);
  const [reading] = readPlans(`<table>\n<tr>\n<td>\n${html(join('a'))}</td></tr></table>`);
  assert.ok(reading?.kind === 'plan');
  assert.equal(reading.line, 4);
});

test('the end of a plan is its execution time or the count of psql; a plan that was not executed needs neither', () => {
  const estimated = 'Seq Scan on a  (cost=0.00..9.00 rows=9 width=4)';
  assert.doesNotMatch(first(estimated).warnings.join(), /cut off/);
  assert.match(first(line('a')).warnings.join(), /no Execution Time after line 1/);
  assert.deepEqual(warned(` QUERY PLAN \n------\n ${line('a')}\n(1 row)\n`), []);
  assert.match(first(` QUERY PLAN \n------\n ${line('a')}\n(3 rows)\n`).warnings.join(), /counted 3 rows/);
});

test('words that name a node are no plan unless lines of one follow', () => {
  for (const text of ['Limit\n\n    of my patience', 'Result\nno plan', 'Sort\n    by name'])
    assert.match(seen(text).join(), /^(?:refused: .*)?$/, text);
  assert.deepEqual(seen('Sort\n  Sort Key: b\n  ->  Seq Scan on a\n'), ['a']);
});

const condition = String.raw`((x || 'a\b'::text) <> 'c%'::text)`;
const filtered = [line('t_u'), `  Filter: ${condition}`, end];

test('psql as asciidoc, troff-ms and old-ascii', () => {
  const written = (as: (text: string) => string) => filtered.map(as);
  const asciidoc = `\n[options="header",cols="<l",frame="none"]\n|====\n^l|QUERY PLAN\n${written((text) => `|${text.replaceAll('|', '\\|')}`).join('\n')}\n|====\n\n....\n(3 rows)\n....\n`;
  const troff = `.LP\n.TS\ncenter;\nl.\n\\fIQUERY PLAN\\fP\n_\n${written((text) => text.replaceAll('\\', '\\(rs')).join('\n')}\n.TE\n.DS L\n(3 rows)\n.DE\n`;
  const old = ` QUERY PLAN \n------------\n${written((text) => ` ${text.padEnd(90)} `).join('\n')}\n(3 rows)\n`;
  for (const text of [asciidoc, troff, old]) {
    const { plan } = first(text);
    assert.deepEqual(
      [plan.root.relation, plan.root.actualRows, plan.root.conditions.Filter, plan.executionMs],
      ['t_u', 9, condition, 1],
      text,
    );
    assert.deepEqual(warned(text), []);
  }
});

test('an object as Python prints it is refused', () => {
  const python = (text: string) =>
    text.replaceAll('"', "'").replaceAll('null', 'None').replaceAll('true', 'True');
  const value = python(JSON.stringify(json('a')));
  for (const text of [value, `[([${value}],)]`, `[RealDictRow({'QUERY PLAN': [${value}]})]`])
    assert.match(seen(text).join(), /^refused: .*as Python prints it.*json\.dumps/, text);
  assert.match(seen('[1, 2]').join(), /^refused: It is JSON, but nothing in it has a "Plan"/);
  assert.match(seen('[12:00] nothing here').join(), /^refused: It is neither JSON/);
});

test('texts whose lines end with a plus or a dot keep them', () => {
  const keys = Array.from({ length: 12 }, (_, i) => `  Key ${i}: 1`).join('\n');
  for (const text of ['x+\ny', 'x.\ny'])
    assert.equal(
      first(`${line('a')}\n${keys}\n  Filter: (b = '${text}'::text)\n${end}`).plan.root.conditions.Filter,
      `(b = '${text}'::text)`,
    );
});

test('line breaks of HTML are lines also where they stand alone', () => {
  assert.deepEqual(seen(`<td>${join('a').replaceAll('>', '&gt;').replaceAll('\n', '<br>')}</td>`), ['a u']);
});

test('a prefix is that of its process and entry, at any time', () => {
  const pattern = prefixPattern('Jan 31 23:59:59 host postgres[71]: [3-1]');
  for (const [text, matches] of [
    ['Feb  1 00:00:00 host postgres[71]: [3-12] x', true],
    ['Feb  1 00:00:00 host postgres[72]: [3-2] x', false],
    ['Feb  1 00:00:00 host postgres[71]: [4-2] x', false],
    ['Foo  1 00:00:00 host postgres[71]: [3-2] x', false],
  ] as const)
    assert.equal(pattern.test(text), matches, text);
  assert.ok(!prefixPattern('app[7]: ').test('app[8]: x'));
});

test('a prefix is taken off the lines before and after the node that shows it', () => {
  const lines = withoutPrefixes(
    linesOf(`t1| Limit\nt2|   ->  ${line('a')}\nt3|         Filter: (a > 1)\nno`),
  );
  assert.deepEqual(
    lines.map(({ text }) => text),
    [' Limit', `   ->  ${line('a')}`, '         Filter: (a > 1)', 'no'],
  );
});

test('syslog: SQL that looks like a severity ends no entry, and a long line cut in two is one', () => {
  const at = (i: number) => `Nov 23 05:00:00 host postgres[71]: [3-${i + 1}] `;
  const syslog = (text: string) => text.split('\n').map((each, i) => `${at(i)}${i > 0 ? '#011' : ''}${each}`);
  const odd = syslog(`LOG:  ${entry(unended('a'), "SELECT '\nan ERROR:  no\n'")}`);
  assert.deepEqual(seen(`${odd.join('\n')}\n`), ['a u']);
  const cut = syslog(`LOG:  ${entry(unended('a'))}`).flatMap((text) =>
    text.includes('Seq Scan on a') ? [text.slice(0, 100), `${at(90)}${text.slice(100)}`] : [text],
  );
  assert.deepEqual(seen(`${cut.join('\n')}\n`), ['a u']);
});

test('an entry whose plan goes over into something else is refused', () => {
  assert.match(
    seen(stderr(entry(`${line('a')}\nout of space`))).join(),
    /^refused: .*"out of space" is no line of a plan/,
  );
});
