import { planAnchor } from '../../result/plan-anchor.ts';
import type { PlanResult } from '../../result/result.ts';
import { asApplication } from './as-application.ts';
import { figure } from './figures.ts';
import type { Found, Rule } from './rule.ts';
import { worstEach } from './worst-each.ts';

/** 1,000 buffers are 8 MiB: below that a statement is cheap however few rows it returns. */
const minBuffers = 1000;
const maxPerRow = 100;
/** 80 MiB for one answer. */
const severeBuffers = 10_000;

/** Statements that read many buffers for few rows: usually an index that is missing, or that a policy blocks. */
export const workForRows: Rule = {
  name: 'work-for-rows',
  find: ({ plans }) =>
    worstEach(
      asApplication(plans).flatMap((plan): Found[] => {
        const buffers = buffersOf(plan);
        if (buffers === null || plan.rows === null || buffers < minBuffers || readsByNature(plan)) return [];
        const perRow = buffers / Math.max(1, plan.rows);
        if (perRow < maxPerRow) return [];
        const rows = plan.rows === 1 ? '1 row' : `${figure(plan.rows)} rows`;
        return [
          {
            about: plan.statement,
            part: 'plans',
            statement: plan.statement,
            figure: 'plans.buffers',
            value: buffers,
            unit: 'buffers',
            sentence: `${plan.statement} reads ${figure(buffers)} buffers for ${rows} (${plan.variant}, ${plan.tenantClass}).${ownerReads(plan, buffers, plans)}`,
            severity: buffers >= severeBuffers ? 3 : 2,
            link: `#${planAnchor(plan)}`,
            excess: perRow / maxPerRow,
          },
        ];
      }),
    ),
};

const buffersOf = ({ buffers: { hit, read } }: PlanResult) =>
  hit === null || read === null ? null : hit + read;

/** An aggregate reads more rows than it returns, and a write returns none: buffers a row do not judge them. */
const readsByNature = ({ tree = '' }: PlanResult) =>
  /^(Insert|Update|Delete|Merge)\b/.test(tree) ||
  /^\W*(\w+ )?(Aggregate|HashAggregate|GroupAggregate|MixedAggregate|WindowAgg|Group(?! Key))\b/m.test(tree);

/** The owner bypasses policies: where it reads a tenth or less, the policy is the cause. */
function ownerReads(plan: PlanResult, buffers: number, all: readonly PlanResult[]): string {
  const owner = all.find(
    (other) =>
      other.variant === 'owner' &&
      other.statement === plan.statement &&
      other.tenantClass === plan.tenantClass,
  );
  const without = owner && plan.variant !== 'owner' ? buffersOf(owner) : null;
  if (without === null || without * 10 > buffers) return '';
  return ` The owner, without row-level security, reads ${figure(without)}: the policy decides the cost.`;
}
