import { type Gate, gate, type Metric, nextStep, steps } from '../../analysis/gate/gate.ts';
import type { Setting } from '../measure.ts';
import { type Cell, cellName } from './cells.ts';
import { checkpoint, type ReadySide } from './side.ts';
import { type Place, pairOfSlots, planSlot, type SlotPlan } from './slot.ts';

/** A cell with its slots so far: milliseconds per execution of A and B, one pair a round. */
export interface TimedCell {
  readonly cell: Cell;
  readonly role: 'measured' | 'control';
  readonly plan: SlotPlan;
  readonly pairs: [a: number, b: number][];
}

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
 * Rounds of all cells, A and B beside each other in ABBA order, until the gate is decided: 10, then 20.
 * What cannot be prepared is left out and named.
 */
export async function timeCells(
  setting: Setting,
  sides: Sides,
  cells: readonly { readonly cell: Cell; readonly role: TimedCell['role'] }[],
): Promise<{ timed: TimedCell[]; gate: Gate; failed: Untimed[] }> {
  const { timed, failed } = await prepareCells(sides, cells);
  for (let rounds: number = steps[0].pairs; ; ) {
    await runRounds(setting, sides, timed, rounds);
    const judged = gate(metricsOf(timed));
    const next = nextStep(judged, rounds);
    if (next === null) return { timed, gate: judged, failed };
    rounds = next;
  }
}

export async function prepareCells(
  sides: Sides,
  cells: readonly { readonly cell: Cell; readonly role: TimedCell['role'] }[],
): Promise<{ timed: TimedCell[]; failed: Untimed[] }> {
  const timed: TimedCell[] = [];
  const failed: Untimed[] = [];
  for (const { cell, role } of cells)
    try {
      timed.push({ cell, role, plan: await warm(sides, cell), pairs: [] });
    } catch (error) {
      failed.push({ cell, why: (error as Error).message });
    }
  return { timed, failed };
}

/** Adds pairs to each cell until it has `until`; a CHECKPOINT first, new connections each round. */
export async function runRounds(
  setting: Setting,
  sides: Sides,
  timed: readonly TimedCell[],
  until: number,
): Promise<void> {
  await checkpoint(setting);
  for (let round = timed[0]?.pairs.length ?? until; round < until; round++) {
    await using a = await sides[0].open();
    await using b = await sides[1].open();
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
}

const placesOf = ([a, b]: Sides, { statement }: Cell): [Place, Place] => [
  { session: a.sessions.of(statement), settings: a.settings },
  { session: b.sessions.of(statement), settings: b.settings },
];

/** Both sides execute each draw; the slower side decides how many executions make a batch. */
async function warm(sides: Sides, cell: Cell): Promise<SlotPlan> {
  let once = 0;
  for (const round of cell.draws.keys())
    once = Math.max(
      once,
      ...(await pairOfSlots(placesOf(sides, cell), cell, { executions: 1, batches: 3 }, round, 0)),
    );
  return planSlot(once);
}

/** Who begins changes from round to round and from cell to cell. */
async function runRound(
  { seed, signal }: Setting,
  sides: Sides,
  timed: readonly TimedCell[],
  round: number,
): Promise<void> {
  for (const [i, { cell, plan, pairs }] of timed.entries()) {
    signal.throwIfAborted();
    const first = ((seed + i + round + Math.floor(round / 2)) % 2) as 0 | 1;
    pairs.push(await pairOfSlots(placesOf(sides, cell), cell, plan, round, first));
  }
}

/** The workload's time for each tenant class decides; single statements advise. */
export function metricsOf(timed: readonly TimedCell[]): Metric[] {
  const measured = timed.filter(({ role }) => role === 'measured');
  const weighed = measured.some(({ cell }) => cell.statement.weight > 0);
  const weight = ({ cell }: TimedCell) => (weighed ? cell.statement.weight : 1);
  const classes = [...new Set(measured.map(({ cell }) => cell.tenant.class))];
  const workloads = classes.map((of): Metric => {
    const own = measured.filter(({ cell }) => cell.tenant.class === of);
    const total = own.reduce((sum, one) => sum + weight(one), 0);
    const mean = (round: number, side: 0 | 1) =>
      own.reduce((sum, one) => sum + weight(one) * one.pairs[round]![side], 0) / total;
    return {
      name: `workload ${of}`,
      role: 'primary',
      pairs: (own[0]?.pairs ?? []).map((_, round) => [mean(round, 0), mean(round, 1)]),
    };
  });
  const single = timed.map(
    ({ cell, role, pairs }): Metric => ({
      name: role === 'control' ? 'control' : cellName(cell),
      role: role === 'control' ? 'control' : 'advisory',
      pairs,
    }),
  );
  return [...workloads, ...single];
}
