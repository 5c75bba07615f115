import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, connect } from '../../infra/topology/session.ts';
import { forTenant } from '../../scenarios/identity.ts';
import type { Cell } from './cells.ts';
import { backendOf, limitTime } from './sessions.ts';
import type { ReadySide } from './side.ts';

/** How long a side is watched, and how often it is looked at. */
const watched = 1500;
const lookMs = 2;
const shown = 3;

/** What the server process of a side waited for while it executed these cells, the most frequent first: "Timeout PgSleep 81 %". */
export async function waitEvents(side: ReadySide, cells: readonly Cell[]): Promise<string[]> {
  const found = new Map<string, number>();
  let looks = 0;
  await using looker = await connect(side.home.url('admin', side.database), 'olympus-compare');
  const end = performance.now() + watched;
  for (const cell of cells) {
    if (performance.now() > end) break;
    const session = side.sessions.of(cell.statement);
    const pid = await backendOf(session);
    let over = false;
    const work = execute(session, side, cell, performance.now() + watched / cells.length).finally(() => {
      over = true;
    });
    work.catch(() => {}); // it is awaited below
    while (!over) {
      const { rows } = await looker.query<{ event: string | null }>(
        `SELECT wait_event_type || ' ' || wait_event AS event FROM pg_stat_activity
         WHERE pid = $1 AND state = 'active'`,
        [pid],
      );
      if (rows[0]) looks++;
      if (rows[0]?.event) found.set(rows[0].event, (found.get(rows[0].event) ?? 0) + 1);
      await pause(lookMs);
    }
    await work;
  }
  return [...found]
    .toSorted(([, x], [, y]) => y - x)
    .slice(0, shown)
    .map(([event, count]) => `${event} ${Math.round((100 * count) / looks)} %`);
}

async function execute(session: Connection, { texts }: ReadySide, cell: Cell, end: number): Promise<void> {
  const { statement, tenant, draws } = cell;
  await forTenant(session, tenant, async () => {
    await session.query(limitTime);
    do {
      await session.query('SAVEPOINT one');
      await session.query(texts?.get(statement.name) ?? statement.sql, draws[0]!);
      await session.query('ROLLBACK TO one');
    } while (performance.now() < end);
  });
}
