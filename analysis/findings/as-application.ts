import type { PlanResult } from '../../result/result.ts';

/** Plans as the application runs them; where only another role was measured, all. */
export function asApplication(plans: readonly PlanResult[]): readonly PlanResult[] {
  const own = plans.filter(({ variant }) => variant === 'app');
  return own.length > 0 ? own : plans;
}
