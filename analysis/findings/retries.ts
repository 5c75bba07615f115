import { figure } from './figures.ts';
import type { Found, Rule } from './rule.ts';

const minPct = 1;
const severePct = 10;

/** Loads in which many requests were repeated after a serialization failure or a deadlock. */
export const retries: Rule = {
  name: 'retries',
  find: ({ load }) =>
    load.flatMap(({ scenario, model, requests, retries: repeated = 0 }): Found[] => {
      const pct = requests > 0 ? (100 * repeated) / requests : 0;
      if (pct < minPct) return [];
      return [
        {
          about: `${scenario}-${model}`,
          part: 'load',
          statement: null,
          figure: 'load.retries',
          value: pct,
          unit: '%',
          sentence: `${scenario} (${model}) repeated ${figure(repeated)} times for ${figure(requests)} requests (${figure(pct)} %) after a serialization failure or a deadlock; the wait is in the service time.`,
          severity: pct >= severePct ? 3 : 2,
          link: '#load',
          excess: pct / minPct,
        },
      ];
    }),
};
