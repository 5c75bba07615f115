import { usage } from '../../config/fault.ts';
import type { ComparisonResult, PlanDiffResult, Warning } from '../../result/result.ts';
import { type Cell, cellName } from '../compare/cells.ts';
import { type IndexDdl, readDdl } from '../index/ddl.ts';
import type { Measure } from '../measure.ts';
import { readLineage } from '../postgres/lineage.ts';
import { movedPlan } from '../postgres/moved-plan.ts';
import type { Side } from '../variant/parse.ts';
import { drawOnSource, type Estimate, estimateCells, lackingWarnings, noEstimate } from './estimate-cells.ts';
import { type EstimatesCopy, makeEstimatesCopy } from './estimates-copy.ts';
import { tryIndexes } from './try-indexes.ts';

/** Two variants by the planner's cost of each statement, on a copy of what the planner of the source knows. */
export function estimatedComparison(a: Side, b: Side): Measure {
  for (const side of [a, b]) changesOf(side); // what cannot be estimated is refused before anything is made
  return {
    part: 'comparison',
    needs: ['primary'],
    userInput: true,
    async run(setting) {
      const { cells, warnings } = await drawOnSource(setting);
      await using copy = await makeEstimatesCopy(setting);
      const { comparison, planDiffs, failed } = await compareBy(copy, [a, b], cells, setting.signal);
      return { comparison, planDiffs, warnings: [...lackingWarnings(copy), ...warnings, ...failed] };
    },
  };
}

/** What costs otherwise on B, by the planner; one row that says so where nothing does. */
export async function compareBy(
  copy: EstimatesCopy,
  [a, b]: readonly [Side, Side],
  cells: readonly Cell[],
  signal: AbortSignal,
): Promise<{ comparison: ComparisonResult[]; planDiffs: PlanDiffResult[]; failed: Warning[] }> {
  const before = await estimateSide(copy, changesOf(a), cells, signal);
  const after = await estimateSide(copy, changesOf(b), cells, signal);
  const rows: ComparisonResult[] = [];
  const planDiffs: PlanDiffResult[] = [];
  for (const old of before.estimates) {
    const now = after.estimates.find(({ cell }) => cell === old.cell);
    if (!now || now.cost === old.cost) continue;
    rows.push(rowOf(old, now));
    const { statement, tenant } = old.cell;
    planDiffs.push(
      movedPlan(
        statement.name,
        tenant.class,
        { side: 'A, estimated', plan: old.plan, lineage: before.lineage },
        { side: 'B, estimated', plan: now.plan, lineage: after.lineage },
      ),
    );
  }
  return {
    comparison: rows.length > 0 ? rows : [nothingMoved(before.estimates.length)],
    planDiffs,
    failed: failures([...before.failed, ...after.failed]),
  };
}

interface Changes {
  readonly ddl: readonly IndexDdl[];
  readonly settings: readonly { readonly name: string; readonly value: string }[];
}

/** @throws Fault (usage) for a change that only rows can show */
function changesOf({ changes, via, rls, postgres, label }: Side): Changes {
  const refused = (what: string) =>
    usage(
      `${label}: ${what} cannot be compared by estimates.`,
      'With --estimates a side takes set: and sql: with one CREATE or DROP INDEX each; leave --estimates out for others.',
    );
  if (via !== 'primary') throw refused('a route');
  if (postgres !== null) throw refused('another PostgreSQL');
  if (rls === 'off') throw refused('row-level security that is off');
  const ddl: IndexDdl[] = [];
  const settings: { name: string; value: string }[] = [];
  for (const change of changes) {
    if (change.kind === 'set') settings.push(change);
    else if (change.kind === 'sql') ddl.push(indexDdl(change.text, refused));
    else throw refused(change.kind === 'file' ? 'a file of SQL' : 'a folder of migrations');
  }
  return { ddl, settings };
}

function indexDdl(text: string, refused: (what: string) => Error): IndexDdl {
  if (!/^\s*(create|drop)\s+(unique\s+)?index\b/i.test(text)) throw refused(`"${text}"`);
  return readDdl(text);
}

async function estimateSide(
  copy: EstimatesCopy,
  { ddl, settings }: Changes,
  cells: readonly Cell[],
  signal: AbortSignal,
) {
  await using tried = await tryIndexes(copy, ddl);
  for (const { name, value } of settings)
    await tried.session.query('SELECT set_config($1, $2, true)', [name, value]).catch((error: Error) => {
      throw usage(`${name}=${value} cannot be set: ${error.message}`, 'Correct its name or its value.');
    });
  const lineage = await readLineage(tried.session);
  return { ...(await estimateCells(tried, cells, signal)), lineage };
}

const estimatedWhy =
  'Estimated: the planner’s cost in its own units, on a copy of its statistics. Nothing was executed, so it decides nothing.';

const rowOf = (old: Estimate, now: Estimate): ComparisonResult => ({
  metric: `${cellName(old.cell)}, estimated cost`,
  ...{ a: old.cost, b: now.cost, ratio: null, low: null, high: null, pairs: 0 },
  ...{ unit: 'cost', role: 'advisory', verdict: 'inconclusive', why: estimatedWhy, estimated: true },
});

const nothingMoved = (estimates: number): ComparisonResult => ({
  metric: `estimated cost of ${estimates} statements and tenants: the same on both sides`,
  ...{ a: null, b: null, ratio: null, low: null, high: null, pairs: 0 },
  ...{ unit: 'cost', role: 'advisory', verdict: 'inconclusive', why: estimatedWhy, estimated: true },
});

function failures(failed: Parameters<typeof noEstimate>[0][]): Warning[] {
  const byMessage = new Map(failed.map(noEstimate).map((warning) => [warning.message, warning]));
  return [...byMessage.values()];
}
