import { readFile } from 'node:fs/promises';
import { diffPlans, renderDiff } from '../analysis/explain/diff.ts';
import { fingerprints } from '../analysis/explain/fingerprint.ts';
import { nodesOf, type Plan } from '../analysis/explain/plan.ts';
import { worstEstimate } from '../analysis/explain/q-error.ts';
import { readPlan } from '../analysis/explain/read.ts';
import { renderPlan } from '../analysis/explain/render.ts';
import { usage } from '../config/fault.ts';
import type { PlanDiffResult } from '../result/result.ts';

export interface PlanFile {
  readonly name: string;
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/** @throws Fault (usage) when the file cannot be read, or holds no plan, with the reason. */
export async function readPlanFile(name: string): Promise<PlanFile> {
  const reading = readPlan(await contentOf(name));
  if (reading.kind === 'plan') return { name, plan: reading.plan, warnings: reading.warnings };
  throw usage(
    `${name} holds no plan. ${reading.why}`,
    'Any EXPLAIN will do, as text or FORMAT JSON, from psql, a driver or the log of auto_explain; most is told by: psql -XqAt -c "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT ..." > plan.json',
  );
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(
      `Cannot read ${file}: ${(error as Error).message}`,
      'Name a file with the output of EXPLAIN.',
      error,
    );
  }
}

/** What changed from one file's plan to another's, for every form of the answer. */
export function differenceOf(before: PlanFile, after: PlanFile): { diff: PlanDiffResult; text: string } {
  const found = diffPlans(before.plan, after.plan);
  const rows = found.rows.map((row) => ({ ...row, words: [...row.words] }));
  const diff = {
    ...{
      statement: after.plan.query ?? after.name,
      tenantClass: null,
      before: before.name,
      after: after.name,
    },
    ...{ verdict: found.verdict, summary: found.summary, rows },
  };
  const notes = [before, after].flatMap(({ name, warnings }) =>
    warnings.map((why) => `note: ${name}: ${why}`),
  );
  return { diff, text: [renderDiff(found), ...notes].join('\n') };
}

/** The reading of a plan file as a document (`explain --plan --json`) and as text. */
export function readingOf({ plan, warnings }: PlanFile): {
  document: { plan: object; warnings: readonly string[] };
  text: string;
} {
  const nodes = nodesOf(plan.root);
  const indexes = [...new Set(nodes.flatMap(({ index }) => index ?? []))];
  const document = {
    plan: {
      shape: fingerprints(plan.root).shape,
      buffers: plan.root.buffers ?? { hit: null, read: null },
      planningBuffers: plan.planningBuffers,
      planningMs: plan.planningMs,
      executionMs: plan.executionMs,
      maxQError: worstEstimate(plan.root)?.qError ?? null,
      indexes,
      nodes: nodes.map((node) => ({
        type: node.type,
        relation: node.relation,
        alias: node.alias,
        index: node.index,
        estimatedRows: node.estimatedRows,
        actualRows: node.actualRows,
        loops: node.loops,
        selfMs: node.selfMs,
        selfBuffers: node.selfBuffers,
        qError: node.qError,
        spills: node.spills,
        workers: node.workers,
      })),
    },
    warnings,
  };
  return { document, text: [renderPlan(plan), ...warnings.map((warning) => `note: ${warning}`)].join('\n') };
}
