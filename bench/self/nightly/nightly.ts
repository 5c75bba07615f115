import { availableParallelism } from 'node:os';
import { type Noise, type Simulated, simulate } from '../../../analysis/nightly/simulate.ts';
import { seeded } from '../../../analysis/statistics/seeded.ts';
import { connect } from '../../../infra/topology/session.ts';
import { type Cell, drawCells } from '../../compare/cells.ts';
import { hasCpu, pairsOf, prepareCells, runRounds } from '../../compare/rounds.ts';
import { openSides } from '../../compare/side.ts';
import type { Pair } from '../../compare/slot.ts';
import type { Setting } from '../../measure.ts';
import { baseSide } from '../../variant/parse.ts';
import { settingOf } from '../gate/gate.ts';
import { atLeast, atMost, type Goal, type SelfTest } from '../goal.ts';
import { disturb } from './disturb.ts';

/** Databases of their own for each recording: a copy's pages lie elsewhere, as they do from night to night. */
const recordings = 4;
const rounds = 30;
const metrics = 6;
const histories = { alarms: 60, found: 200 } as const;
/** Nights of a simulated history before the slowdown. */
const calmNights = 40;

/** The nightly gate on nights made of this machine's own noise, recorded by the comparison engine from equal sides. */
export const nightly: SelfTest = async (context) => {
  const setting = await settingOf(context);
  const cells = await cellsOf(setting);
  const quiet = await record(setting, cells);
  await using neighbours = disturb(availableParallelism());
  const loud = await record(setting, cells);
  await neighbours[Symbol.asyncDispose]();
  return [
    ...goalsOf('as the machine is', quiet, 5, 95, context.seed),
    ...goalsOf('with a neighbour on every core', loud, 10, 96, context.seed),
  ];
};

/** Statements of different lengths, for the largest tenant and the smallest. */
async function cellsOf(setting: Setting): Promise<Cell[]> {
  await using admin = await connect(
    setting.topology.get('primary').url('admin', setting.database),
    'olympus-self',
  );
  const { cells } = await drawCells(admin, setting, 4);
  const step = Math.max(1, Math.floor(cells.length / metrics));
  return cells.filter((_, i) => i % step === 0).slice(0, metrics);
}

async function record(setting: Setting, cells: readonly Cell[]): Promise<Noise> {
  const noise: (readonly Pair[])[][] = [];
  for (let i = 0; i < recordings; i++) {
    await using made = new AsyncDisposableStack();
    const sides = await openSides(made, setting, [baseSide, baseSide]);
    const { timed } = await prepareCells(
      setting,
      sides,
      cells.map((cell) => ({ cell, role: 'measured' as const })),
    );
    await runRounds(setting, sides, timed, rounds);
    const clock = hasCpu(timed) ? 'cpu' : 'wall';
    noise.push(timed.map((one) => [...pairsOf(one, clock)]));
    setting.progress.count(i + 1, recordings, 'recordings');
  }
  return noise;
}

function goalsOf(where: string, noise: Noise, percent: number, goal: number, seed: number): Goal[] {
  const random = seeded(seed);
  const common = { noise, calm: calmNights, random };
  const unchanged = simulate({ ...common, histories: histories.alarms, slowdown: 1 });
  const slower = simulate({ ...common, histories: histories.found, slowdown: 1 + percent / 100 });
  const why = `Nights of ${recordings} recordings of ${rounds} rounds and ${noise[0]!.length} statements, ${where}: ${noiseText(noise)}.`;
  return [
    atMost(`nights with a false alarm, ${where}`, share(both(unchanged, slower)), 1, '%', why),
    atLeast(
      `slowdowns of ${percent} % confirmed within 3 nights, ${where}`,
      (100 * slower.confirmed) / slower.slowdowns,
      goal,
      '%',
      why,
    ),
  ];
}

const both = (a: Simulated, b: Simulated) => ({
  nights: a.nights + b.nights,
  falseAlarms: a.falseAlarms + b.falseAlarms,
});
const share = ({ nights, falseAlarms }: { nights: number; falseAlarms: number }) =>
  (100 * falseAlarms) / nights;

/** Half of the pairs differ by less than that. */
function noiseText(noise: Noise): string {
  const all = noise.flat(2).map(([a, b]) => Math.abs(Math.log(b / a)));
  const middle = all.sort((x, y) => x - y)[all.length >> 1]!;
  return `half of the pairs of equal sides differ by less than ${(100 * middle).toFixed(2)} %`;
}
