import type { Lineage } from '../../analysis/explain/lineage.ts';
import type { Plan } from '../../analysis/explain/plan.ts';
import { judgeResampled } from '../../analysis/gate/judge-resampled.ts';
import { judgeWork } from '../../analysis/statistics/judge-work.ts';
import { connect } from '../../infra/topology/session.ts';
import type { ComparisonResult, PlanDiffResult, Warning } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { readLineage } from '../postgres/lineage.ts';
import { movedPlan } from '../postgres/moved-plan.ts';
import { type Cell, cellName } from './cells.ts';
import { countPages } from './pages.ts';
import { pagesResampled, resamplings } from './resample.ts';
import type { ReadySide } from './side.ts';

/** Of the draws, those whose pages are counted. */
const countedDraws = 2;

export interface WorkComparison {
  readonly rows: ComparisonResult[];
  readonly warnings: Warning[];
  /** Plans of the statements that read more or fewer pages on B, whatever the sample of the statistics. */
  readonly planDiffs: PlanDiffResult[];
  /** Cells whose results are the same: those whose time can be compared. */
  readonly equal: { readonly cell: Cell; readonly role: 'measured' }[];
}

/** Results and pages of every statement: what has no noise. */
export async function compareWork(
  setting: Setting,
  [a, b]: readonly [ReadySide, ReadySide],
  cells: readonly Cell[],
): Promise<WorkComparison> {
  const rows: ComparisonResult[] = [];
  const warnings: Warning[] = [];
  const equal: WorkComparison['equal'] = [];
  const counted: (readonly [string, number, number])[] = [];
  const other: Other[] = [];
  for (const [i, cell] of cells.entries()) {
    setting.signal.throwIfAborted();
    const few = { ...cell, draws: cell.draws.slice(0, countedDraws) };
    const count = ({ sessions }: ReadySide) =>
      countPages(sessions.of(cell.statement), few, setting.budget.planRepeats, 'whole');
    const [x, y] = [await count(a), await count(b)];
    setting.progress.count(i + 1, cells.length, 'statements');
    const metric = `${cellName(cell)}, pages`;
    if (x.kind === 'failed' || y.kind === 'failed') {
      if (x.kind === 'failed' && y.kind === 'failed') warnings.push(failed(cell, 'both sides', x.why));
      else
        rows.push(
          oneSided(
            metric,
            x.kind === 'failed' ? 'A' : 'B',
            x.kind === 'failed' ? x.why : (y as { why: string }).why,
          ),
        );
      continue;
    }
    counted.push([cell.tenant.class, x.pages, y.pages]);
    if (x.result !== y.result) rows.push({ ...pageRow(metric, x.pages, y.pages), ...resultsDiffer });
    else if (judgeWork(x.pages, y.pages) === 'same') equal.push({ cell, role: 'measured' });
    else other.push({ cell, few, pages: [x.pages, y.pages], plans: [x.plan, y.plan] });
  }
  const resampled = await judgeOther(setting, [a, b], other);
  const planDiffs: PlanDiffResult[] = [];
  const [lineageA, lineageB] = [await lineageOf(a), await lineageOf(b)];
  for (const [i, { cell, row }] of resampled.entries()) {
    rows.push(row);
    if (row.verdict === 'unstable') continue;
    equal.push({ cell, role: 'measured' });
    const [planA, planB] = other[i]!.plans;
    planDiffs.push(
      movedPlan(
        cell.statement.name,
        cell.tenant.class,
        { side: 'A', plan: planA, lineage: lineageA },
        { side: 'B', plan: planB, lineage: lineageB },
      ),
    );
  }
  return { rows: [...workloads(counted), ...rows], warnings, planDiffs, equal };
}

async function lineageOf({ home, database }: ReadySide): Promise<Lineage> {
  await using admin = await connect(home.url('admin', database), 'olympus-compare');
  return await readLineage(admin);
}

/** A cell whose sides read different numbers of pages. */
interface Other {
  readonly cell: Cell;
  /** With the draws that are counted only. */
  readonly few: Cell;
  readonly pages: readonly [a: number, b: number];
  readonly plans: readonly [a: Plan, b: Plan];
}

/** Whether the difference is there whatever the sample of the statistics was. */
async function judgeOther(
  setting: Setting,
  [a, b]: readonly [ReadySide, ReadySide],
  other: readonly Other[],
): Promise<{ cell: Cell; row: ComparisonResult }[]> {
  if (other.length === 0) return [];
  setting.progress.note(`Drawing the statistics anew ${resamplings} times for ${other.length} that differ.`);
  const cells = other.map(({ few }) => few);
  const [drawnA, drawnB] = [
    await pagesResampled(setting, a, cells, resamplings),
    await pagesResampled(setting, b, cells, resamplings),
  ];
  return other.map(({ cell, pages: [x, y] }, i) => {
    const more = (drawn: readonly (readonly (number | null)[])[]) =>
      drawn.flatMap((sample) => sample[i] ?? []);
    const row = pageRow(`${cellName(cell)}, pages`, x, y);
    const stable = judgeResampled([x, ...more(drawnA)], [y, ...more(drawnB)]) !== 'unstable';
    return { cell, row: stable ? row : { ...row, ...unstable } };
  });
}

const unstable = {
  verdict: 'unstable',
  why: `A re-ANALYZE alone turns its plan (${resamplings} were tried on each side, and taken back), so neither pages nor time are compared.`,
} as const;

const resultsDiffer = {
  verdict: 'results differ',
  why: 'A and B return other rows for the same parameters, so their time is not compared. Where an ORDER BY leaves ties at a LIMIT, the statement itself is ambiguous.',
} as const;

function pageRow(metric: string, a: number, b: number): ComparisonResult {
  const verdict = { more: 'regression', less: 'improvement', same: 'pass' }[judgeWork(a, b)];
  const ratio = a > 0 ? b / a : null;
  const why = 'Pages have no noise: a tenth and three pages more are a regression.';
  return {
    metric,
    a,
    b,
    ratio,
    low: ratio,
    high: ratio,
    verdict,
    pairs: 1,
    unit: 'pages',
    role: 'exact',
    why,
  };
}

/** All pages of a tenant class together: told, but it is the statements that decide. */
const workloads = (counted: readonly (readonly [string, number, number])[]): ComparisonResult[] =>
  [...new Set(counted.map(([of]) => of))].map((of) => {
    const own = counted.filter(([one]) => one === of);
    const sum = (side: 1 | 2) => own.reduce((total, row) => total + row[side], 0);
    return { ...pageRow(`all statements ${of}, pages`, sum(1), sum(2)), role: 'advisory' };
  });

const oneSided = (metric: string, side: 'A' | 'B', why: string): ComparisonResult => ({
  ...{ metric, a: null, b: null, ratio: null, low: null, high: null, pairs: 0, unit: 'pages', role: 'exact' },
  verdict: side === 'B' ? 'regression' : 'not measured',
  why: `It fails on ${side}: ${why}`,
});

export const failed = (cell: Cell, where: string, why: string): Warning => ({
  code: 'statement-failed',
  message: `${cellName(cell)} fails on ${where}: ${why}`,
  advice: `Run it by hand; it is in ${cell.statement.file}.`,
});
