import { diffPlans } from '../../analysis/gate/plan-diff.ts';
import type { Nightly } from '../../result/result.ts';
import { forTenant } from '../../scenarios/identity.ts';
import { type Cell, cellName } from '../compare/cells.ts';
import { limitTime } from '../compare/sessions.ts';
import type { ReadySide } from '../compare/side.ts';
import { explain } from '../postgres/explain.ts';
import { cellOn } from './work.ts';

/** Statements whose plans one night shows. */
const maxPlans = 12;

/** The plans of these cells in the control and in head, side by side. */
export async function movedPlans(
  [control, head]: readonly [ReadySide, ReadySide],
  cells: readonly Cell[],
): Promise<Nightly['plans']> {
  const plans: Nightly['plans'] = [];
  const once = [...new Map(cells.map((cell) => [cellName(cell), cell])).values()];
  for (const cell of once.slice(0, maxPlans)) {
    const [before, after] = [await planOn(control, cell), await planOn(head, cell)];
    const about = { statement: cell.statement.name, tenantClass: cell.tenant.class };
    if (before === null || after === null) {
      plans.push({ ...about, summary: 'One side has no plan: the statement fails there.', rows: [] });
      continue;
    }
    const { summary, rows } = diffPlans(before, after);
    plans.push({ ...about, summary, rows: rows.map((row) => ({ ...row, words: [...row.words] })) });
  }
  return plans;
}

async function planOn(side: ReadySide, cell: Cell) {
  const { statement, draws, tenant } = cellOn(side, cell);
  const session = side.sessions.of(statement);
  try {
    return await forTenant(session, tenant, async () => {
      await session.query(limitTime);
      return (await explain(session, statement.sql, draws[0]!)).plan;
    });
  } catch {
    return null; // that it fails is told as a figure of its own
  }
}
