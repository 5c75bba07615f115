import { type Gate, gate, type Metric, nextStep, steps } from '../../analysis/gate/gate.ts';
import type { Setting } from '../measure.ts';
import { type Cell, cellName } from './cells.ts';
import type { Clock } from './clock.ts';
import { shareCore } from './one-core.ts';
import { checkpoint, type ReadySide } from './side.ts';
import {
  type Once,
  type Pair,
  type Place,
  pairOfSlots,
  planSlot,
  type Reading,
  type Slot,
  type SlotPlan,
} from './slot.ts';

/** A cell with its slots so far, one a round. */
export interface TimedCell {
  readonly cell: Cell;
  readonly role: 'measured' | 'control';
  readonly plan: SlotPlan;
  readonly slots: Slot[];
}

/** @throws TypeError for a clock that the server did not tell */
export const pairsOf = (timed: TimedCell, clock: Clock): Pair[] =>
  readingsOf(timed, clock).map(({ pair }) => pair);

export const readingsOf = ({ slots }: TimedCell, clock: Clock): Reading[] =>
  slots.map((slot) => {
    const reading = slot[clock];
    if (reading === null) throw new TypeError('A slot without CPU time is judged by the wall.');
    return reading;
  });

export const hasCpu = (timed: readonly TimedCell[]): boolean =>
  timed.every(({ slots }) => slots.every(({ cpu }) => cpu !== null));

/** Work that no index, policy or setting of a variant touches; short, and without anything to spill. */
export const controlCell = (like: Cell): Cell => ({
  statement: {
    ...like.statement,
    name: 'control',
    sql: 'SELECT count(md5(n::text)) FROM generate_series(1, 300) AS n',
    params: [],
    kind: 'read',
    role: 'owner',
    weight: 0,
  },
  tenant: like.tenant,
  draws: [[]],
});

type Sides = readonly [ReadySide, ReadySide];
interface Untimed {
  readonly cell: Cell;
  readonly why: string;
}

/**
 * Rounds of all cells, A and B in turn, until the gate is decided: 10, then 20.
 * What cannot be prepared is left out and named.
 */
export async function timeCells(
  setting: Setting,
  sides: Sides,
  cells: readonly { readonly cell: Cell; readonly role: TimedCell['role'] }[],
  wanted: Clock,
): Promise<Timing> {
  const { timed, failed } = await prepareCells(setting, sides, cells);
  for (let rounds: number = steps[0].pairs; ; ) {
    const oneCore = await runRounds(setting, sides, timed, rounds);
    const clock = hasCpu(timed) ? wanted : 'wall';
    const judged = gate(metricsOf(timed, clock));
    const next = nextStep(judged, rounds);
    if (next === null) return { timed, gate: judged, failed, clock, oneCore };
    rounds = next;
  }
}

export interface Timing {
  readonly timed: readonly TimedCell[];
  readonly gate: Gate;
  readonly failed: readonly Untimed[];
  /** wall, whatever was wanted, when a server did not tell its CPU time. */
  readonly clock: Clock;
  /** Both sides' server processes shared one core in every round. */
  readonly oneCore: boolean;
}

export async function prepareCells(
  { budget }: Pick<Setting, 'budget'>,
  sides: Sides,
  cells: readonly { readonly cell: Cell; readonly role: TimedCell['role'] }[],
): Promise<{ timed: TimedCell[]; failed: Untimed[] }> {
  const timed: TimedCell[] = [];
  const failed: Untimed[] = [];
  for (const { cell, role } of cells)
    try {
      timed.push({
        cell,
        role,
        plan: planSlot(await warm(sides, cell), cells.length, budget.slotTime),
        slots: [],
      });
    } catch (error) {
      failed.push({ cell, why: (error as Error).message });
    }
  return { timed, failed };
}

/**
 * Adds slots to each cell until it has `until`; a CHECKPOINT first, new connections each round.
 * @returns whether both sides shared a core in every round
 */
