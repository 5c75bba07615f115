import type { Session } from '../../infra/topology/session.ts';
import type { Warning } from '../../result/result.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../scenarios/statement.ts';
import type { Setting } from '../measure.ts';

/** One statement for one tenant, with the parameters that both sides execute. */
export interface Cell {
  readonly statement: Statement;
  readonly tenant: Tenant;
  readonly draws: readonly Draw[];
}

export const cellName = ({ statement, tenant }: Cell): string => `${statement.name} ${tenant.class}`;

/** Every statement for every tenant; what has no parameters there is left out and named. Reads come before writes. */
export async function drawCells(
  admin: Session,
  { catalogue, tenants, seed, signal }: Pick<Setting, 'catalogue' | 'tenants' | 'seed' | 'signal'>,
  count: number,
): Promise<{ cells: Cell[]; warnings: Warning[] }> {
  const cells: Cell[] = [];
  const warnings: Warning[] = [];
  for (const statement of catalogue.toSorted(
    (a, b) => Number(a.kind === 'write') - Number(b.kind === 'write'),
  )) {
    const without: string[] = [];
    for (const tenant of tenants) {
      signal.throwIfAborted();
      const draws = await drawParameters(admin, statement, tenant, count, seed);
      if (draws.length > 0) cells.push({ statement, tenant, draws });
      else without.push(tenant.class);
    }
    if (without.length > 0)
      warnings.push({
        code: 'no-parameters',
        message: `${statement.name} was not compared for the ${without.join(', the ')}: a source of its parameters has no row there.`,
        advice: 'Take a larger scale, or a source that this tenant has.',
      });
  }
  return { cells, warnings };
}
