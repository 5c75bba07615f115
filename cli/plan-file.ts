import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fingerprints } from '../analysis/explain/fingerprint.ts';
import { type Blocks, nodesOf, type Plan } from '../analysis/explain/plan.ts';
import { planLines } from '../analysis/explain/plan-lines.ts';
import { worstEstimate } from '../analysis/explain/q-error.ts';
import { type Reading, readPlans, severalText } from '../analysis/explain/read.ts';
import { renderPlan } from '../analysis/explain/render.ts';
import { diffPlans, renderDiff } from '../analysis/gate/plan-diff.ts';
import { decodeText } from '../analysis/text/decode-text.ts';
import { usage } from '../config/fault.ts';
import type { ReadPlan } from '../reports/html/plan-page.ts';
import type { PlanDiffResult } from '../result/result.ts';

export interface PlanFile {
  readonly name: string;
  readonly plan: Plan;
  readonly warnings: readonly string[];
  /** The text of the whole file. */
  readonly source: string;
}

/**
 * The plan that was asked for: the first of the file that can be read, or with "FILE#2" its second.
 * @throws Fault (usage) when the file cannot be read, or holds no such plan, with the place and the reason.
 */
export async function readPlanFile(asked: string): Promise<PlanFile> {
  const { file, number, readings, source } = await readingsOf(asked);
  const at = number === null ? readings.findIndex(({ kind }) => kind === 'plan') : number - 1;
  const reading = readings[Math.max(0, at)];
  if (reading === undefined)
    throw usage(
      `${file} has no plan ${number}: ${readings.length === 1 ? 'there is one' : `there are ${readings.length}`}.`,
      `Name one that is there: --plan '${file}#${readings.length}', or all of them: --plan ${file} --all`,
    );
  if (reading.kind !== 'plan') throw refusal(file, reading.why);
  const several = readings.length > 1 ? [severalText(readings, at)] : [];
  return { name: asked, plan: reading.plan, warnings: [...several, ...reading.warnings], source };
}

/** Every plan of a file; null with a reason is one that cannot be read. */
export async function readAllPlans(asked: string): Promise<(PlanFile | { name: string; why: string })[]> {
  const { file, readings, source } = await readingsOf(asked);
  const [first] = readings;
  if (readings.length === 1 && first!.kind !== 'plan') throw refusal(file, first!.why);
  return readings.map((reading, i) => {
    const name = `${file}#${i + 1}`;
    return reading.kind === 'plan'
      ? { name, plan: reading.plan, warnings: reading.warnings, source }
      : { name, why: reading.why };
  });
}

const refusal = (file: string, why: string) =>
  usage(
    `${file} holds no plan that can be read. ${why}`,
    'Any EXPLAIN of PostgreSQL will do, as text, JSON, YAML or XML, from psql, a driver, a grid, a mail or the log of auto_explain; most is read from: psql -XqAt -c "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT ..." > plan.json',
  );

/** "plans.log#2" is the second plan of plans.log, unless a file has that name. */
async function readingsOf(
  asked: string,
): Promise<{ file: string; number: number | null; readings: Reading[]; source: string }> {
  const [, before, number] = /^(.+)#([1-9]\d*)$/s.exec(asked) ?? [];
  if (before === undefined || existsSync(asked))
    return { file: asked, number: null, ...(await readingsIn(asked)) };
  return { file: before, number: Number(number), ...(await readingsIn(before)) };
}

async function readingsIn(file: string): Promise<{ readings: Reading[]; source: string }> {
  const content = await contentOf(file);
  return { readings: readPlans(content), source: decodeText(content) };
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
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

/** A page that repeats more text than this is slow to open. */
const maxSource = 500_000;

/** A plan file as the page shows it. */
export function readPlanOf({ name, plan, warnings, source }: PlanFile): ReadPlan {
  return {
    ...{ name, sql: plan.query, lines: planLines(plan), warnings },
    ...{ executionMs: plan.executionMs, planningMs: plan.planningMs },
    buffers: plan.blocks && plan.blocks.hit + plan.blocks.read,
    maxQError: worstEstimate(plan.root)?.qError ?? null,
    source: source.length > maxSource ? null : source,
  };
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
      buffers: buffersOf(plan.blocks),
      serialization: plan.serialization,
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
        selfLocal: node.selfLocal,
        selfTemporary: node.selfTemporary,
        qError: node.qError,
        stoppedEarly: node.stoppedEarly,
        spills: node.spills,
        workers: node.workers,
      })),
    },
    warnings,
  };
  return { document, text: [renderPlan(plan), ...warnings.map((warning) => `note: ${warning}`)].join('\n') };
}

/** Shared pages of the whole plan, those of writing CTEs that nobody read included; other kinds beside them. */
const buffersOf = (blocks: Blocks | null) =>
  blocks === null
    ? { hit: null, read: null }
    : {
        hit: blocks.hit,
        read: blocks.read,
        local: { hit: blocks.localHit, read: blocks.localRead },
        temporary: { read: blocks.temporaryRead, written: blocks.temporaryWritten },
      };
