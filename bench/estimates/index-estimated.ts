import { estimatedAnswer } from '../../analysis/gate/estimated-answer.ts';
import { usage } from '../../config/fault.ts';
import type { IndexResult, PlanDiffResult, Warning } from '../../result/result.ts';
import { dropOf, type IndexDdl, readDdl } from '../index/ddl.ts';
import type { IndexChange } from '../index/index-change.ts';
import { readIndexes } from '../index/indexes.ts';
import type { Measure, Setting } from '../measure.ts';
import { readLineage } from '../postgres/lineage.ts';
import { movedPlan } from '../postgres/moved-plan.ts';
import {
  drawOnSource,
  type Estimate,
  estimateCells,
  indexesIn,
  lackingWarnings,
  noEstimate,
} from './estimate-cells.ts';
import { type EstimatesCopy, makeEstimatesCopy } from './estimates-copy.ts';
import { tryIndexes } from './try-indexes.ts';

/** Whose plans and costs a change of an index would change, by the planner's estimates on a copy of what it knows. */
export function estimatedIndexMeasure(change: IndexChange): Measure {
  return {
    part: 'index',
    needs: ['primary'],
    userInput: true,
    async run(setting) {
      const { cells, warnings } = await drawOnSource(setting);
      await using copy = await makeEstimatesCopy(setting);
      const ddl = [...change.ddl.map(readDdl), ...(await dropsOf(copy, change.drop))];
      const before = await estimatesBefore(copy, cells, setting.signal);
      const { result, planDiffs, failed } = await estimateChange(setting, copy, before, ddl, change.listed);
      return {
        index: [result],
        planDiffs,
        warnings: [...lackingWarnings(copy), ...warnings, ...before.failed.map(noEstimate), ...failed],
      };
    },
  };
}

export type Before = Awaited<ReturnType<typeof estimatesBefore>>;

export async function estimatesBefore(
  copy: EstimatesCopy,
  cells: Parameters<typeof estimateCells>[1],
  signal: AbortSignal,
) {
  await using estimating = await copy.begin();
  const lineage = await readLineage(estimating.session);
  return { ...(await estimateCells(estimating, cells, signal)), lineage };
}

async function dropsOf(copy: EstimatesCopy, names: readonly string[]): Promise<IndexDdl[]> {
  if (names.length === 0) return [];
  await using estimating = await copy.begin();
  const indexes = await readIndexes(estimating.session);
  return names.map((name) => dropOf(name, indexes));
}

/** @throws Fault (usage) for a change that the server refuses, that changes nothing, or whose size cannot be estimated */
export async function estimateChange(
  { signal }: Pick<Setting, 'signal'>,
  copy: EstimatesCopy,
  before: Before,
  ddl: readonly IndexDdl[],
  listed?: ReadonlySet<string>,
): Promise<{ result: IndexResult; planDiffs: PlanDiffResult[]; failed: Warning[] }> {
  if (ddl.some(({ kind }) => kind === 'alter'))
    throw usage(
      'What ALTER INDEX changes shows in pages and not in estimates.',
      'Try it on a copy with rows: leave --estimates out, with --allow-writes.',
    );
  await using tried = await tryIndexes(copy, ddl);
  const after = await estimateCells(
    tried,
    before.estimates.map(({ cell }) => cell),
    signal,
  );
  const lineage = await readLineage(tried.session);
  const pairs = before.estimates.flatMap((old) => {
    const now = after.estimates.find(({ cell }) => cell === old.cell);
    return now ? [{ old, now }] : [];
  });
  const moved = pairs.filter(({ old, now }) => now.cost !== old.cost);
  const rows = moved.map(({ old, now }) => ({
    ...{ statement: old.cell.statement.name, tenantClass: old.cell.tenant.class },
    ...{ before: old.cost, after: now.cost, indexes: indexesIn(now.plan, lineage.indexes) },
  }));
  const names = [...new Set(pairs.map(({ old }) => old.cell.statement.name))];
  const answer = estimatedAnswer({ rows, names, addedBytes: tried.addedBytes, unread: before.failed.length });
  const sideOf = (side: string, { plan }: Estimate, of: typeof lineage) => ({ side, plan, lineage: of });
  return {
    result: {
      change: ddl.map(({ sql }) => sql).join('; '),
      ...{ helped: answer.cheaper, regressed: answer.dearer, unchanged: answer.unchanged },
      writePrice: { walBytesPerInsert: null, walBytesPerUpdate: null, hotPct: null },
      ...{ sizeBytes: null, buildMs: null, verdict: 'cannot-say', answer: answer.sentence, estimated: true },
      estimates: rows.filter(({ statement }) => !listed || listed.has(statement)),
      notes: answer.notes,
    },
    planDiffs: moved.map(({ old, now }) =>
      movedPlan(
        old.cell.statement.name,
        old.cell.tenant.class,
        sideOf('without the change, estimated', old, before.lineage),
        sideOf('with the change, estimated', now, lineage),
      ),
    ),
    failed: after.failed.map(noEstimate),
  };
}
