import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../result/result.ts';
import { exampleResult } from './fixture.ts';
import { maxBytes } from './markdown/summary.ts';
import { render } from './render.ts';

const as = { serializers: [(text: string) => text] };
const few = (result: Result): Result => ({
  ...result,
  plans: result.plans.slice(54, 60),
  pagination: result.pagination.slice(18, 21),
  rls: { ...result.rls!, overhead: result.rls!.overhead.slice(0, 3) },
});
const hostile = `<script>alert("x")</script> | \`a\` [b](http://evil.example) 'q'\n\u0000]]> --> *c*`;

test('the summary of a run', async (t) => {
  t.assert.snapshot(await render(few(exampleResult()), 'md'), as);
});

test('the JUnit report of a run', async (t) => {
  t.assert.snapshot(await render(exampleResult(), 'junit'), as);
});

test('retries, stalls and outages of a load stand in the JUnit report too', async () => {
  const example = exampleResult();
  const [load] = example.load;
  const outage = { endpoint: 'replica1', fromS: 2.5, toS: null, recoveryMs: null, failures: 130 };
  const text = await render({ ...example, load: [{ ...load!, retries: 29, outages: [outage] }] }, 'junit');
  const [, said = ''] = /<system-out>(.*)<\/system-out>/.exec(text) ?? [];
  assert.match(said, new RegExp(`${load!.scenario}, open: Retries: 29 for `));
  assert.match(said, /Outage: from second 2\.5 on connections to replica1 failed \(130 requests\)/);
});

test('hostile text makes neither markup nor links in the summary', async () => {
  const text = await render(everyString(exampleResult()), 'md');
  assert.ok(!/<script|\]\(http|http:/.test(text.replaceAll(/`[^`]*`{1,}[^\n]*/g, '')));
  assert.ok(!text.includes('<script>alert("x")</script> \\|'));
});

test('hostile text leaves the JUnit report well-formed', async () => {
  const text = await render(everyString(exampleResult()), 'junit');
  assert.ok(!/<script|\0|"x"/.test(text));
  assert.equal(text.match(/<testcase /g)!.length, 12);
  const open = [...text.matchAll(/<(\w+)(?:\s[\w]+="[^"<]*")*(\/?)>|<\/(\w+)>/g)];
  const depth = open.reduce(
    (sum, [, start, selfClosed, end]) => sum + (start && !selfClosed ? 1 : 0) - (end ? 1 : 0),
    0,
  );
  assert.equal(depth, 0);
  assert.equal(
    text
      .replace(/<\?xml[^>]*>/, '')
      .replaceAll(/<system-out>[^<]*<\/system-out>/g, '')
      .replaceAll(/<[^>]*>/g, '')
      .trim(),
    '',
  );
});

test('a huge result still makes a summary that CI shows, and says what it left out', async () => {
  const result = exampleResult();
  const reason = 'x'.repeat(50_000);
  const text = await render(
    {
      ...result,
      plans: Array.from({ length: 5000 }, () => result.plans[0]!),
      warnings: Array.from({ length: 3000 }, () => ({ code: 'x', message: reason, advice: reason })),
      objectives: Array.from({ length: 3000 }, () => ({ ...result.objectives[0]!, why: reason })),
    },
    'md',
  );
  assert.ok(Buffer.byteLength(text) <= 1_048_576, 'what GitHub shows of a step');
  assert.equal(maxBytes, 1_048_576);
  assert.match(text, /2960 more rows in index\.html/);
  assert.match(text, /4959 more rows in index\.html/);
});

test('OpenMetrics has each family once, units in the names, nothing for what is null, and an end', async () => {
  const text = await render(exampleResult(), 'openmetrics');
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.at(-1), '# EOF');
  const families = lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
  assert.equal(new Set(families).size, families.length);
  for (const line of lines.slice(0, -1))
    assert.match(
      line,
      /^# (TYPE|UNIT|HELP) |^[a-z_0-9]+\{([a-z_0-9]+="([^"\\]|\\["\\n])*",?)*\} -?[\d.e+-]+$/,
    );
  assert.ok(
    lines.includes(
      'olympus_load_response_seconds{suite="quick",scenario="storefront",model="open",via="pooler",rate="at about 1500/s",quantile="0.99"} 0.0114',
    ),
  );
  assert.ok(!lines.some((line) => line.startsWith('olympus_load_response') && line.includes('"0.999"')));
  assert.ok(lines.includes('olympus_check_ok{suite="quick",kind="objective",name="failed requests"} 0'));
});

/** Every string that is no word of the schema is hostile. */
function everyString(result: Result): Result {
  const kept = new Set(['status', 'method', 'model', 'unit', 'kind', 'startedAt', 'finishedAt']);
  return JSON.parse(
    JSON.stringify(result, (key, value) =>
      typeof value === 'string' && !kept.has(key) ? `${value} ${hostile}` : value,
    ),
  );
}
