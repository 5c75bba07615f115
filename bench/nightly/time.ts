import { gate, type Metric, steps } from '../../analysis/gate/gate.ts';
import { type Costed, planRounds } from '../../analysis/nightly/budget.ts';
import { type Cell, cellName } from '../compare/cells.ts';
import type { Clock } from '../compare/clock.ts';
import {
  controlCell,
  hasCpu,
  metricsOf,
  prepareCells,
  runRounds,
  type TimedCell,
} from '../compare/rounds.ts';
import type { ReadySide } from '../compare/side.ts';
import type { Setting } from '../measure.ts';

type Sides = readonly [ReadySide, ReadySide];

export interface NightTimes {
  readonly timed: readonly TimedCell[];
  readonly metrics: readonly Metric[];
  readonly clock: Clock;
  readonly rounds: number;
  /** Cells that the budget had no room for, and those that could not be timed. */
  readonly left: readonly string[];
  readonly failed: readonly string[];
  /** Why the times count for nothing; null: they count. */
  readonly void: string | null;
  /** Why nothing was timed: there was not time for one statement. What has no noise was compared before. */
  readonly short: string | null;
}

/** Work that no migration can affect rides along: when it moves, the night is void. */
const controlled = (cells: readonly Cell[]) => [
  ...(cells[0] ? [{ cell: controlCell(cells[0]), role: 'control' as const }] : []),
  ...cells.map((cell) => ({ cell, role: 'measured' as const })),
];

/**
 * Times the cells in interleaved rounds, as many as the seconds allow.
 * @param cells those of most risk first
 */
export async function timeNight(
  setting: Setting,
  sides: Sides,
  cells: readonly Cell[],
  wanted: Clock,
  secondsLeft: () => number,
): Promise<NightTimes> {
  const { timed, failed } = await prepareCells(setting, sides, controlled(cells));
  const started = performance.now();
  await runRounds(setting, sides, timed, 1);
  const plan = planRounds(costs(timed, (performance.now() - started) / 1000), secondsLeft());
  if (plan.kind === 'too-little')
    return {
      ...{ timed: [], metrics: [], clock: wanted, rounds: 0, void: null },
      left: cells.map(cellName),
      failed: [],
      short: `The budget left ${Math.max(0, Math.round(secondsLeft()))} s to time statements, and one of them needs ${Math.ceil(plan.needed)} s.`,
    };
  const chosen = plan.chosen.map(({ one }) => one);
  await runRounds(setting, sides, chosen, plan.rounds);
  const clock = hasCpu(chosen) ? wanted : 'wall';
  const metrics = metricsOf(chosen, clock);
  return {
    timed: chosen,
    metrics,
    clock,
    rounds: plan.rounds,
    left: plan.left.map(({ one }) => cellName(one.cell)),
    failed: failed.map(({ cell, why }) => `${cellName(cell)}: ${why}`),
    void: voidOf(metrics),
    short: null,
  };
}

interface Cost extends Costed {
  readonly one: TimedCell;
}

/** What a cell takes of a round, by its executions; the rest of the round is shared by all. */
function costs(timed: readonly TimedCell[], seconds: number): Cost[] {
  const busy = timed.map(({ plan, slots }) => {
    const [a, b] = slots[0]!.wall.pair;
    return ((a + b) * plan.executions * plan.batches) / 1000;
  });
  const share = Math.max(0, seconds - busy.reduce((sum, one) => sum + one, 0)) / Math.max(1, timed.length);
  return timed.map((one, i) => ({ one, seconds: busy[i]! + share }));
}

function voidOf(metrics: readonly Metric[]): string | null {
  const judged = gate(metrics.filter(({ role }) => role === 'control'));
  return judged.metrics.find(({ verdict }) => verdict === 'moved')?.why ?? null;
}

/** Fresh pairs of these metrics: ten, then twenty when `decided` says no. */
export async function freshPairs(
  setting: Setting,
  sides: Sides,
  cells: readonly Cell[],
  clock: Clock,
  decided: (metrics: readonly Metric[]) => boolean,
): Promise<{ metrics: readonly Metric[]; timed: readonly TimedCell[]; void: string | null }> {
  const { timed } = await prepareCells(setting, sides, controlled(cells));
  for (const { pairs } of steps) {
    await runRounds(setting, sides, timed, pairs);
    const metrics = metricsOf(timed, hasCpu(timed) ? clock : 'wall');
    if (pairs === steps.at(-1)!.pairs || decided(metrics)) return { metrics, timed, void: voidOf(metrics) };
  }
  throw new TypeError('The gate has no steps.');
}
