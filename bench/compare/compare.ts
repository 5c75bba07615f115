import { isDeepStrictEqual } from 'node:util';
import { judgeWork } from '../../analysis/gate/work.ts';
import { connect } from '../../infra/topology/session.ts';
import type { ComparisonResult, Result, Warning } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import type { Side } from '../variant/parse.ts';
import { type Cell, cellName, drawCells } from './cells.ts';
import { clockOf, type Gating } from './clock.ts';
import type { FalseAlarmRecord } from './false-alarm-record.ts';
import { countPages } from './pages.ts';
import { controlCell, type Timing, timeCells } from './rounds.ts';
import { dataDiffer, differingTables } from './same-data.ts';
import { serversDiffer } from './servers-differ.ts';
import { openSides, type ReadySide, readable } from './side.ts';
import { alarmsOf, noiseOf, rawOf, timeRows } from './time-rows.ts';

export interface Comparing {
  readonly a: Side;
  readonly b: Side;
  /** Equal sides are counted there, and the rate of this machine is read from it. */
  readonly record: FalseAlarmRecord;
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
  { a, b, record }: Comparing,
): Promise<Pick<Result, 'comparison' | 'falseAlarms' | 'warnings'>> {
  readable(
    [a, b],
    setting.catalogue.map(({ kind }) => kind),
  );
  await using made = new AsyncDisposableStack();
  const sides = await openSides(made, setting, [a, b]);
  const [adminA, adminB] = [
    made.use(await connect(sides[0].home.url('admin', sides[0].database), 'olympus-compare')),
    made.use(await connect(sides[1].home.url('admin', sides[1].database), 'olympus-compare')),
  ];
  const { cells, warnings } = await drawCells(adminA, setting, drawsPerCell);
  const possible = [a, b].some(({ via }) => via.startsWith('replica'))
    ? cells.filter(({ statement }) => statement.kind === 'read')
    : cells;
  const work = await compareWork(setting, sides, possible);
  const control = controlOf(possible, a, b);
  const wanted = clockOf(a, b);
  const timing = await timeCells(setting, sides, [...control, ...work.equal], wanted.clock);
  await setting.keep('comparison/slots.json', JSON.stringify(timing.timed.map(rawOf)));
  const judge = { server: sides[0].home.version, clock: timing.clock };
  if (isDeepStrictEqual(a, b))
    await record.add(judge, { ...alarmsOf(timing), at: new Date().toISOString(), by: 'ab --aa' });
  return {
    comparison: [...timeRows(timing), ...work.rows],
    falseAlarms: await record.rate(judge),
    warnings: [
      ...warnings,
      ...work.warnings,
      ...timing.failed.map(({ cell, why }) => failed(cell, 'one side, when it is timed', why)),
      ...(await serversDiffer(sides)),
      ...dataDiffer(await differingTables(adminA, adminB)),
      ...(control.length === 0 ? [noControl] : []),
      ...clockTold(wanted, timing),
      noiseOf(timing),
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

/** By what was judged, where it is not the CPU time that one would expect. */
function clockTold({ clock: wanted, why }: Gating, { clock, oneCore }: Timing): Warning[] {
  const told: Warning[] = [];
  if (clock === 'wall')
    told.push({
      code: 'wall-clock',
      message: `Times are judged by the wall: ${wanted === 'wall' ? why : 'the server does not tell its CPU time (log_statement_stats)'}.`,
      advice: 'Neighbours and stolen time are in it, so small changes stay inconclusive.',
    });
  if (!oneCore)
    told.push({
      code: 'own-cores',
      message: 'The server processes of both sides could not be put on one core.',
      advice:
        'What shares a core with one of them looks like a difference: a local topology on Linux has less noise.',
    });
  return told;
}
