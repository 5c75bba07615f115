import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../infra/topology/session.ts';
import { forTenant } from '../../scenarios/identity.ts';
import type { Statement } from '../../scenarios/statement.ts';
import type { Cell } from '../compare/cells.ts';
import { backendOf, limitTime, type SideSessions } from '../compare/sessions.ts';

/** What can touch which tables, and what could not be found out. */
export interface Touching {
  /** Names of the statements that can touch one of these tables; one that could not be executed counts as one. */
  of(tables: readonly string[]): ReadonlySet<string>;
  /** Why a statement could be executed for nobody, by its name. */
  readonly failed: ReadonlyMap<string, string>;
}

/**
 * Executes each statement for each of its tenants and takes it back: the locks that it holds then name every table that
 * it touched, also by functions, triggers, policies and foreign keys. What has no parameters here is only prepared,
 * which locks the tables that its text names. On a copy, for what is taken back leaves dead rows.
 */
export async function readTouching(
  sessions: SideSessions,
  catalogue: readonly Statement[],
  cells: readonly Cell[],
  signal: AbortSignal,
): Promise<Touching> {
  const sql = await readFile(join(import.meta.dirname, 'touched.sql'), 'utf8');
  const onlooker = sessions.of({ role: 'owner' }); // locks are not shown to the application
  const tables = new Map<string, ReadonlySet<string>>();
  const failed = new Map<string, string>();
  for (const statement of catalogue) {
    signal.throwIfAborted();
    const own = cells.filter((cell) => cell.statement.name === statement.name);
    const session = sessions.of(statement);
    const seen = new Set<string>();
    const why: string[] = [];
    const pid = await backendOf(session);
    const look = async () => {
      const { rows } = await onlooker.query<{ table: string }>(sql, [pid]);
      for (const { table } of rows) seen.add(table);
    };
    if (own.length === 0) why.push(...(await preparedOnly(session, statement, look)));
    for (const cell of own) why.push(...(await executedOnce(session, cell, look)));
    tables.set(statement.name, seen);
    if (own.length === 0 || why.length === own.length)
      failed.set(statement.name, why[0] ?? 'a source of its parameters has no row here');
  }
  return {
    failed,
    of: (wanted) =>
      new Set(
        [...tables]
          .filter(
            ([name, touched]) => touchesOne(touched, wanted) || (failed.has(name) && touched.size === 0),
          )
          .map(([name]) => name),
      ),
  };
}

const touchesOne = (touched: ReadonlySet<string>, wanted: readonly string[]) =>
  wanted.some((table) => touched.has(table));

type Look = () => Promise<void>;

async function preparedOnly(session: Session, { sql }: Statement, look: Look): Promise<string[]> {
  return taken(session, async () => {
    await session.query(`PREPARE olympus_touching AS ${sql}`);
    await look();
    await session.query('DEALLOCATE olympus_touching');
  });
}

async function executedOnce(session: Session, { statement, tenant, draws }: Cell, look: Look) {
  try {
    await forTenant(session, tenant, async () => {
      await session.query(limitTime);
      await session.query(statement.sql, draws[0]!);
      await look();
    });
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

async function taken(session: Session, work: () => Promise<void>): Promise<string[]> {
  await session.query('BEGIN');
  try {
    await work();
    return [];
  } catch (error) {
    return [(error as Error).message];
  } finally {
    await session.query('ROLLBACK').catch(() => {}); // a lost connection shows at the next query
  }
}
