import type { Result } from '../../../result/result.ts';
import { count, duration, figure } from '../../format.ts';
import { given, sign } from '../cells.ts';
import { table } from '../table.ts';

export const plans = ({ plans: all }: Result) =>
  table(
    'Plans',
    ['', 'Statement', 'As', 'Tenant', 'Buffers hit', 'read', 'Time', 'q-error', 'Expectation'],
    all
      .toSorted((a, b) => Number(b.expectation.ok === false) - Number(a.expectation.ok === false))
      .map((plan) => [
        sign(plan.expectation.ok),
        plan.statement,
        plan.variant,
        plan.tenantClass,
        given(plan.buffers.hit, count),
        given(plan.buffers.read, count),
        given(plan.executionMs, duration),
        given(plan.maxQError, figure),
        plan.expectation.why,
      ]),
  );
