import { availableParallelism } from 'node:os';
import { biasOfRounds } from '../../../analysis/gate/bias.ts';
import { type Gate, gate as gateOf, nextStep, steps } from '../../../analysis/gate/gate.ts';
import { suites } from '../../../config/suites.ts';
import { scales } from '../../../generators/scales.ts';
import { seed } from '../../../generators/seed.ts';
import { connect } from '../../../infra/topology/session.ts';
import { shop } from '../../../project/shop.ts';
import { readCatalogue } from '../../../scenarios/catalogue.ts';
import type { Statement } from '../../../scenarios/statement.ts';
import { findTenants } from '../../../scenarios/tenants.ts';
import { type Cell, cellName, drawCells } from '../../compare/cells.ts';
import { hasCpu, pairsOf, prepareCells, runRounds, timeCells } from '../../compare/rounds.ts';
import { openSides, type ReadySide } from '../../compare/side.ts';
import type { Pair } from '../../compare/slot.ts';
import { waitingRow } from '../../compare/waiting-row.ts';
import { judgeIndexChange } from '../../index/index-change.ts';
import type { Setting } from '../../measure.ts';
import { parseSide } from '../../variant/parse.ts';
import { atLeast, atMost, chosenCases, type Goal, type SelfContext, type SelfTest } from '../goal.ts';
import { strangers } from '../verdicts/loops.ts';
import { needlessIndexes, removedIndexes, unchangedSchema } from './advice.ts';
import { heldTopology } from './held.ts';
import { knownChanges, knownStatements, usedIndexes } from './known-changes.ts';
import { falsePlanAlarms } from './plan-alarms.ts';
import { simulatedNights, simulatedSeries } from './simulated.ts';

/** Tiny, with so many orders that to read a tenant's is never as cheap as an index of all months. */
const scale = { name: 'gate', ...scales.tiny, orders: 10_000 };
const comparisons = { same: 100, slowed: 20, busy: 20 } as const;
/** Loops of the work whose slowdown is injected; a fraction of a millisecond. */
const loops = 1500;

interface GateCase {
  readonly name: string;
  run(setting: () => Promise<Setting>, context: SelfContext): Promise<Goal[]>;
}

const cases: readonly GateCase[] = [
  { name: 'nights', run: async (_, { seed: number }) => simulatedNights(number) },
  { name: 'analyse', run: async (_, { seed: number }) => simulatedSeries(number) },
  { name: 'index', run: async (setting) => [await judgedIndexChanges(await setting())] },
  { name: 'plans', run: async (setting) => [await falsePlanAlarms(await setting())] },
  { name: 'equal', run: async (setting, { record }) => falseAlarms(await setting(), record) },
  { name: 'busy', run: async (setting) => [await alarmsBesideLoops(await setting())] },
  { name: 'waits', run: async (setting) => [await waitingFound(await setting())] },
  {
    name: 'slower',
    run: async (setting) => [
      ...(await slowdowns(await setting(), 10, 19)),
      ...(await slowdowns(await setting(), 5, 15)),
    ],
  },
  { name: 'held', run: async (setting) => [await heldTopology(await setting())] },
  { name: 'removed', run: async (_, context) => [await removedIndexes(context)] },
  { name: 'needless', run: async (_, context) => needlessIndexes(context) },
  { name: 'unchanged', run: async (_, context) => [await unchangedSchema(context)] },
];

/**
 * The comparisons against truths that are known: simulated nights and series, index changes made for statements, equal
 * sides, injected work, runs of one held topology, and a schema that lacks an index, has one too many, or neither.
 */
export const gate: SelfTest = async (context) => {
  let made: Promise<Setting> | undefined;
  const setting = () => (made ??= settingOf(context));
  const goals: Goal[] = [];
  for (const one of chosenCases(context, cases)) {
    context.signal.throwIfAborted();
    context.progress.note(one.name);
    goals.push(...(await one.run(setting, context)));
  }
  return goals;
};

