import { isDeepStrictEqual } from 'node:util';
import { connect } from '../../infra/topology/session.ts';
import type { ComparisonResult, Result, Warning } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import type { Side } from '../variant/parse.ts';
import { type Cell, drawCells } from './cells.ts';
import { clockOf, type Gating } from './clock.ts';
import type { FalseAlarmRecord } from './false-alarm-record.ts';
import { controlCell, type Timing, timeCells } from './rounds.ts';
import { dataDiffer, differingTables } from './same-data.ts';
import { serversDiffer } from './servers-differ.ts';
import { openSides, readable } from './side.ts';
import { alarmsOf, noiseOf, noiseRow, rawOf, timeRows } from './time-rows.ts';
import { waitingRow } from './waiting-row.ts';
import { compareWork, failed } from './work-rows.ts';

export interface Comparing {
  readonly a: Side;
  readonly b: Side;
  /** Equal sides are counted there, and the rate of this machine is read from it. */
  readonly record: FalseAlarmRecord;
}

const drawsPerCell = 4;

/**
 * Two variants on identical data. First what has no noise: results and pages of every statement. Then time, by the
 * release gate. What it decides from is kept in raw/comparison.
 */
export function comparisonMeasure(comparing: Comparing): Measure {
  return {
    part: 'comparison',
    needs: ['primary'],
    userInput: true,
    run: (setting) => compare(setting, comparing),
  };
}

export async function compare(
  setting: Setting,
  { a, b, record }: Comparing,
): Promise<Pick<Result, 'comparison' | 'planDiffs' | 'falseAlarms' | 'warnings'>> {
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
  const equal = isDeepStrictEqual(a, b);
  const rows = [
    ...timeRows(timing),
    ...noiseRow(timing),
    ...(await waitingRow(timing, sides, setting.signal)),
  ];
  const judge = { server: sides[0].home.version, clock: timing.clock };
  if (equal) await record.add(judge, { ...alarmsOf(timing), at: new Date().toISOString(), by: 'ab --aa' });
  return {
    comparison: [...(equal ? rows.map(asFalseAlarm) : rows), ...work.rows],
    planDiffs: work.planDiffs,
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

/** Equal sides that are called different, in whichever direction, are an alarm of the machine: never a pass. */
const asFalseAlarm = (row: ComparisonResult): ComparisonResult =>
  row.role === 'primary' && (row.verdict === 'regression' || row.verdict === 'improvement')
    ? { ...row, verdict: 'false alarm', why: `Both sides are the same, and yet: ${row.why}` }
    : row;

/** A route changes the round trip, and another server everything: then nothing is left that cannot be affected. */
const controlOf = (cells: readonly Cell[], a: Side, b: Side) =>
  a.via === b.via && a.postgres === b.postgres && cells[0]
    ? [{ cell: controlCell(cells[0]), role: 'control' as const }]
    : [];

const noControl: Warning = {
  code: 'no-control',
  message: 'The sides take different routes or servers: there is no statement that the change cannot affect.',
  advice: 'Read the A/A noise instead.',
};

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
