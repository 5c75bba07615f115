import { comparePairs } from '../../analysis/compare/compare.ts';
import { steps } from '../../analysis/gate/gate.ts';
import type { ReadingTime } from '../../analysis/gate/index-reading.ts';
import { judgedPair } from '../../analysis/gate/judged-pair.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Cell, cellName } from '../compare/cells.ts';
import { hasCpu, pairsOf, prepareCells, runRounds } from '../compare/rounds.ts';
import { sideOn } from '../compare/side.ts';
import type { Setting } from '../measure.ts';

/** Cells that are timed at most: those of the greatest weight. */
const most = 16;

/**
 * The time of the cells whose pages moved, without and with the change, in interleaved slots: pages do not see what
 * opening empty partitions or calling a function for each row costs.
 */
export async function timeMoved(
  setting: Setting,
  primary: Endpoint,
  databases: readonly [before: string, after: string],
  cells: readonly Cell[],
): Promise<ReadonlyMap<string, ReadingTime>> {
  if (cells.length === 0) return new Map();
  const chosen = cells.toSorted((a, b) => b.statement.weight - a.statement.weight).slice(0, most);
  setting.progress.note(`Timing ${chosen.length} statements whose pages differ.`);
  await using made = new AsyncDisposableStack();
  const sides = [
    await sideOn(made, primary, databases[0]),
    await sideOn(made, primary, databases[1]),
  ] as const;
  const { timed } = await prepareCells(
    setting,
    sides,
    chosen.map((cell) => ({ cell, role: 'measured' as const })),
  );
  await runRounds(setting, sides, timed, steps[0].pairs);
  const clock = hasCpu(timed) ? 'cpu' : 'wall';
  return new Map(
    timed.flatMap((one) => {
      const pairs = pairsOf(one, clock);
      const { estimate, low, high } = comparePairs(pairs, { higherIsBetter: false, level: undefined });
      const { a, b } = judgedPair(pairs, estimate);
      if (a === null || b === null) return [];
      return [[cellName(one.cell), { clock, beforeMs: a, afterMs: b, ratio: estimate, low, high }] as const];
    }),
  );
}
