import { planAnchor } from '../../result/plan-anchor.ts';
import type { Found, Rule } from './rule.ts';
import { worstEach } from './worst-each.ts';

/** Statements whose plan is not the one that they declare. */
export const missedExpectation: Rule = {
  name: 'missed-expectation',
  find: ({ plans }) => {
    const missed = plans.filter(({ expectation }) => expectation.ok === false);
    const of = (statement: string) => missed.filter((plan) => plan.statement === statement).length;
    return worstEach(
      missed.map(
        (plan): Found => ({
          about: plan.statement,
          part: 'plans',
          statement: plan.statement,
          figure: 'plans.missed-expectations',
          value: of(plan.statement),
          unit: 'plans',
          sentence: `${plan.statement} has another plan than it declares (${plan.variant}, ${plan.tenantClass}): ${plan.expectation.why}`,
          severity: 3,
          link: `#${planAnchor(plan)}`,
          excess: of(plan.statement),
        }),
      ),
    );
  },
};
