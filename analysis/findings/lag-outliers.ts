import { figure, time } from './figures.ts';
import type { Found, Rule } from './rule.ts';

const timesUsual = 10;
const minMs = 100;
const severeMs = 1000;

/** Replicas that were far further behind once than they usually are. */
export const lagOutliers: Rule = {
  name: 'lag-outliers',
  find: ({ replication }) =>
    replication.flatMap(({ replica, lagMs: { p50, p99, max, samples } }): Found[] => {
      const usual = p99 ?? p50;
      if (usual === null || max === null || max < minMs || max < timesUsual * usual) return [];
      return [
        {
          about: replica,
          part: 'lag',
          statement: null,
          figure: 'lag.lag',
          value: max,
          unit: 'ms',
          sentence: `${replica} was ${time(max)} behind once; its ${p99 === null ? 'median' : 'p99'} of ${figure(samples)} probes is ${time(usual)}.`,
          severity: max >= severeMs ? 2 : 1,
          link: '#replication',
          excess: max / minMs,
        },
      ];
    }),
};
