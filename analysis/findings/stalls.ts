import { figure, time } from './figures.ts';
import type { Found, Rule } from './rule.ts';

/** Times in which a load got no answer although requests were due. */
export const stalls: Rule = {
  name: 'stalls',
  find: ({ load }) =>
    load.flatMap(({ scenario, model, stalls: all = [] }): Found[] => {
      if (all.length === 0) return [];
      const longest = all.reduce((a, b) => (b.toS - b.fromS > a.toS - a.fromS ? b : a));
      const seconds = longest.toS - longest.fromS;
      return [
        {
          about: `${scenario}-${model}`,
          part: 'load',
          statement: null,
          figure: 'load.stalls',
          value: all.length,
          unit: 'events',
          sentence: `${scenario} (${model}) got no answer ${all.length === 1 ? 'once' : `${figure(all.length)} times`} although requests were due; the longest lasted ${time(1000 * seconds)}, from second ${figure(longest.fromS)}, with ${figure(longest.due)} requests due.`,
          severity: seconds >= 1 ? 3 : 2,
          link: '#load',
          excess: seconds,
        },
      ];
    }),
};
