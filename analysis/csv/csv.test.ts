import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindsOf, numbers, samples } from './columns.ts';
import { parseCsv } from './parse.ts';
import { DataProblem } from './problem.ts';

const texts = (csv: string) => parseCsv(csv).rows.map((row) => row.map(({ text }) => text));
const problem = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof DataProblem) return [error.line, error.column, error.message];
    throw error;
  }
  return assert.fail('nothing was wrong');
};

test('a header is a first row without a number; without one the columns are numbered', () => {
  const headed = parseCsv('load,throughput\n1,2\n');
  assert.deepEqual([headed.hasHeader, headed.names], [true, ['load', 'throughput']]);
  const bare = parseCsv('1,2\n3,4\n');
  assert.deepEqual([bare.hasHeader, bare.names, bare.rows.length], [false, ['column 1', 'column 2'], 2]);
});

test('comma, semicolon, tab and spaces separate; CRLF, a byte order mark, comments and blank lines are met', () => {
  const rows = [
    ['1', '2.5'],
    ['3', '4'],
  ];
  for (const csv of [
    '1,2.5\n3,4',
    '1;2.5\r\n3;4\r\n',
    '1\t2.5\n3\t4\n',
    ' 1  2.5\n 3  4 \n',
    '\uFEFF1,2.5\n# c\n\n3,4',
  ])
    assert.deepEqual(texts(csv), rows, JSON.stringify(csv));
});

test('where semicolons separate, the decimal sign may be a comma', () => {
  assert.deepEqual(texts('a;b\n1;2,5\n-3;,25\n'), [
    ['1', '2.5'],
    ['-3', '.25'],
  ]);
});

test('a quoted cell holds separators and doubled quotes (RFC 4180)', () => {
  assert.deepEqual(texts('name,v\n"a, ""b""",1\n "c" ,2\n'), [
    ['a, "b"', '1'],
    ['c', '2'],
  ]);
});

test('a short row has gaps at its end, a long one is a problem at its first cell too many', () => {
  assert.deepEqual(texts('a,b,c\n1,2\n'), [['1', '2', '']]);
  assert.deepEqual(problem(() => parseCsv('a,b\n1,2\n1,2,34\n')).slice(0, 2), [3, 5]);
});

test('an empty file, a header alone and a broken quote are problems with their place', () => {
  assert.deepEqual(
    problem(() => parseCsv('')),
    [1, 1, 'the file is empty'],
  );
  assert.deepEqual(
    problem(() => parseCsv('# only this\n\n')),
    [1, 1, 'the file is empty'],
  );
  assert.deepEqual(problem(() => parseCsv('load,rate\n')).slice(0, 2), [1, 1]);
  assert.deepEqual(problem(() => parseCsv('a,b\n1,"2\n')).slice(0, 2), [2, 3]);
  assert.deepEqual(problem(() => parseCsv('a,b\n"1"x,2\n')).slice(0, 2), [2, 4]);
});

test('a text among numbers is a problem at its line and column; a gap is null or, where it cannot be, a problem', () => {
  const table = parseCsv('t,v\na,1\nb,x1\nc,3\n');
  assert.deepEqual(
    problem(() => samples(table, 1)),
    [3, 3, '"x1" in v is not a number'],
  );
  const gaps = parseCsv('t,v\na,1\nb,\nc,NA\nd,-\ne,nan\n');
  assert.deepEqual(
    samples(gaps, 1).map(({ value }) => value),
    [1, null, null, null, null],
  );
  assert.deepEqual(problem(() => numbers(gaps, 1)).slice(0, 2), [3, 3]);
});

test('infinite and hexadecimal cells are text, exponents are numbers', () => {
  const table = parseCsv('v\n1e3\n0x10\nInfinity\n1e999\n');
  assert.deepEqual(problem(() => samples(table, 0)).slice(0, 2), [3, 1]);
  assert.equal(numbers(parseCsv('v\n1e3\n'), 0)[0]!.value, 1000);
});

