import { planAnchor } from '../../result/plan-anchor.ts';
import { asApplication } from './as-application.ts';
import { figure, time } from './figures.ts';
import type { Found, Rule } from './rule.ts';
import { worstEach } from './worst-each.ts';

const maxQError = 100;
/** Below this the plan is cheap in spite of the estimate. */
const costlyMs = 10;

/** Plans chosen by a row estimate that is off by a hundred times or more. */
export const wrongEstimate: Rule = {
  name: 'wrong-estimate',
  find: ({ plans }) =>
    worstEach(
      asApplication(plans).flatMap((plan): Found[] => {
        const { maxQError: off, maxQErrorNode, executionMs, statement, variant, tenantClass } = plan;
        if (off === null || off < maxQError) return [];
        const took = executionMs === null ? '' : `; the statement takes ${time(executionMs)}`;
        return [
          {
            about: statement,
            part: 'plans',
            statement,
            figure: 'plans.q-error',
            value: off,
            unit: 'ratio',
            sentence: `${statement}: the planner’s row estimate is off by ${figure(off)} times at ${maxQErrorNode ?? 'one node'} (${variant}, ${tenantClass})${took}.`,
            severity: executionMs !== null && executionMs >= costlyMs ? 2 : 1,
            link: `#${planAnchor(plan)}`,
            excess: off / maxQError,
          },
        ];
      }),
    ),
};
