import { steps } from '../gate/gate.ts';
import { afterGate, type Judged, judgeTime, type Night, type State } from './judge-night.ts';
import { confirmations, nightValue } from './night-value.ts';
import { maxSuspicious } from './suspicion.ts';

type Pair = readonly [a: number, b: number];
/** Recordings of slots of equal sides: by recording, by metric, by round. */
export type Noise = readonly (readonly (readonly Pair[])[])[];

export interface Simulated {
  readonly nights: number;
  /** Nights that confirmed something although nothing had changed. */
  readonly falseAlarms: number;
  readonly slowdowns: number;
  /** Slowdowns confirmed in one of their first three nights. */
  readonly confirmed: number;
}

export interface Simulation {
  readonly noise: Noise;
  readonly histories: number;
  /** Nights of a history before the slowdown: at least a baseline. */
  readonly calm: number;
  /** Of one metric's head, from the last three nights on: 1.05. */
  readonly slowdown: number;
  readonly random: () => number;
}

/** Nights in which a slowdown has to be confirmed. */
const within = 3;
const [first, last] = [steps[0].pairs, steps[1].pairs];

/**
 * Nights made of recorded noise: a night takes consecutive rounds of a recording, the same of all metrics, with the sides
 * swapped or not; a confirmation takes others. Whatever is confirmed before the slowdown is a false alarm.
 */
export function simulate({ noise, histories, calm, slowdown, random }: Simulation): Simulated {
  const total = { nights: 0, falseAlarms: 0, slowdowns: 0, confirmed: 0 };
  for (let history = 0; history < histories; history++) {
    const metrics = noise[0]!.map((): Series => ({ nights: [], previous: null }));
    const slowed = Math.floor(random() * metrics.length);
    let found = false;
    for (let night = 0; night < calm + within; night++) {
      const factor = (metric: number) => (night >= calm && metric === slowed ? slowdown : 1);
      const alarms = simulateNight(metrics, `night ${night}`, noise, factor, random);
      if (night < calm) total.nights++;
      if (night < calm && alarms.length > 0) total.falseAlarms++;
      if (night >= calm && alarms.includes(slowed)) found = true;
    }
    total.slowdowns++;
    if (found) total.confirmed++;
  }
  return total;
}

/** One metric's states, night by night, when its head is `factor(night)` times its control. */
export function simulateStates(
  noise: Noise,
  nights: number,
  factor: (night: number) => number,
  random: () => number,
): State[] {
  const metrics: Series[] = [{ nights: [], previous: null }];
  const own = noise.map((recording) => [recording[0]!]);
  for (let night = 0; night < nights; night++)
    simulateNight(metrics, `night ${night}`, own, () => factor(night), random);
  return metrics[0]!.nights.map(({ state }) => state!);
}

interface Series {
  nights: Night[];
  previous: Judged | null;
}

/** @returns the metrics that were confirmed tonight and not before */
function simulateNight(
  metrics: readonly Series[],
  run: string,
  noise: Noise,
  factor: (metric: number) => number,
  random: () => number,
): number[] {
  const tonight = drawRounds(noise, first, random);
  const judged = metrics.map(({ nights, previous }, metric): Judged => {
    const value = nightValue(slowed(tonight[metric]!, factor(metric)))!;
    return judgeTime({ nights, previous, acceptance: null }, run, value);
  });
  const suspects = maxSuspicious(
    judged.flatMap((one, metric) =>
      one.confirm
        ? [{ metric, judged: one, value: nightValue(slowed(tonight[metric]!, factor(metric)))! }]
        : [],
    ),
  );
  if (suspects.length > 0) {
    const fresh = drawRounds(noise, last, random);
    const confirmed = confirmInSteps(
      suspects.map(({ metric, judged: { baseline } }) => ({
        name: String(metric),
        level: baseline!.level,
        pairs: slowed(fresh[metric]!, factor(metric)),
      })),
    );
    for (const { metric } of suspects)
      judged[metric] = afterGate(judged[metric]!, confirmed.get(String(metric))!);
  }
  return metrics.flatMap((series, metric) => {
    const now = judged[metric]!;
    const newly = now.state === 'confirmed' && series.previous?.state !== 'confirmed';
    series.nights.push({
      run,
      value: nightValue(slowed(tonight[metric]!, factor(metric))),
      state: now.state,
    });
    series.previous = now;
    return newly ? [metric] : [];
  });
}

/** Ten pairs, and twenty when they decide nothing. */
function confirmInSteps(suspects: Parameters<typeof confirmations>[0]) {
  const few = confirmations(suspects.map((one) => ({ ...one, pairs: one.pairs.slice(0, first) })));
  const open = [...few.values()].some(
    ({ verdict }) => verdict === 'inconclusive' || verdict === 'not enough samples',
  );
  return open ? confirmations(suspects) : few;
}

const slowed = (pairs: readonly Pair[], factor: number): Pair[] => pairs.map(([a, b]) => [a, b * factor]);

function drawRounds(noise: Noise, rounds: number, random: () => number): Pair[][] {
  const recording = noise[Math.floor(random() * noise.length)]!;
  const start = Math.floor(random() * (recording[0]!.length - rounds + 1));
  const swap = random() < 0.5;
  return recording.map((pairs) =>
    pairs.slice(start, start + rounds).map(([a, b]): Pair => (swap ? [b, a] : [a, b])),
  );
}