test('a first column of names, times or a counter is a label, others of numbers are series', () => {
  assert.deepEqual(kindsOf(parseCsv('commit,ms,host\nab1,1,x\ncd2,2,y\n')), ['label', 'series', 'label']);
  assert.deepEqual(kindsOf(parseCsv('timestamp,ms\n1700000000,1\n1700000007,2\n')), ['label', 'series']);
  assert.deepEqual(kindsOf(parseCsv('1,9\n2,7\n3,8\n')), ['label', 'series']);
  assert.deepEqual(kindsOf(parseCsv('a,b\n1,9\n2,7\n4,8\n')), ['series', 'series']);
  assert.deepEqual(kindsOf(parseCsv('1\n2\n3\n')), ['series']);
  // A commit of digits only among others is no fault of the data.
  assert.deepEqual(kindsOf(parseCsv('c,ms\n123,1\n456,2\nab1,3\n')), ['label', 'series']);
});

test('tabs separate quoted cells too; thousands and one unit a column are read, several units are a problem', () => {
  assert.deepEqual(texts('"load"\t"tps"\n1\t10\n2\t"19"\n'), [
    ['1', '10'],
    ['2', '19'],
  ]);
  assert.deepEqual(texts('load,tps\n1,"1,234.5"\n2,"12,345,678"\n'), [
    ['1', '1234.5'],
    ['2', '12345678'],
  ]);
  const ms = parseCsv('run,p99\n1,12.5 ms\n2,1100ms\n3,\n');
  assert.deepEqual(
    samples(ms, 1).map(({ value }) => value),
    [12.5, 1100, null],
  );
  const mixed = parseCsv('run,p99\n1,900 ms\n2,1.2 s\n');
  assert.deepEqual(kindsOf(mixed), ['label', 'series']);
  assert.deepEqual(
    problem(() => samples(mixed, 1)),
    [2, 3, '"900 ms" in p99 is not a number'],
  );
  // a commit may begin with digits
  assert.deepEqual(kindsOf(parseCsv('ms,commit\n1,12ab\n2,34cd\n')), ['series', 'label']);
});

test('a header may hold separators in quotes; a nameless column is numbered; a first row of measures is no header', () => {
  const quoted = parseCsv('"load; n","rate"\n1,2\n');
  assert.deepEqual(quoted.names, ['load; n', 'rate']);
  assert.deepEqual(parseCsv('"a,b"\t"c"\n1\t2\n').names, ['a,b', 'c']);
  // in a file of semicolons a comma is a decimal sign, in one of tabs a mark between thousands is no separator
  assert.deepEqual(texts('a\tb\n1,5\t2\n'), [['1,5', '2']]);
  assert.deepEqual(parseCsv('load,\n1,2\n').names, ['load', 'column 2']);
  const measures = parseCsv('12 ms,1 s\n14 ms,2 s\n');
  assert.deepEqual([measures.hasHeader, measures.rows.length], [false, 2]);
});

test('lines may end with CR alone; columns are counted as an editor does, after white space too', () => {
  assert.deepEqual(texts('a,b\r1,2\r3,4\r'), [
    ['1', '2'],
    ['3', '4'],
  ]);
  const placed = (csv: string) => parseCsv(csv).rows[0]!.map(({ line, column }) => [line, column]);
  assert.deepEqual(placed('a,b,c\n1,  2\n'), [
    [2, 1],
    [2, 5],
    [2, 6],
  ]);
  assert.deepEqual(placed('a,b\n"1",  2\n'), [
    [2, 1],
    [2, 7],
  ]);
});

test('thousands have one mark only, groups of three, and no gap is taken for a number', () => {
  const cells = ["1'234'567", "1'234,567", '12,34', '1234,567', '1,234.5'];
  assert.deepEqual(
    texts(`n,v\n${cells.map((cell) => `"${cell}",1`).join('\n')}\n`).map(([cell]) => cell),
    ['1234567', "1'234,567", '12,34', '1234,567', '1234.5'],
  );
  assert.deepEqual(
    samples(parseCsv('t,v\na,1 ms\nb,n/a\nc,\nd,?\n'), 1).map(({ value }) => value),
    [1, null, null, null],
  );
});