export async function settingOf({
  topology,
  database,
  seed: number,
  progress,
  signal,
}: SelfContext): Promise<Setting> {
  const url = topology.get('primary').url('admin', database);
  await seed(() => connect(url, 'olympus-self'), { scale, seed: number, progress, signal });
  await using admin = await connect(url, 'olympus-self');
  for (const sql of [...usedIndexes, workOf(loops)]) await admin.query(sql);
  await admin.query('ANALYZE');
  return {
    ...{ topology, database, progress, signal, seed: number },
    project: shop,
    catalogue: (await readCatalogue()).filter(({ kind }) => kind === 'read'),
    tenants: await findTenants(admin, shop.tenants),
    budget: { ...suites.smoke, slotTime: suites.quick.slotTime },
    keep: async (file) => file,
  };
}

const workOf = (
  count: number,
) => `CREATE OR REPLACE FUNCTION public.self_work() RETURNS void LANGUAGE plpgsql AS
  $$ BEGIN FOR i IN 1..${count} LOOP PERFORM md5(i::text); END LOOP; END $$`;

const shipped = [
  'products/by-id',
  'products/listing',
  'products/variants-of',
  'orders/by-id',
  'orders/recent',
];

async function judgedIndexChanges(setting: Setting): Promise<Goal> {
  const catalogue = [
    ...knownStatements(setting.catalogue[0]!),
    ...setting.catalogue.filter(({ name }) => shipped.includes(name)),
  ];
  const tenants = setting.tenants.filter(({ class: of }) => of !== 'median');
  const wrong: string[] = [];
  for (const [i, { ddl, drop, right }] of knownChanges.entries()) {
    const { result } = await judgeIndexChange(
      { ...setting, project: shop, catalogue, tenants },
      { ddl, drop },
    );
    if (result.verdict !== right) wrong.push(`${result.change}: ${result.answer}`);
    setting.progress.count(i + 1, knownChanges.length, 'index changes');
  }
  const total = knownChanges.length;
  const why =
    wrong.length === 0
      ? `10 drops, 5 useful and 5 useless new ones, ${catalogue.length} statements each.`
      : wrong.join(' ');
  return atLeast('index changes judged right', total - wrong.length, total, `of ${total}`, why);
}

async function falseAlarms(setting: Setting, record: SelfContext['record']): Promise<Goal[]> {
  await using made = new AsyncDisposableStack();
  const base = await parseSide([]);
  const sides = await openSides(made, setting, [base, base]);
  const cells = (await cellsOf(setting)).slice(0, comparisons.same);
  const { verdicts, clock, pairs } = await judgeEach(setting, sides, cells);
  const alarms = verdicts.filter(({ status }) => status === 'regression' || status === 'improvement');
  await record?.add(
    { server: setting.topology.get('primary').version, clock },
    { alarms: alarms.length, of: cells.length, at: new Date().toISOString(), by: 'self' },
  );
  return [
    atMost(
      'A/A false alarms',
      alarms.length,
      1,
      `of ${cells.length}`,
      `${tally(verdicts)}${alarms.length > 0 ? `; called changed: ${alarms.map(({ name }) => name).join(', ')}` : ''}.`,
    ),
    ...meanOfEqualSides(pairs),
  ];
}

/** Equal sides must be equal on the mean too: a bias that no single comparison shows is in all of them. */
function meanOfEqualSides(cells: readonly (readonly Pair[])[]): Goal[] {
  const { meanPct, below, of, p } = biasOfRounds(cells);
  const why = `Of ${of} rounds B was cheaper in ${below} on the mean of ${cells.length} statements.`;
  return [
    atMost(
      'A/A mean of B against A, without its sign',
      Math.abs(meanPct),
      0.3,
      '%',
      `${meanPct.toFixed(2)} %. ${why}`,
    ),
    atLeast('A/A sign test over rounds', p, 0.01, 'p', why),
  ];
}

/** Equal sides while every core is wanted by somebody else. */
async function alarmsBesideLoops(setting: Setting): Promise<Goal> {
  await using made = new AsyncDisposableStack();
  const base = await parseSide([]);
  const sides = await openSides(made, setting, [base, base]);
  const cells = (await cellsOf(setting)).slice(0, comparisons.busy);
  await using _ = await strangers(availableParallelism(), 'while :; do :; done');
  const { verdicts } = await judgeEach(setting, sides, cells);
  const slower = verdicts.filter(({ status }) => status === 'regression');
  const called = slower.length > 0 ? `; called slower: ${slower.map(({ name }) => name).join(', ')}` : '';
  return atMost(
    `A/A beside ${availableParallelism()} busy loops, called slower`,
    slower.length,
    0,
    `of ${cells.length}`,
    `${tally(verdicts)}${called}.`,
  );
}

