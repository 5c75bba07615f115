import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Past, PastOfMetric } from '../../analysis/nightly/past.ts';
import { defaultDirectory } from '../../migrations/directory.ts';
import { exampleResult } from '../../reports/fixture.ts';
import type { Nightly, NightMetric } from '../../result/result.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { parseSide } from '../variant/parse.ts';
import type { Build } from './control.ts';
import { controlOfBuild } from './night-control.ts';
import { type Night, nightlyMeasure } from './nightly.ts';

// Statements whose work is known: in head one does eight times what it does in the control, one other rows, one the
// same. Eight, because what is tested is the path from a suspect to its confirmation, not how little a night can see.
const text = (name: string, sql: string) =>
  `-- name: self/${name}\n-- what: known work\n-- role: owner\n-- weight: 1\n${sql}\n`;
const work = (count: number) =>
  `SELECT max(md5(n::text)) > '' AS done FROM generate_series(1, ${count}) AS n`;
const texts = {
  control: { slower: work(1500), same: work(1500), other: 'SELECT 1 AS one', gone: 'SELECT 2 AS two' },
  head: { slower: work(12_000), same: work(1500), other: 'SELECT 7 AS one', broken: 'SELECT 1 AS one' },
};

let setting: ScratchSetting;
let folder: string;
let night: Nightly;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'olympus-night-'));
  for (const [side, statements] of Object.entries(texts)) {
    mkdirSync(join(folder, side, 'self'), { recursive: true });
    for (const [name, sql] of Object.entries(statements))
      writeFileSync(join(folder, side, 'self', `${name}.sql`), text(name, sql));
  }
  setting = await scratchSetting();
  night = await measure();
});
after(async () => {
  await setting[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const build = (side: string): Build => ({
  ...{ label: side, digest: side, commit: null, migrations: defaultDirectory },
  statements: join(folder, side),
});
const nothing: PastOfMetric = { nights: [], previous: null, acceptance: null };
const steady = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    run: `n${i}`,
    value: 0.002 * Math.sin(i),
    state: 'steady' as const,
  }));

/** Twelve quiet nights, and one above for what is slower. */
const past: Past['of'] = (metric) => {
  if (metric.startsWith('self/slower') && metric.endsWith(' ms'))
    return {
      nights: [...steady(12), { run: 'n12', value: 0.6, state: 'new' }],
      previous: { state: 'new', since: 'n12', baseline: { level: 0, limit: 0.025 } },
      acceptance: null,
    };
  return metric.endsWith(' ms') ? { ...nothing, nights: steady(12) } : nothing;
};

async function measure(change: Partial<Night> = {}): Promise<Nightly> {
  const catalogue = await readCatalogue([join(folder, 'head')]);
  const { nightly } = await nightlyMeasure({
    control: () => controlOfBuild(build('control')),
    head: build('head'),
    names: new Set(catalogue.map(({ name }) => name)),
    changes: await parseSide([]),
    secondsLeft: () => 600,
    past: async () => ({ night: 14, lastGood: null, of: past }),
    ...change,
  }).run({
    ...setting,
    catalogue,
    tenants: setting.tenants.slice(0, 1),
    run: { id: 'tonight', environment: exampleResult().environment },
  });
  return nightly!;
}
const states = ({ metrics }: Nightly, name: string) =>
  metrics
    .filter(({ metric }) => metric.startsWith(`self/${name} whale, `))
    .map(({ metric, state }): [string, NightMetric['state']] => [
      metric.replace(/(CPU|wall) ms/, 'time').split(', ')[1]!,
      state,
    ]);

test('what is far slower for the second night is measured again and confirmed; what is the same is steady', (context) => {
  const { time, ...exact } = Object.fromEntries(states(night, 'slower'));
  assert.deepEqual(exact, { fails: 'steady', 'other rows': 'steady', pages: 'steady' });
  assert.notEqual(Object.fromEntries(states(night, 'same')).time, 'confirmed');
  if (night.void !== null) {
    // Noise moved the control, which a busy machine can do: then nothing may be confirmed by time.
    context.diagnostic(night.void);
    return assert.notEqual(time, 'confirmed');
  }
  assert.equal(time, 'confirmed');
  const slower = night.metrics.find(({ metric }) => /^self\/slower.* ms$/.test(metric))!;
  assert.deepEqual([slower.since, slower.confirmation?.verdict], ['n12', 'regression']);
  assert.ok(slower.confirmation!.pairs >= 10 && slower.confirmation!.low! > 1);
  assert.ok(setting.kept.has('nightly/confirmation.json') && setting.kept.has('nightly/slots.json'));
  assert.deepEqual(night.plans.map(({ statement }) => statement).includes('self/slower'), true);
});

test('other rows are confirmed at once and their time is not compared; what one side lacks is no metric', () => {
  assert.deepEqual(Object.fromEntries(states(night, 'other')), {
    fails: 'steady',
    'other rows': 'confirmed',
    pages: 'steady',
  });
  for (const name of ['gone', 'broken']) assert.deepEqual(states(night, name), []);
});

test('a budget that leaves no time for times still tells what has no noise, and what was left out', async () => {
  const short = await measure({ secondsLeft: () => 0 });
  assert.deepEqual([short.rounds, short.left.toSorted()], [0, ['self/same whale', 'self/slower whale']]);
  assert.deepEqual(Object.fromEntries(states(short, 'other'))['other rows'], 'confirmed');
  assert.ok(!short.metrics.some(({ metric }) => metric.endsWith(' ms')));
});

test('a statement that fails in head alone is confirmed at once', async () => {
  const changes = await parseSide(['sql:ALTER FUNCTION pg_catalog.md5(text) RENAME TO md5_was']);
  const broken = await measure({ changes });
  assert.deepEqual(states(broken, 'same'), [['fails', 'confirmed']]);
  assert.match(broken.metrics.find(({ metric }) => metric === 'self/same whale, fails')!.why, /md5/);
});
