import { planAnchor } from '../../result/plan-anchor.ts';
import { asApplication } from './as-application.ts';
import { figure, time } from './figures.ts';
import type { Rule } from './rule.ts';

const minShare = 0.5;
/** Of one or two plans "most" says nothing. */
const minPlans = 5;

/** Plans that take longer to make than to run: most of the time of such a statement is saved by preparing it. */
export const slowPlanning: Rule = {
  name: 'slow-planning',
  find: ({ plans }) => {
    const timed = asApplication(plans).flatMap((plan) =>
      plan.planningMs === null || plan.executionMs === null
        ? []
        : [{ plan, planning: plan.planningMs, execution: plan.executionMs }],
    );
    const slow = timed
      .filter(({ planning, execution }) => planning > execution)
      .toSorted((a, b) => b.planning - b.execution - (a.planning - a.execution));
    const [worst] = slow;
    if (!worst || slow.length < minPlans || slow.length < minShare * timed.length) return [];
    return [
      {
        about: 'plans',
        part: 'plans',
        statement: null,
        figure: 'plans.planning',
        value: slow.length,
        unit: 'plans',
        sentence: `${figure(slow.length)} of ${figure(timed.length)} plans take longer to plan than to run; most of all ${worst.plan.statement} (${worst.plan.tenantClass}): ${time(worst.planning)} to plan, ${time(worst.execution)} to run. Prepared statements save it.`,
        severity: 1,
        link: `#${planAnchor(worst.plan)}`,
        excess: slow.length / timed.length / minShare,
      },
    ];
  },
};