test('a column of as many names as numbers is a series with faults; numbers that fall or have fractions count nothing', () => {
  assert.deepEqual(kindsOf(parseCsv('t,v\na,1\nb,x\n')), ['label', 'series']);
  assert.deepEqual(kindsOf(parseCsv('t,v\na,x\nb,x\nc,3\n')), ['label', 'label']);
  assert.deepEqual(kindsOf(parseCsv('t,v\na,\nb,\n')), ['label', 'label']);
  assert.deepEqual(kindsOf(parseCsv('9,1\n8,2\n7,5\n')), ['series', 'series']);
  assert.deepEqual(kindsOf(parseCsv('0.5,1\n1,2\n1.5,5\n')), ['series', 'series']);
  assert.deepEqual(kindsOf(parseCsv('run,v\n3,1\n1,2\n')), ['label', 'series']);
  assert.deepEqual(kindsOf(parseCsv('load,v\n3,1\n1,2\n')), ['series', 'series']);
});

test('a bad cell is named with what to do about its kind', () => {
  const next = (csv: string) => {
    try {
      samples(parseCsv(csv), 1);
    } catch (error) {
      assert.ok(error instanceof DataProblem);
      return error.next;
    }
    return assert.fail('nothing was wrong');
  };
  assert.match(next('t,v\na,1\nb,"1,5"\n'), /decimal point/);
  assert.match(next('t,v\na,1 ms\nb,2 s\n'), /in one unit/);
  assert.match(next('t,v\na,1\nb,x\n'), /Correct the cell/);
});

test('without a header, semicolons separate and commas are decimal signs; a first column of two units is no label', () => {
  assert.deepEqual(texts('1,5;2\n2,5;3\n'), [
    ['1.5', '2'],
    ['2.5', '3'],
  ]);
  assert.deepEqual(kindsOf(parseCsv('p99,rate\n900 ms,7\n1.2 s,5\n')), ['series', 'series']);
});

test("tables of psql and Markdown, Excel's sep= line", () => {
  const rows = [
    ['1', '10'],
    ['2', '19'],
  ];
  for (const table of [
    ' load | tps \n------+-----\n    1 |  10\n    2 |  19\n(2 rows)\n',
    'load|tps\n1|10\n2|19\n(2 Zeilen)\n',
    '| load | tps |\n|-----:|----:|\n| 1 | 10 |\n| 2 | 19 |\n',
    '+------+-----+\n| load | tps |\n+------+-----+\n|    1 |  10 |\n|    2 |  19 |\n+------+-----+\n',
    'sep=;\nload;tps\n1;10\n2;19\n',
  ]) {
    assert.deepEqual(texts(table), rows, table);
    assert.deepEqual(parseCsv(table).names, ['load', 'tps'], table);
  }
});

test('beside decimal commas a point or a space parts thousands; a group that begins with 0 is none', () => {
  assert.deepEqual(texts('a;b\n1;1.234\n2;987,5\n3;12.345,25\n4;1 234,5\n5;12,5 %\n').slice(0, 4), [
    ['1', '1234'],
    ['2', '987.5'],
    ['3', '12345.25'],
    ['4', '1234.5'],
  ]);
  assert.deepEqual(texts('a;b\n1;1.5\n2;2,5\n'), [
    ['1', '1.5'],
    ['2', '2.5'],
  ]);
  assert.deepEqual(texts('a;b\n1;1.234\n2;2.500\n'), [
    ['1', '1.234'],
    ['2', '2.500'],
  ]);
  const decimals = parseCsv('load,tps\n1,"0,500"\n2,"1,250"\n');
  assert.deepEqual(problem(() => samples(decimals, 1)).slice(0, 2), [2, 3]);
});

test('units per operation are units; a row of totals and JSON are problems', () => {
  const go = parseCsv(
    'BenchmarkA-8   \t    1000\t      1234 ns/op\nBenchmarkA-8   \t    1003\t      1240 ns/op\n',
  );
  assert.deepEqual(kindsOf(go), ['label', 'series', 'series']);
  assert.deepEqual(problem(() => parseCsv('day,ms\n1,10\n2,11\n3,9\nTotal,30\n')).slice(0, 2), [5, 1]);
  assert.match(String(problem(() => parseCsv('[{"load": 1, "tps": 2}]'))[2]), /JSON/);
});
