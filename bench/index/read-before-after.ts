import type { Reading } from '../../analysis/gate/index-reading.ts';
import { judgeWork } from '../../analysis/statistics/judge-work.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { IndexResult, PlanDiffResult, Warning } from '../../result/result.ts';
import { type Cell, cellName } from '../compare/cells.ts';
import { countPages } from '../compare/pages.ts';
import { openSessions } from '../compare/sessions.ts';
import type { Setting } from '../measure.ts';
import { readLineage } from '../postgres/lineage.ts';
import { movedPlan } from '../postgres/moved-plan.ts';
import type { Index } from './indexes.ts';

interface Copied {
  readonly database: string;
  readonly admin: Session;
}

/** What every statement reads on both copies. */
export interface Pages {
  readonly readings: readonly Reading[];
  readonly statements: NonNullable<IndexResult['statements']>;
  /** Of those statements. */
  readonly planDiffs: PlanDiffResult[];
  readonly warnings: readonly Warning[];
  /** Statements whose plans use an added index. */
  readonly usedBy: readonly string[];
  /** Cells whose pages moved: those that are worth timing. */
  readonly moved: readonly Cell[];
  /** What could not be read on a side: name and reason. */
  readonly failed: readonly string[];
}

export async function readBeforeAfter(
  setting: Setting,
  primary: Endpoint,
  cells: readonly Cell[],
  before: Copied,
  after: Copied,
  added: readonly Index[],
): Promise<Pages> {
  const users = new Set<string>();
  await using without = await openSessions(primary, before.database);
  await using having = await openSessions(primary, after.database);
  const lineage = await readLineage(after.admin);
  const lineageBefore = await readLineage(before.admin);
  const planDiffs: PlanDiffResult[] = [];
  const readings: Reading[] = [];
  const statements: Pages['statements'] = [];
  const warnings: Warning[] = [];
  const moved: Cell[] = [];
  const failed = new Map<string, string>();
  for (const [i, cell] of cells.entries()) {
    setting.signal.throwIfAborted();
    const { statement, tenant } = cell;
    const repeats = setting.budget.planRepeats;
    const a = await countPages(without.of(statement), cell, repeats, 'reading only');
    const b = await countPages(having.of(statement), cell, repeats, 'reading only');
    setting.progress.count(i + 1, cells.length, 'statements');
    if (a.kind === 'failed' || b.kind === 'failed') {
      const [x, y] = [a.kind === 'failed' ? a.why : '', b.kind === 'failed' ? b.why : ''];
      warnings.push(notRead(cell, x, y));
      failed.set(statement.name, `${cellName(cell)} (${x || y})`);
      continue;
    }
    const [name, tenantClass] = [statement.name, tenant.class];
    readings.push({
      statement: name,
      tenantClass,
      weight: statement.weight,
      before: a.pages,
      after: b.pages,
    });
    const indexes = [...new Set(b.indexes.map((index) => lineage.indexes.get(index) ?? index))];
    if (added.some(({ short }) => indexes.includes(short))) users.add(name);
    if (judgeWork(a.pages, b.pages) !== 'same') {
      moved.push(cell);
      statements.push({
        ...{ statement: name, tenantClass, before: Math.round(a.pages), after: Math.round(b.pages) },
        indexes,
      });
      const [side, other] = ['without the change', 'with the change'];
      planDiffs.push(
        movedPlan(
          name,
          tenantClass,
          { side, plan: a.plan, lineage: lineageBefore },
          { side: other, plan: b.plan, lineage },
        ),
      );
    }
    if (a.result !== b.result) warnings.push(otherRows(cell));
  }
  return {
    readings,
    statements,
    planDiffs,
    warnings,
    usedBy: [...users].sort(),
    moved,
    failed: [...failed.values()],
  };
}

const notRead = (cell: Cell, a: string, b: string): Warning => ({
  code: 'statement-failed',
  message: `${cellName(cell)} could not be read ${a ? `without the change: ${a}` : `with the change: ${b}`}`,
  advice: `Run it by hand; it is in ${cell.statement.file}.`,
});

const otherRows = (cell: Cell): Warning => ({
  code: 'order-not-total',
  message: `${cellName(cell)} returns other rows with the change; an index cannot change what is right.`,
  advice: 'Its ORDER BY leaves ties at the LIMIT: add the id as the last key.',
});
