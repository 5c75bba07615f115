import { fingerprints } from '../analysis/explain/fingerprint.ts';
import { nodesOf } from '../analysis/explain/plan.ts';
import { worstEstimate } from '../analysis/explain/q-error.ts';
import { readPlan } from '../analysis/explain/read.ts';
import { renderPlan } from '../analysis/explain/render.ts';
import { usage } from '../config/fault.ts';

/**
 * The reading of a plan file as the contract's document (cli.md, `explain --plan`) and as text.
 * @throws Fault (usage) when the file holds no plan, with the reason.
 */
export function readingOf(file: string, content: string): { document: object; text: string } {
  const reading = readPlan(content);
  if (reading.kind === 'not-a-plan')
    throw usage(
      `${file} holds no plan. ${reading.why}`,
      'Write one with: psql -XqAt -c "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT ..." > plan.json',
    );
  const { plan, warnings } = reading;
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