export async function runRounds(
  setting: Setting,
  sides: Sides,
  timed: readonly TimedCell[],
  until: number,
): Promise<boolean> {
  await checkpoint(sides);
  let oneCore = true;
  for (let round = timed[0]?.slots.length ?? until; round < until; round++) {
    await using a = await sides[0].open();
    await using b = await sides[1].open();
    oneCore =
      (await shareCore(
        sides.map(({ endpoint }) => endpoint),
        [...a.all, ...b.all],
        round,
      )) && oneCore;
    await runRound(
      setting,
      [
        { ...sides[0], sessions: a },
        { ...sides[1], sessions: b },
      ],
      timed,
      round,
    );
    setting.progress.count(round + 1, steps.at(-1)!.pairs, 'rounds');
  }
  return oneCore;
}

const placeOf = ({ sessions, settings, texts }: ReadySide, statement: Cell['statement']): Place => ({
  session: sessions.of(statement),
  settings,
  text: texts?.get(statement.name),
});

const placesOf = ([a, b]: Sides, { statement }: Cell): [Place, Place] => [
  placeOf(a, statement),
  placeOf(b, statement),
];

/** Both sides execute each draw: how long it takes on the slower side. */
async function warm(sides: Sides, cell: Cell): Promise<Once> {
  let once: Once = { busyMs: 0, elapsedMs: 0 };
  for (const round of cell.draws.keys()) {
    const { cpu, wall } = await pairOfSlots(
      placesOf(sides, cell),
      cell,
      { executions: 1, batches: 2 },
      round,
      0,
    );
    once = {
      busyMs: Math.max(once.busyMs, ...(cpu ?? wall).pair),
      elapsedMs: Math.max(once.elapsedMs, ...wall.pair),
    };
  }
  return once;
}

/** Who begins changes from round to round and from cell to cell. */
async function runRound(
  { seed, signal }: Setting,
  sides: Sides,
  timed: readonly TimedCell[],
  round: number,
): Promise<void> {
  for (const [i, { cell, plan, slots }] of timed.entries()) {
    signal.throwIfAborted();
    const first = ((seed + i + round + Math.floor(round / 2)) % 2) as 0 | 1;
    slots.push(await pairOfSlots(placesOf(sides, cell), cell, plan, round, first));
  }
}

/** The workload's time for each tenant class decides; single statements, and the workload by the wall, advise. */
export function metricsOf(timed: readonly TimedCell[], clock: Clock): Metric[] {
  const measured = timed.filter(({ role }) => role === 'measured');
  return [
    ...workloads(measured, clock, 'primary'),
    ...(clock === 'cpu' ? workloads(measured, 'wall', 'advisory') : []),
    ...timed.map(
      (one): Metric => ({
        name: metricName(one.role === 'control' ? 'control' : cellName(one.cell), clock),
        role: one.role === 'control' ? 'control' : 'advisory',
        pairs: pairsOf(one, clock),
      }),
    ),
  ];
}

export const metricName = (what: string, clock: Clock): string =>
  `${what}, ${clock === 'cpu' ? 'CPU' : 'wall'} ms`;

/** The mean of the statements by their weight, for each tenant class. */
function workloads(measured: readonly TimedCell[], clock: Clock, role: Metric['role']): Metric[] {
  const weighed = measured.some(({ cell }) => cell.statement.weight > 0);
  const weight = ({ cell }: TimedCell) => (weighed ? cell.statement.weight : 1);
  return [...new Set(measured.map(({ cell }) => cell.tenant.class))].map((of): Metric => {
    const own = measured
      .filter(({ cell }) => cell.tenant.class === of)
      .map((one) => ({ weight: weight(one), pairs: pairsOf(one, clock) }));
    const total = own.reduce((sum, one) => sum + one.weight, 0);
    const mean = (round: number, side: 0 | 1) =>
      own.reduce((sum, one) => sum + one.weight * one.pairs[round]![side], 0) / total;
    return {
      name: metricName(`workload ${of}`, clock),
      role,
      pairs: (own[0]?.pairs ?? []).map((_, round) => [mean(round, 0), mean(round, 1)]),
    };
  });
}
