import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Candidate } from '../../analysis/gate/candidate.ts';
import { milliseconds } from '../../config/units.ts';
import { connect } from '../../infra/topology/session.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { advise, measureCandidate } from './advise.ts';
import { readColumns } from './indexes.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
  await using admin = await connect(setting.topology.get('primary').url('admin', setting.database));
  await admin.query('CREATE INDEX i_short ON core.products (organization_id, cost_cents)');
  await admin.query('CREATE INDEX i_long ON core.products (organization_id, cost_cents, id)');
});
after(() => setting[Symbol.asyncDispose]());

const bounds = { budget: milliseconds(3_600_000), candidates: 3 };
const catalogue = () => {
  const like = setting.catalogue.find(({ name }) => name === 'products/listing')!;
  const params = [{ name: 'organization_id', source: 'tenant', column: 'id' }];
  const own = { ...like, params, expects: [], weight: 1, role: 'owner' as const, kind: 'read' as const };
  const select = 'SELECT organization_id, id FROM core.products WHERE organization_id = $1 ORDER BY';
  return [
    { ...own, name: 'self/heaviest', sql: `${select} weight_grams DESC NULLS LAST, id LIMIT 3` },
    { ...own, name: 'self/cheapest', sql: `${select} cost_cents, id LIMIT 3` },
  ];
};

test('what the plans lack, what repeats another index and what nothing uses is found, and measured before it is proposed', async () => {
  const { results, warnings } = await advise(
    { ...setting, catalogue: catalogue(), tenants: setting.tenants.slice(0, 1) },
    bounds,
  );
  const of = (change: RegExp) => results.find((one) => change.test(one.change));
  const missing = of(/CREATE INDEX ON core\.products \(organization_id, weight_grams DESC NULLS LAST, id\)/)!;
  assert.equal(missing.verdict, 'keep', missing.answer);
  assert.equal(missing.candidate!.kind, 'missing');
  assert.match(missing.candidate!.why, /^self\/heaviest sorts \d+ rows and takes few of them$/);
  const redundant = of(/i_short/)!;
  assert.deepEqual([redundant.candidate!.kind, redundant.verdict], ['redundant', 'keep'], redundant.answer);
  const unused = results.find(({ candidate }) => candidate!.kind === 'unused')!;
  assert.equal(unused.verdict, 'keep', unused.answer);
  assert.equal(of(/i_long/), undefined, 'a plan uses it');
  assert.ok(results.every(({ statements, helped }) => statements !== undefined && helped !== undefined));
  const left = warnings.find(({ code }) => code === 'candidates-left')!;
  assert.match(left.message, /DROP INDEX/);
});

test('a candidate that the server refuses to build is named with its reason, and what stands in its place is tried', async () => {
  const plain: Candidate = {
    ...{
      kind: 'missing',
      table: 'core.products',
      drop: [],
      benefit: 1,
      why: 'self/heaviest sorts',
      statements: [],
    },
    ddl: ['CREATE INDEX ON core.products (no_such_column)'],
  };
  const touching = { of: () => new Set<string>(), failed: new Map() };
  const gin = {
    ...plain,
    ddl: ['CREATE INDEX ON core.products USING gin (metadata no_such_ops)'],
    otherwise: plain,
  };
  const { results, warnings } = await measureCandidate({ ...setting, catalogue: [] }, gin, touching, 2);
  assert.deepEqual(results, []);
  const [first, ...others] = warnings.filter(({ code }) => code === 'candidate-refused');
  assert.match(first!.message, /USING gin \(metadata no_such_ops\) was not measured: .*operator class/);
  assert.equal(others.length, 1);
});

test('GIN takes arrays, text and documents, and no point', async () => {
  await using admin = await connect(setting.topology.get('primary').url('admin', setting.database));
  await admin.query('CREATE TABLE public.taken (words text[], name varchar, document jsonb, place point)');
  const columns = (await readColumns(admin)).filter(({ table }) => table === 'public.taken');
  await admin.query('DROP TABLE public.taken');
  assert.deepEqual(
    columns.map(({ name, gin }) => [name, gin]),
    [
      ['words', true],
      ['name', true],
      ['document', true],
      ['place', false],
    ],
  );
});
