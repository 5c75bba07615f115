import { asEstimated, type TableSize } from '../../analysis/gate/estimated-reading.ts';
import { indexCandidates } from '../../analysis/gate/index-candidates.ts';
import type { SeenPlan } from '../../analysis/gate/index-search.ts';
import type { Knowledge } from '../../infra/knowledge/knowledge.ts';
import type { IndexResult, PlanDiffResult, Warning } from '../../result/result.ts';
import { settingsCall } from '../../scenarios/identity.ts';
import { type AdviceBounds, nameOf } from '../index/advise.ts';
import { dropOf, readDdl } from '../index/ddl.ts';
import { dutiesOf, readColumns, readForeignKeys, readIndexes } from '../index/indexes.ts';
import { indexesWithin, readNarrowIndexes } from '../index/indexes-within.ts';
import type { Measure } from '../measure.ts';
import { estimate } from '../postgres/explain.ts';
import { drawOnSource, lackingWarnings, noEstimate } from './estimate-cells.ts';
import { type EstimatesCopy, makeEstimatesCopy } from './estimates-copy.ts';
import { type Before, estimateChange, estimatesBefore } from './index-estimated.ts';

/** Index changes that the planner's own estimates suggest, each tried on the copy: what is worth being measured. */
export function estimatedAdviceMeasure({ budget, candidates: most, only }: AdviceBounds): Measure {
  return {
    part: 'index',
    needs: ['primary'],
    userInput: true,
    async run(setting) {
      const end = performance.now() + budget;
      const { cells, warnings } = await drawOnSource(setting);
      await using copy = await makeEstimatesCopy(setting);
      const before = await estimatesBefore(copy, cells, setting.signal);
      const found = await candidatesOf(copy, before, only);
      const index: IndexResult[] = [];
      const planDiffs: PlanDiffResult[] = [];
      for (const candidate of found.slice(0, most)) {
        if (performance.now() > end) break;
        setting.progress.note(`Estimating ${nameOf(candidate)}: ${candidate.why}.`);
        const ddl = [
          ...candidate.ddl.map(readDdl),
          ...candidate.drop.map((name) => dropOf(name, found.indexes)),
        ];
        const tried = await estimateChange(setting, copy, before, ddl);
        const { kind, why } = candidate;
        index.push({ ...tried.result, candidate: { kind, why: `by estimate ${why}` } });
        planDiffs.push(...tried.planDiffs);
        warnings.push(...tried.failed);
      }
      const rank = ({ helped, regressed }: IndexResult) =>
        regressed.length > 0 ? 2 : helped.length > 0 ? 0 : 1;
      return {
        index: index.toSorted((x, y) => rank(x) - rank(y)),
        planDiffs,
        warnings: [
          ...lackingWarnings(copy),
          ...warnings,
          ...before.failed.map(noEstimate),
          ...left(found.slice(index.length).map(nameOf), found.length),
        ],
      };
    },
  };
}

/** Of the plans that are looked at; a drop is not looked for by the plans of some statements alone. */
async function candidatesOf(copy: EstimatesCopy, before: Before, only: ReadonlySet<string> | undefined) {
  await using estimating = await copy.begin();
  const { session } = estimating;
  const tables = sizesOf(copy.knowledge);
  const narrow = await readNarrowIndexes(session);
  const plans: SeenPlan[] = [];
  for (const { cell } of before.estimates) {
    const { statement, tenant, draws } = cell;
    if (only && !only.has(statement.name)) continue;
    await session.query('SAVEPOINT looked');
    await estimating.act(statement.role);
    const call = settingsCall(tenant);
    if (call) await session.query(call.text, call.values);
    const couldUse = await indexesWithin(session, statement.sql, draws[0]!, narrow);
    const { plan } = await estimate(session, statement.sql, draws[0]!, 'columns');
    await session.query('ROLLBACK TO SAVEPOINT looked');
    const root = asEstimated(plan.root, tables);
    plans.push({ statement: statement.name, weight: statement.weight, root, couldUse });
  }
  const [indexes, keys] = [await readIndexes(session), await readForeignKeys(session)];
  const byName = new Map(indexes.map((index) => [index.short, index]));
  const found = indexCandidates(plans, indexes, await readColumns(session), before.lineage, ({ short }) => {
    const index = byName.get(short)!;
    return (
      dutiesOf(
        [index],
        indexes.filter((one) => one !== index),
        keys,
      ).length > 0
    );
  });
  const touched = new Set(
    plans.flatMap(({ root }) => relationsIn(root)).map((name) => before.lineage.tables.get(name) ?? name),
  );
  const wanted = found.filter(
    ({ kind, table }) => (kind === 'missing' || !only) && touched.has(table.slice(table.indexOf('.') + 1)),
  );
  return Object.assign(wanted, { indexes });
}

const relationsIn = (node: SeenPlan['root']): string[] => [
  ...(node.relation === null ? [] : [node.relation]),
  ...node.children.flatMap(relationsIn),
];

const sizesOf = ({ relations }: Knowledge): ReadonlyMap<string, TableSize> =>
  new Map(
    relations
      .filter(({ kind, rows }) => kind !== 'i' && rows >= 0)
      .map(({ name, rows, pages }) => [name, { rows, pages }]),
  );

function left(names: readonly string[], all: number): Warning[] {
  if (all === 0)
    return [
      {
        code: 'no-candidates',
        message: 'The estimated plans suggest no change of an index: nothing missing, unused or redundant.',
        advice: 'What was measured may: ./olympus index advise without --estimates.',
      },
    ];
  if (names.length === 0) return [];
  return [
    {
      code: 'candidates-left',
      message: `${names.length} of ${all} candidates were not estimated, so they are not proposed: ${names.slice(0, 10).join('; ')}${names.length > 10 ? '; ...' : ''}.`,
      advice:
        'Raise --budget or --candidates, or ask for one by itself: ./olympus index "CREATE INDEX ..." --estimates',
    },
  ];
}
