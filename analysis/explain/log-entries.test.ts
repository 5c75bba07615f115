import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import { nodesOf } from './plan.ts';
import { readPlan } from './read.ts';

const sql = `SELECT count(*) FROM pg_class AS c\nJOIN pg_attribute AS a ON a.attrelid = c.oid\nWHERE c.relname > 'a{b}"' AND relkind = $1`;

/** What auto_explain says of two statements, as it would go to the log. */
async function logged(format: 'json' | 'text'): Promise<string[]> {
  const server = process.env.OLYMPUS_TEST_SERVER;
  assert.ok(server, 'OLYMPUS_TEST_SERVER is not set: run `./olympus test`');
  await using session = await connect(server);
  const messages: string[] = [];
  session.client.on('notice', ({ message }) => messages.push(message!));
  await session.query(`LOAD 'auto_explain'; SET auto_explain.log_analyze = on; SET auto_explain.log_buffers = on;
    SET auto_explain.log_format = ${format}; SET client_min_messages = log; SET auto_explain.log_min_duration = 0`);
  messages.length = 0; // SET itself is told too, where the server logs statements
  await session.query(sql, ['r']);
  await session.query('SELECT 1 WHERE EXISTS (SELECT FROM pg_class)');
  return messages.filter((message) => / plan:/.test(message));
}

const line = (message: string) =>
  `2026-11-23 05:00:00.000 UTC [123] app@db LOG:  ${message.replaceAll('\n', '\n\t')}\n`;

for (const format of ['json', 'text'] as const)
  test(`plans that auto_explain logged as ${format} are read from every kind of log`, async () => {
    const [first, second] = (await logged(format)) as [string, string];
    const shapes = {
      message: first,
      stderr: line('checkpoint starting: time') + line(first) + line('connection received: host=[local]'),
      csvlog: `2026-11-23 05:00:00 UTC,"app","db",1,"[local]",6a.1,3,"SELECT",,4/2,0,LOG,00000,"${first.replaceAll('"', '""')}",,,,,,,,,"psql"\n`,
      jsonlog: `${JSON.stringify({ pid: 1, message: first })}\n${JSON.stringify({ message: 'checkpoint' })}\n{"mess`,
    };
    for (const [name, text] of Object.entries(shapes)) {
      const reading = readPlan(text);
      assert.ok(reading.kind === 'plan', name);
      assert.deepEqual(reading.warnings, [], name);
      assert.equal(reading.plan.root.type, 'Aggregate', name);
      assert.match(reading.plan.query ?? '', /^SELECT count/, name);
      assert.ok(reading.plan.root.buffers!.hit > 0, name);
      assert.ok(
        nodesOf(reading.plan.root).every((node) => node.actualRows !== null),
        name,
      );
    }
    const both = readPlan(line(first) + line(second));
    assert.ok(both.kind === 'plan' && both.plan.root.type === 'Aggregate');
    assert.match(both.warnings.join(), /2 plans/);
  });

test('a bracket in the line after a plan, or before it, is not taken for JSON', () => {
  const plan = 'Limit  (cost=0.42..1.23 rows=10 width=97) (actual time=0.020..0.050 rows=10 loops=1)\n';
  for (const text of [
    `${line(`duration: 1.0 ms  plan:\nQuery Text: SELECT 1\n${plan}`)}[7] LOG:  done\n`,
    `[7]\n${plan}`,
  ]) {
    const reading = readPlan(text);
    assert.ok(reading.kind === 'plan' && reading.plan.root.type === 'Limit', text);
  }
});

test('a log whose plans are cut off or none is no plan, and says so', () => {
  for (const text of ['LOG:  duration: 1.0 ms  plan:\n{"Plan": {"Node', 'LOG:  duration: 1.0 ms  plan:\n']) {
    const reading = readPlan(text);
    assert.ok(reading.kind === 'not-a-plan');
    assert.match(reading.why, /^Line [12]: .*cut off/);
  }
});
