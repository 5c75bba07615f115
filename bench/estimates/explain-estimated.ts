import { fingerprints } from '../../analysis/explain/fingerprint.ts';
import { renderPlan } from '../../analysis/explain/render.ts';
import { planWithoutValues } from '../../analysis/explain/without-values.ts';
import type { PlanResult, Warning } from '../../result/result.ts';
import type { Cell } from '../compare/cells.ts';
import type { Measure } from '../measure.ts';
import { isBarred } from '../postgres/barred.ts';
import { readLineage } from '../postgres/lineage.ts';
import { drawOnSource, estimateCells, indexesIn, lackingWarnings, noEstimate } from './estimate-cells.ts';
import { type EstimatesCopy, makeEstimatesCopy } from './estimates-copy.ts';

const nothingExecuted = 'Estimated: the planner was asked and nothing was executed.';

/** The plans of the catalogue as the planner of the source would make them, asked on a copy of what it knows. */
export const estimatedPlans: Measure = {
  part: 'plans',
  needs: ['primary'],
  userInput: true,
  async run(setting) {
    const { cells, warnings } = await drawOnSource(setting);
    await using copy = await makeEstimatesCopy(setting);
    const { plans, failed } = await plansBy(copy, cells, setting.signal, setting.masked);
    return { plans, warnings: [...lackingWarnings(copy), ...warnings, ...failed] };
  },
};

/** Of every cell, as its owner and as the application. */
export async function plansBy(
  copy: EstimatesCopy,
  cells: readonly Cell[],
  signal: AbortSignal,
  masked = false,
): Promise<{ plans: PlanResult[]; failed: Warning[] }> {
  await using estimating = await copy.begin();
  const lineage = await readLineage(estimating.session);
  const plans: PlanResult[] = [];
  const failed: Warning[] = [];
  for (const variant of ['owner', 'app'] as const) {
    const found = await estimateCells(estimating, cells, signal, () => variant);
    const own = found.failed.filter(({ cell, error }) => !isBarred(cell.statement, variant, error));
    failed.push(...own.map(noEstimate));
    for (const { cell, plan, cost } of found.estimates)
      plans.push({
        ...{ statement: cell.statement.name, variant, tenantClass: cell.tenant.class },
        ...fingerprints(plan.root, lineage),
        ...{ buffers: { hit: null, read: null }, executionMs: null, planningMs: null, rows: null },
        ...{ maxQError: null, maxQErrorNode: null },
        indexes: indexesIn(plan, lineage.indexes).sort(),
        tree: renderPlan(masked ? planWithoutValues(plan) : plan),
        expectation: { ok: null, why: nothingExecuted },
        ...{ estimated: true, estimatedCost: cost },
        ...(plan.root.estimatedRows !== null && { estimatedRows: plan.root.estimatedRows }),
      });
  }
  return { plans, failed };
}
