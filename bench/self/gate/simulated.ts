import { defaultRule } from '../../../analysis/changes/change-points.ts';
import { changesOf } from '../../../analysis/changes/changes.ts';
import { compareOrdered } from '../../../analysis/compare/dependence.ts';
import { type Noise, simulateStates } from '../../../analysis/nightly/simulate.ts';
import { seeded } from '../../../analysis/statistics/seeded.ts';
import { atLeast, atMost, type Goal } from '../goal.ts';

const histories = 20;
const nights = 60;

/** What head is of its control, night by night: histories that have two levels, or never the right one. */
const levels: Readonly<Record<string, (night: number) => number>> = {
  'a gain for 15 nights, then lost': (night) => (night >= 15 && night < 30 ? 0.9 : 1),
  'a step while learning': (night) => (night < 6 ? 1 : 1.1),
  'a creep': (night) => 1 + Math.min(0.12, 0.004 * Math.max(0, night - 15)),
  'slow from the first night on': () => 1.1,
};

/** Nights of simulated noise, without a server: what lasts is confirmed, and never called fixed while it lasts. */
export function simulatedNights(seed: number): Goal[] {
  const random = seeded(seed);
  const noise: Noise = Array.from({ length: 4 }, () => [
    Array.from({ length: 30 }, () => [1 + 0.02 * random(), 1 + 0.02 * random()] as const),
  ]);
  return Object.entries(levels).flatMap(([name, factor]) => {
    const all = Array.from({ length: histories }, () => simulateStates(noise, nights, factor, random));
    const confirmed = all.filter((states) => states.includes('confirmed')).length;
    const fixed = all.filter((states) => states.includes('fixed')).length;
    const why = `${nights} nights each, noise of 1 %.`;
    return [
      atLeast(`nights with ${name}: confirmed`, confirmed, histories, `of ${histories}`, why),
      atMost(`nights with ${name}: called fixed while it lasts`, fixed, 0, `of ${histories}`, why),
    ];
  });
}

const comparisons = 300;
const values = 30;
const points = 100;

/** `analyse` on series whose truth is known: values that resemble their neighbours, and spikes. */
export function simulatedSeries(seed: number): Goal[] {
  const random = seeded(seed);
  const called = (rho: number, level: number) =>
    Array.from({ length: comparisons }, () =>
      compareOrdered(resembling(random, rho, values, 1), resembling(random, rho, values, level), {
        higherIsBetter: false,
        level: undefined,
      }),
    ).filter(({ verdict }) => verdict === 'regression' || verdict === 'improvement').length;
  const found = (step: number, spikes: number, count = points) =>
    Array.from({ length: count }, () => changesOf('x', stepped(random, step, spikes), defaultRule)).filter(
      (series) => series.points.length > 0,
    ).length;
  const of = `of ${comparisons}`;
  const each = `${values} and ${values} values, noise of 5 %`;
  const whole = `${points} values, noise of 2 %`;
  return [
    atMost('analyse compare: equal and independent, called changed', called(0, 1), 9, of, `${each}.`),
    atMost('analyse compare: equal, AR(0.9), called changed', called(0.9, 1), 6, of, `${each}.`),
    atLeast('analyse compare: 10 % slower, found', called(0, 1.1), 290, of, `${each}.`),
    atLeast(
      'analyse changes: a step of 10 % found',
      found(1.1, 0.05),
      95,
      `of ${points}`,
      `${whole}, spikes in 5 %.`,
    ),
    atLeast('analyse changes: a step of 6 % found', found(1.06, 0), 95, `of ${points}`, `${whole}.`),
    atMost(
      'analyse changes: spikes alone called a change',
      found(1, 0.05, comparisons),
      9,
      of,
      `${whole}, spikes in 5 %: three in a row look like a change.`,
    ),
  ];
}

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Log-normal values, each resembling the one before by `rho`. */
function resembling(random: () => number, rho: number, length: number, level: number): number[] {
  let at = normal(random);
  return Array.from({ length }, () => {
    at = rho * at + Math.sqrt(1 - rho * rho) * normal(random);
    return level * Math.exp(0.05 * at);
  });
}

/** A step in the middle, and a share of points that are half as high again. */
const stepped = (random: () => number, step: number, spikes: number): number[] =>
  Array.from({ length: points }, (_, i) => {
    const value = (i < points / 2 ? 1 : step) * (1 + 0.02 * normal(random));
    return random() < spikes ? value * 1.5 : value;
  });
