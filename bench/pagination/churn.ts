import { identifier, type Session } from '../../infra/topology/session.ts';
import type { PaginationCheck } from '../../result/result.ts';
import type { Draw } from '../../scenarios/statement.ts';
import { type PagedList, type Place, placed, readPage, top } from './pages.ts';

type Method = 'offset' | 'keyset';
type Churn = NonNullable<PaginationCheck['churn']>;
type Miscounted = Churn['arrivals']['offset'];

/**
 * What a reader who turns `pages` pages sees twice or never while the list changes under him: after each page a row
 * arrives at the top, or one that he has read leaves. Each walk is taken back.
 *
 * The session is a superuser's, in a transaction: triggers and foreign keys are set aside, so that the same rows can
 * be taken out and put back in any table. Arrivals are the list's own newest rows, taken out before.
 */
export async function checkChurn(
  session: Session,
  list: PagedList,
  draws: Readonly<Record<Method, Draw>>,
  pages: number,
): Promise<Churn> {
  await session.query('SET LOCAL session_replication_role = replica');
  const table = `core.${identifier(list.name)}`;
  const columns = await insertable(session, table);
  const both = async (walk: (method: Method) => Promise<Miscounted>) => ({
    offset: await takenBack(session, () => walk('offset')),
    keyset: await takenBack(session, () => walk('keyset')),
  });
  const turn = (method: Method, afterPage: (page: readonly Place[]) => Promise<void>) =>
    turnPages(session, list, method, draws[method], pages, afterPage);

  const arrivals = await both(async (method) => {
    const newest = (await turn('keyset', async () => {})).slice(0, pages);
    await session.query(
      `CREATE TEMP TABLE waiting ON COMMIT DROP AS SELECT * FROM ${table} WHERE id = ANY ($1)`,
      [newest],
    );
    await session.query(`DELETE FROM ${table} WHERE id = ANY ($1)`, [newest]);
    const list = await turn('keyset', async () => {});
    const seen = await turn(method, async () => {
      const next = newest.pop();
      await session.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM waiting WHERE id = $1`, [
        next,
      ]);
    });
    return miscounted(list, seen);
  });
  const removals = await both(async (method) => {
    const list = await turn('keyset', async () => {});
    const seen = await turn(method, async ([first]) => {
      await session.query(`DELETE FROM ${table} WHERE id = $1`, [first?.id]);
    });
    return miscounted(list, seen);
  });
  return { pages, arrivals, removals };
}

async function takenBack<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT churn');
  try {
    return await work();
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT churn');
  }
}

/** The ids of the pages one after another. */
async function turnPages(
  session: Session,
  list: PagedList,
  method: Method,
  draw: Draw,
  pages: number,
  afterPage: (page: readonly Place[]) => Promise<void>,
): Promise<string[]> {
  const ids: string[] = [];
  let last: Place = top;
  for (let page = 0; page < pages; page++) {
    const place = { ...last, skip: ids.length };
    const rows = await readPage(session, list[method], placed(list[method], draw, place));
    ids.push(...rows.map(({ id }) => id));
    last = rows.at(-1) ?? last;
    if (rows.length === 0) break;
    await afterPage(rows);
  }
  return ids;
}

/** Of the rows that were there from the first page on and lie before the last one seen. */
export function miscounted(list: readonly string[], seen: readonly string[]): Miscounted {
  const different = new Set(seen);
  const lastSeen = list.findLastIndex((id) => different.has(id));
  return {
    doubled: seen.length - different.size,
    skipped: list.slice(0, lastSeen + 1).filter((id) => !different.has(id)).length,
  };
}

async function insertable(session: Session, table: string): Promise<string> {
  const { rows } = await session.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  return rows[0]!.columns;
}
