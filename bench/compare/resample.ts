import { connect, identifier } from '../../infra/topology/session.ts';
import { settingsCall } from '../../scenarios/identity.ts';
import type { Setting } from '../measure.ts';
import type { Cell } from './cells.ts';
import { pagesOnce } from './pages.ts';
import { limitTime } from './sessions.ts';
import type { ReadySide } from './side.ts';

/** How often the statistics are drawn anew before a plan is called stable (docs/method.md, "Work of a plan"). */
export const resamplings = 3;

/**
 * Pages of each cell after each of `times` re-ANALYZEs; null where it failed. ANALYZE runs in a transaction that is
 * taken back, so the side keeps the statistics that it shares with the other one.
 */
export async function pagesResampled(
  { signal }: Pick<Setting, 'signal'>,
  { home, database, side: { rls } }: Pick<ReadySide, 'home' | 'database' | 'side'>,
  cells: readonly Cell[],
  times: number,
  each: (done: number) => void = () => {},
): Promise<(number | null)[][]> {
  await using admin = await connect(home.url('admin', database), 'olympus-compare');
  const samples: (number | null)[][] = [];
  for (let i = 0; i < times; i++) {
    signal.throwIfAborted();
    await admin.query('BEGIN');
    try {
      await admin.query('ANALYZE');
      const pages: (number | null)[] = [];
      for (const cell of cells)
        pages.push(await asCaller(admin, cell, rls === 'off' ? 'owner' : cell.statement.role));
      samples.push(pages);
    } finally {
      await admin.query('ROLLBACK').catch(() => {}); // a lost connection shows above
    }
    each(i + 1);
  }
  return samples;
}

async function asCaller(
  admin: Parameters<typeof pagesOnce>[0],
  cell: Cell,
  role: 'owner' | 'app',
): Promise<number | null> {
  const identity = settingsCall(cell.tenant);
  await admin.query('SAVEPOINT cell');
  try {
    if (identity) await admin.query(identity.text, identity.values);
    await admin.query(limitTime);
    await admin.query(`SET LOCAL ROLE ${identifier(`olympus_${role}`)}`);
    return await pagesOnce(admin, cell);
  } catch {
    return null;
  } finally {
    await admin.query('ROLLBACK TO cell; RELEASE cell');
  }
}
