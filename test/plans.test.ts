import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../analysis/explain/plan.ts';
import { readPlan, readPlans } from '../analysis/explain/read.ts';
import { seeded } from '../analysis/statistics/seeded.ts';
import { connect } from '../infra/topology/session.ts';
import { explainIn, makeTables } from './plans/explain.ts';
import { judge } from './plans/judge.ts';
import { keep, mutationNames } from './plans/mutations.ts';
import { difference } from './plans/same-plan.ts';
import { optionsOf, statementCount, wanted } from './plans/statements.ts';
import { testDatabase } from './server.ts';

// The full counts: OLYMPUS_PLAN_PAIRS=300 OLYMPUS_PLAN_MUTATIONS=10000 OLYMPUS_PLAN_SERVERS='postgres://... postgres://...'
const pairs = Number(process.env.OLYMPUS_PLAN_PAIRS ?? statementCount);
const mutations = Number(process.env.OLYMPUS_PLAN_MUTATIONS ?? 1000);
const others = (process.env.OLYMPUS_PLAN_SERVERS ?? '').split(' ').filter((url) => url !== '');
const formats = ['JSON', 'TEXT', 'YAML', 'XML'] as const;

interface Executed {
  readonly text: string;
  readonly plan: Plan;
}

/** Plans of random statements; each format read like JSON. */
async function samePlans(url: string, executed: Executed[]): Promise<void> {
  await using connection = await connect(url, 'olympus-test');
  const version = await makeTables(connection);
  const random = seeded(version);
  for (let i = 0; i < pairs; i++) {
    const statement = wanted(random, i);
    const options = optionsOf(random, version);
    const repeats = !/INSERT|UPDATE|DELETE|MERGE/.test(statement.sql);
    const texts = await explainIn(connection, statement, options, i % 4 === 0 ? formats : ['JSON', 'TEXT']);
    const plans = texts.map((text) => {
      const reading = readPlan(text);
      assert.ok(
        reading.kind === 'plan',
        `${statement.sql} (${options}): ${reading.kind === 'plan' || reading.why}\n${text}`,
      );
      const odd = reading.warnings.filter((warning) => !/without (?:ANALYZE|BUFFERS)/.test(warning));
      assert.deepEqual(odd, [], `${statement.sql} (${options})\n${text}`);
      return reading.plan;
    });
    for (const [n, plan] of plans.slice(1).entries())
      assert.equal(
        difference(plan, plans[0]!, repeats),
        null,
        `${formats[n + 1]} of ${statement.sql} (${options}; ${statement.settings})\n${texts[n + 1]}\n${texts[0]}`,
      );
    executed.push({ text: texts[1]!, plan: plans[1]! });
  }
}

test('text, JSON, YAML and XML of a statement are one plan; kept as people keep it, it is read right or refused', async (t) => {
  await using database = await testDatabase('plans');
  const executed: Executed[] = [];
  await samePlans(database.url, executed);
  for (const url of others) await samePlans(url, executed);
  t.diagnostic(`${executed.length} statements in text and JSON are the same plan`);
  const random = seeded(16);
  const count = { right: 0, refused: 0, warned: 0, wrong: 0 };
  for (let n = 0; n < mutations; n++) {
    const { text, plan } = executed[Math.floor(random() * executed.length)]!;
    const kept = keep(mutationNames[n % mutationNames.length]!, text, random);
    if (!kept) continue;
    const { outcome, seen } = judge(kept, plan);
    count[outcome]++;
    const shown = () => `${kept.name}: ${outcome} ${seen}\n${Buffer.from(kept.bytes).toString()}`;
    if (kept.whole) assert.equal(outcome, 'right', shown());
    else assert.notEqual(outcome, 'wrong', shown());
  }
  t.diagnostic(`kept plans: ${JSON.stringify(count)}`);
  assert.ok(count.right > 0 && count.refused > 0 && count.warned > 0);
});

test('noise of any kind is refused without a crash and without a hang', () => {
  const random = seeded(7);
  const pieces = [
    '{"Plan": {',
    '"Node Type": "Limit"',
    '[',
    ']',
    '}',
    '"',
    "'",
    '  ->  Seq Scan on t',
    '  (cost=0.00..1.00 rows=1 width=1)',
    '\n',
    '\t',
    ' plan:\n',
    'duration: 1.0 ms ',
    'Query Text: ',
    '- Plan: ',
    '<explain>',
    '</explain>',
    '<td>',
    'QUERY PLAN',
    '|',
    '> ',
    '1. ',
    '\u0000',
    'é',
    '+',
    '(actual time=0.1..0.2 rows=NaN loops=1)',
  ];
  for (let n = 0; n < 1500; n++) {
    const length = Math.floor(random() * 60);
    const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('');
    assert.ok(readPlans(Buffer.from(text)).length > 0);
    const bytes = Uint8Array.from({ length: 200 }, () => Math.floor(random() * 256));
    assert.equal(readPlans(bytes)[0]!.kind, 'not-a-plan');
  }
});
