import { figure } from './figures.ts';
import type { Found, Rule } from './rule.ts';

/** Named prepared statements that fail through the pooler. */
export const preparedFailures: Rule = {
  name: 'prepared-failures',
  find: ({ pooler }) =>
    pooler.flatMap((line): Found[] => {
      if (line.kind !== 'prepared' || line.statements !== 'named' || line.requests === 0) return [];
      const states = Object.entries(line.errors);
      const failed = states.reduce((sum, [, count]) => sum + count, 0);
      if (failed === 0) return [];
      const pct = Math.min(100, (100 * failed) / line.requests);
      const setting = line.why ? `; max_prepared_statements: ${line.why}` : '';
      return [
        {
          about: line.endpoint,
          part: 'pooler',
          statement: null,
          figure: 'pooler.prepared-errors',
          value: pct,
          unit: '%',
          sentence: `${figure(pct)} % of named prepared statements fail through the ${line.endpoint} (SQLSTATE ${states.map(([state]) => state).join(', ')}${setting}).`,
          severity: 3,
          link: '#pooler',
          excess: pct,
        },
      ];
    }),
};
