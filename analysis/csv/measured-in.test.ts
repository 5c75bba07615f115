import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isThroughput, measuredIn } from './measured-in.ts';
import { parseCsv } from './parse.ts';

const unitOf = (csv: string, column = 0) => measuredIn(parseCsv(csv), column);

test('a column is in the unit of its cells, or of the end of its name; else nothing is said', () => {
  assert.equal(unitOf('run,p99\n1,12 ms\n2,13 ms\n', 1), 'ms');
  assert.deepEqual(
    ['p99_ms', 'p99 (s)', 'latency [us]', 'size.MB', 'wait µs', 'time seconds', 'ms'].map((name) =>
      unitOf(`"${name}"\n1\n`),
    ),
    ['ms', 's', 'us', 'MB', 'us', 's', 'ms'],
  );
  for (const name of ['p99', 'items', 'runs', 'rows', 'tps', 'milliseconds_of', 'rooms'])
    assert.equal(unitOf(`"${name}"\n1\n`), null, name);
  assert.equal(unitOf('run,p99_s\n1,12 ms\n', 1), 'ms', 'the cells know better than the name');
});

test('a throughput is known by its name or unit; what only happens each second is none', () => {
  const is = (csv: string, column = 0) => isThroughput(parseCsv(csv), column);
  for (const name of ['tps', 'TPS', 'pgbench tps', 'throughput', 'qps_mean', 'requests per second', 'tx/s'])
    assert.ok(is(`"${name}"\n1\n`), name);
  for (const name of ['p99', 'steps', 'https', 'errors per second', 'wal bytes/s', 'ms'])
    assert.ok(!is(`"${name}"\n1\n`), name);
  assert.ok(is('run,rate\n1,100 tps\n2,110 tps\n', 1));
});
