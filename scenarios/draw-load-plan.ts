import type { Progress } from '../config/progress.ts';
import type { Session } from '../infra/topology/session.ts';
import { compileLoadPlan, type LoadPlan, type LoadTenant, type TenantDraws } from './load-plan.ts';
import { rememberAnswers } from './remember-answers.ts';
import { drawParameters } from './sources.ts';
import type { Statement, Tenant } from './statement.ts';

export interface DrawOptions {
  readonly statements: readonly Statement[];
  readonly tenants: readonly LoadTenant[];
  /** Parameter tuples per statement and tenant. */
  readonly count: number;
  readonly seed: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Draws the parameters of every statement for every tenant and puts the load plan together. */
export async function drawLoadPlan(session: Session, options: DrawOptions): Promise<LoadPlan> {
  const { statements, tenants, count, seed, progress, signal } = options;
  const remembering = rememberAnswers(session);
  const draws = new Map<string, TenantDraws>();
  for (const [i, statement] of statements.entries()) {
    const drawn = [];
    for (const tenant of tenants) {
      signal.throwIfAborted();
      drawn.push(await drawParameters(remembering, statement, asTenant(tenant), count, seed));
    }
    draws.set(statement.name, drawn);
    progress.count(i + 1, statements.length, 'statements');
  }
  return compileLoadPlan(statements, tenants, draws);
}

/** Sources look at the tenant's id; the rest is for the report of the three measured tenants. */
const asTenant = ({ id, userId, identity }: LoadTenant): Tenant => ({
  class: 'median',
  id,
  label: '',
  userId,
  size: 0,
  identity,
});
