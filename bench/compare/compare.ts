import type { Judged } from '../../analysis/gate/gate.ts';
import { falseAlarms } from '../../analysis/gate/same-side.ts';
import { judgeWork } from '../../analysis/gate/work.ts';
import { median } from '../../analysis/statistics/quantile.ts';
import { connect } from '../../infra/topology/session.ts';
import type { ComparisonResult, Result, Warning } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import type { Side } from '../variant/parse.ts';
import { type Cell, cellName, drawCells } from './cells.ts';
import { countPages } from './pages.ts';
import { controlCell, metricsOf, type TimedCell, timeCells } from './rounds.ts';
import { dataDiffer, differingTables } from './same-data.ts';
import { openSides, type ReadySide, readable } from './side.ts';

export interface Comparing {
  readonly a: Side;
  readonly b: Side;
}

const drawsPerCell = 4;
/** Of the draws, those whose pages are counted. */
const countedDraws = 2;

/**
 * Two variants on identical data. First what has no noise: results and pages of every statement. Then time, by the
 * release gate. What it decides from is kept in raw/comparison.
 */
export function comparisonMeasure(comparing: Comparing): Measure {
  return {
    part: 'comparison',
    what: 'two variants on identical data: results, pages, and time by the release gate',
    needs: ['primary'],
    typed: true,
    run: (setting) => compare(setting, comparing),
  };
}

export async function compare(
  setting: Setting,
  { a, b }: Comparing,
): Promise<Pick<Result, 'comparison' | 'warnings'>> {
  readable(
    [a, b],
    setting.catalogue.map(({ kind }) => kind),
  );
  await using made = new AsyncDisposableStack();
  const primary = setting.topology.get('primary');
  const sides = await openSides(made, setting, [a, b]);
  const [adminA, adminB] = [
    made.use(await connect(primary.url('admin', sides[0].database), 'olympus-compare')),
    made.use(await connect(primary.url('admin', sides[1].database), 'olympus-compare')),
  ];
  const { cells, warnings } = await drawCells(adminA, setting, drawsPerCell);
  const possible = [a, b].some(({ via }) => via.startsWith('replica'))
    ? cells.filter(({ statement }) => statement.kind === 'read')
    : cells;
  const work = await compareWork(setting, sides, possible);
  const control = controlOf(possible, a, b);
  const { timed, gate, failed: untimed } = await timeCells(setting, sides, [...control, ...work.equal]);
  await setting.keep('comparison/slots.json', JSON.stringify(timed.map(rawOf)));
  return {
    comparison: [...gate.metrics.map((one) => timeRow(one, timed)), ...work.rows],
    warnings: [
      ...warnings,
      ...work.warnings,
      ...untimed.map(({ cell, why }) => failed(cell, 'one side, when it is timed', why)),
      ...dataDiffer(await differingTables(adminA, adminB)),
      ...(control.length === 0 ? [noControl] : []),
      noise(timed),
    ],
  };
}

/** The round trip is part of what a route changes, so then nothing is left that cannot be affected. */
const controlOf = (cells: readonly Cell[], a: Side, b: Side) =>
  a.via === b.via && cells[0] ? [{ cell: controlCell(cells[0]), role: 'control' as const }] : [];

const noControl: Warning = {
  code: 'no-control',
  message: 'The sides take different routes: there is no statement that the change cannot affect.',
  advice: 'Read the A/A noise instead.',
};

interface WorkComparison {
  readonly rows: ComparisonResult[];
  readonly warnings: Warning[];
  /** Cells whose results are the same: those whose time can be compared. */
  readonly equal: { readonly cell: Cell; readonly role: 'measured' }[];
}

async function compareWork(
  setting: Setting,
  [a, b]: readonly [ReadySide, ReadySide],
  cells: readonly Cell[],
): Promise<WorkComparison> {
  const rows: ComparisonResult[] = [];
  const warnings: Warning[] = [];
  const equal: WorkComparison['equal'] = [];
  const counted: (readonly [string, number, number])[] = [];
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
    else {
      equal.push({ cell, role: 'measured' });
      if (judgeWork(x.pages, y.pages) !== 'same') rows.push(pageRow(metric, x.pages, y.pages));
    }
  }
  return { rows: [...workloads(counted), ...rows], warnings, equal };
}

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

const failed = (cell: Cell, where: string, why: string): Warning => ({
  code: 'statement-failed',
  message: `${cellName(cell)} fails on ${where}: ${why}`,
  advice: `Run it by hand; it is in ${cell.statement.file}.`,
});

function timeRow(judged: Judged, timed: readonly TimedCell[]): ComparisonResult {
  const { name, role, estimate, low, high, level, verdict, pairs, adjusted, p, why } = judged;
  const slots = metricsOf(timed).find((metric) => metric.name === name)!.pairs;
  return {
    metric: role === 'control' ? 'control (the change cannot affect it), ms' : `${name}, ms`,
    a: median(slots.map(([a]) => a)),
    b: median(slots.map(([, b]) => b)),
    ...{ ratio: estimate, low, high, level, verdict, pairs: pairs ?? 0, unit: 'ms', role, why },
    p: adjusted ?? p,
  };
}

/** The gate's own rule on pairs of one side: whatever it calls there is a false alarm of this machine, now. */
function noise(timed: readonly TimedCell[]): Warning {
  const { alarms, of } = falseAlarms(metricsOf(timed).map(({ pairs }) => pairs));
  return {
    code: 'aa-noise',
    message: `A/A on this machine during this run: ${alarms} of ${of} metrics would be called changed between slots of one and the same side.`,
    advice:
      alarms > of / 50
        ? 'More than 2 %: quieten the machine, or trust the pages rather than the times.'
        : 'At most 2 % are to be expected.',
  };
}

const rawOf = ({ cell, role, plan, pairs }: TimedCell) => ({
  statement: cell.statement.name,
  tenantClass: cell.tenant.class,
  role,
  ...plan,
  pairsMs: pairs,
});
