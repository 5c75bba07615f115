import { nodesOf, type Plan } from '../../analysis/explain/plan.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Warning } from '../../result/result.ts';
import { settingsCall } from '../../scenarios/identity.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { type Cell, cellName, drawCells } from '../compare/cells.ts';
import type { Setting } from '../measure.ts';
import { type Explained, estimate } from '../postgres/explain.ts';
import type { EstimatesCopy, Estimating } from './estimates-copy.ts';

/** What the planner says of one statement for one tenant. Nothing was executed. */
export interface Estimate extends Explained {
  readonly cell: Cell;
  /** The planner's cost of the whole statement, in its own units. */
  readonly cost: number;
}

export interface Estimated {
  readonly estimates: readonly Estimate[];
  readonly failed: readonly { readonly cell: Cell; readonly error: Error }[];
}

/** The values of the parameters come from the source, in a session that only reads: the copy has no rows. */
export async function drawOnSource(setting: Setting, count = 1) {
  const source = setting.topology.get('primary').url('admin', setting.database);
  await using session = await connect(source, 'olympus-estimates');
  return await drawCells(session, setting, count);
}

/** What one statement sets is taken back before the next. */
export async function estimateCells(
  estimating: Estimating,
  cells: readonly Cell[],
  signal: AbortSignal,
  login: (statement: Statement) => 'owner' | 'app' = ({ role }) => role,
): Promise<Estimated> {
  const estimates: Estimate[] = [];
  const failed: { cell: Cell; error: Error }[] = [];
  for (const cell of cells) {
    signal.throwIfAborted();
    try {
      const explained = await estimateOne(estimating, cell, login(cell.statement));
      estimates.push({ ...explained, cell, cost: costOf(explained.plan) });
    } catch (error) {
      failed.push({ cell, error: error as Error });
    }
  }
  return { estimates, failed };
}

async function estimateOne(
  { session, act }: Estimating,
  { statement, tenant, draws }: Cell,
  login: 'owner' | 'app',
): Promise<Explained> {
  await session.query('SAVEPOINT one');
  try {
    await act(login);
    const call = settingsCall(tenant);
    if (call) await session.query(call.text, call.values);
    return await estimate(session, statement.sql, draws[0]!);
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT one');
  }
}

/** EXPLAIN always says it; a plan without it is a defect that must not become a number. */
function costOf({ root: { estimatedCost } }: Plan): number {
  if (estimatedCost === null) throw new Error('the plan has no cost');
  return estimatedCost;
}

/** Names of the indexes of a plan, those of partitions under the name of the whole. */
export const indexesIn = ({ root }: Plan, roots: ReadonlyMap<string, string>): string[] => [
  ...new Set(nodesOf(root).flatMap(({ index }) => (index ? [roots.get(index) ?? index] : []))),
];

export const noEstimate = ({ cell, error }: Estimated['failed'][number]): Warning => ({
  code: 'statement-failed',
  message: `${cellName(cell)} has no estimate: ${error.message}`,
  advice: `Run EXPLAIN by hand; it is in ${cell.statement.file}.`,
});

/** What the copy does not know belongs to every answer that is given by it. */
export const lackingWarnings = ({ notes }: EstimatesCopy): Warning[] =>
  notes.map((message) => ({
    code: 'estimates-lack',
    message,
    advice: 'A copy with rows knows it: leave --estimates out, with --allow-writes.',
  }));