async function cellsOf(setting: Setting): Promise<Cell[]> {
  await using admin = await connect(
    setting.topology.get('primary').url('admin', setting.database),
    'olympus-self',
  );
  const { cells } = await drawCells(admin, setting, 4);
  // Fewer statements than comparisons: some are compared twice.
  return [...cells, ...cells];
}

async function slowdowns(setting: Setting, percent: number, goal: number): Promise<Goal[]> {
  await using made = new AsyncDisposableStack();
  const slower = workOf(Math.round(loops * (1 + percent / 100)));
  const sides = await openSides(made, setting, [await parseSide([]), await parseSide([`sql:${slower}`])]);
  const cell = workCell(setting);
  const { verdicts } = await judgeEach(setting, sides, new Array<Cell>(comparisons.slowed).fill(cell));
  const found = verdicts.filter(({ status }) => status === 'regression').length;
  const reversed = verdicts.filter(({ status }) => status === 'improvement').length;
  const total = comparisons.slowed;
  return [
    atLeast(`slowdowns of ${percent} % found`, found, goal, `of ${total}`, `${tally(verdicts)}.`),
    atMost(
      `slowdowns of ${percent} % called an improvement`,
      reversed,
      0,
      `of ${total}`,
      `${tally(verdicts)}.`,
    ),
  ];
}

/** A trigger's sleep is no CPU time: every statement of B waits a millisecond, and the comparison must not pass. */
async function waitingFound(setting: Setting): Promise<Goal> {
  await using made = new AsyncDisposableStack();
  const sleeps = workOf(loops).replace('BEGIN', 'BEGIN PERFORM pg_sleep(0.001);');
  const sides = await openSides(made, setting, [await parseSide([]), await parseSide([`sql:${sleeps}`])]);
  const cells = setting.tenants.map((tenant) => ({ ...workCell(setting), tenant }));
  const timing = await timeCells(
    setting,
    sides,
    cells.map((cell) => ({ cell, role: 'measured' as const })),
    'cpu',
  );
  const [row] = await waitingRow(timing, sides, setting.signal);
  const name = 'a slowdown that only waits is found';
  if (row?.verdict === 'waits') return atLeast(name, 1, 1, 'of 1', row.why ?? '');
  const passed = row === undefined && ['pass', 'improvement'].includes(timing.gate.status);
  const missed = atLeast(
    name,
    0,
    1,
    'of 1',
    row?.why ?? `By CPU time the comparison says: ${timing.gate.why}`,
  );
  return passed ? missed : { ...missed, value: null, ok: null };
}

function workCell(setting: Setting): Cell {
  const statement: Statement = {
    ...setting.catalogue[0]!,
    ...{
      name: 'self/work',
      sql: 'SELECT public.self_work()::text',
      params: [],
      weight: 1,
      role: 'owner',
      kind: 'read',
    },
  };
  return { statement, tenant: setting.tenants[0]!, draws: [[]] };
}

/** Each cell is a comparison with a gate of its own; all share the rounds, as in a real comparison. */
async function judgeEach(setting: Setting, sides: readonly [ReadySide, ReadySide], cells: readonly Cell[]) {
  const { timed } = await prepareCells(
    setting,
    sides,
    cells.map((cell) => ({ cell, role: 'measured' as const })),
  );
  await runRounds(setting, sides, timed, steps[0].pairs);
  await runRounds(setting, sides, timed, steps[1].pairs);
  const clock = hasCpu(timed) ? 'cpu' : 'wall';
  const verdicts = timed.map((one) => ({
    name: cellName(one.cell),
    status: judgeInSteps(pairsOf(one, clock)),
  }));
  return { verdicts, clock, pairs: timed.map((one) => pairsOf(one, clock)) } as const;
}

function judgeInSteps(pairs: readonly Pair[]): Gate['status'] {
  const judge = (count: number) => gateOf([{ name: 'time', role: 'primary', pairs: pairs.slice(0, count) }]);
  const first = judge(steps[0].pairs);
  return nextStep(first, steps[0].pairs) === null ? first.status : judge(steps[1].pairs).status;
}

function tally(verdicts: readonly { readonly status: string }[]): string {
  const counts = new Map<string, number>();
  for (const { status } of verdicts) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}
