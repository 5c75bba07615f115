import type { Session } from '../../infra/topology/session.ts';
import type { Warning } from '../../result/result.ts';
import { type Cell, cellName } from '../compare/cells.ts';
import { countPages, type PageCount } from '../compare/pages.ts';
import type { ReadySide } from '../compare/side.ts';
import type { Setting } from '../measure.ts';

/** A figure without noise of one cell, in the control and in head. */
export interface ExactPair {
  readonly metric: string;
  readonly unit: string;
  readonly cell: Cell;
  readonly control: number;
  readonly head: number;
  readonly why: string | null;
}

export interface CellWork {
  readonly cell: Cell;
  /** Other indexes or other pages than in the control. */
  readonly planChanged: boolean;
  /** Both sides return the same rows, so their time can be compared. */
  readonly comparable: boolean;
}

export interface Work {
  readonly exact: readonly ExactPair[];
  readonly cells: readonly CellWork[];
  readonly warnings: readonly Warning[];
}

/** A cell as a side executes it. */
export const cellOn = ({ texts }: Pick<ReadySide, 'texts'>, cell: Cell): Cell => {
  const sql = texts?.get(cell.statement.name);
  return sql === undefined ? cell : { ...cell, statement: { ...cell.statement, sql } };
};

/** Of the draws, those whose pages are counted. */
const countedDraws = 2;

/** Whether each cell runs on both sides, returns the same rows, and how many pages it reads. */
export async function compareWork(
  { budget, progress, signal }: Pick<Setting, 'budget' | 'progress' | 'signal'>,
  [control, head]: readonly [ReadySide, ReadySide],
  cells: readonly Cell[],
): Promise<Work> {
  const exact: ExactPair[] = [];
  const judged: CellWork[] = [];
  const warnings: Warning[] = [];
  for (const [i, cell] of cells.entries()) {
    signal.throwIfAborted();
    const count = (side: ReadySide): Promise<PageCount> =>
      countPages(
        side.sessions.of(cell.statement) as Session,
        cellOn(side, { ...cell, draws: cell.draws.slice(0, countedDraws) }),
        budget.planRepeats,
        'whole',
      );
    const [a, b] = [await count(control), await count(head)];
    progress.count(i + 1, cells.length, 'statements');
    if (a.kind === 'failed') {
      warnings.push(failsInControl(cell, a.why));
      continue;
    }
    const fails = b.kind === 'failed';
    exact.push(told(cell, 'fails', 0, Number(fails), fails ? b.why : null));
    if (b.kind === 'failed') continue;
    const same = a.result === b.result;
    exact.push(
      told(cell, 'other rows', 0, Number(!same), same ? null : 'head returns other rows than the control'),
    );
    exact.push({ ...told(cell, 'pages', a.pages, b.pages, null), unit: 'pages' });
    const planChanged = a.pages !== b.pages || a.indexes.join() !== b.indexes.join();
    judged.push({ cell, planChanged, comparable: same });
  }
  return { exact, cells: judged, warnings };
}

const told = (cell: Cell, what: string, control: number, head: number, why: string | null): ExactPair => ({
  ...{ metric: `${cellName(cell)}, ${what}`, unit: '', cell, control, head, why },
});

const failsInControl = (cell: Cell, why: string): Warning => ({
  code: 'fails-in-control',
  message: `${cellName(cell)} fails in the control, so there is nothing to compare it with: ${why}`,
  advice: 'Pin a later control (--control), or correct the statement.',
});
