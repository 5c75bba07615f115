import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../infra/topology/session.ts';
import { forTenant } from '../../scenarios/identity.ts';
import type { Cell } from '../compare/cells.ts';
import { limitTime, type SideSessions } from '../compare/sessions.ts';

/** Rows of one table that the catalogue writes, by the statements' weights. */
export interface Written {
  readonly inserted: number;
  readonly updated: number;
  /** Updated rows by the column that they change. */
  readonly columns: ReadonlyMap<string, number>;
}

/**
 * What the catalogue's writes do to a table, whoever writes it: a statement, a function or a trigger. On a copy: a
 * trigger notes each row, and goes with its function when it has answered.
 * @param cells those of the writes that can touch the table
 */
export async function readWritten(
  admin: Session,
  sessions: SideSessions,
  table: string,
  cells: readonly Cell[],
): Promise<Written> {
  const writes = cells.filter(({ statement }) => statement.kind === 'write' && statement.weight > 0);
  const total = { inserted: 0, updated: 0 };
  const columns = new Map<string, number>();
  if (writes.length === 0) return { ...total, columns };
  const text = await readFile(join(import.meta.dirname, 'note-writes.sql'), 'utf8');
  await admin.query(text.replace(':table', table));
  try {
    for (const cell of writes) {
      const share =
        cell.statement.weight / writes.filter(({ statement }) => statement === cell.statement).length;
      for (const row of await rowsWritten(sessions.of(cell.statement), cell)) {
        if (row.inserted) total.inserted += share;
        else total.updated += share;
        for (const name of row.columns) columns.set(name, (columns.get(name) ?? 0) + share);
      }
    }
  } finally {
    await admin.query('DROP FUNCTION bench.note_write() CASCADE; DROP TABLE bench.written');
  }
  return { ...total, columns };
}

async function rowsWritten(session: Session, { statement, tenant, draws }: Cell) {
  try {
    return await forTenant(session, tenant, async () => {
      await session.query(limitTime);
      await session.query(statement.sql, draws[0]!);
      const { rows } = await session.query<{ inserted: boolean; columns: string[] }>(
        'SELECT inserted, columns FROM bench.written',
      );
      return rows;
    });
  } catch {
    return []; // that it fails is told where its pages are counted
  }
}
