import { Fault } from '../../config/fault.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Draw, Statement } from '../../scenarios/statement.ts';
import { explain } from '../postgres/explain.ts';

/** Where a page begins: how many rows lie before it, and the key of the last of them. */
export interface Place {
  readonly skip: number;
  readonly created_at: string;
  readonly id: string;
}

/** The forms of one list: `<list>/offset`, `<list>/keyset`, `<list>/keyset-or` of the catalogue. */
export interface PagedList {
  readonly name: string;
  readonly offset: Statement;
  readonly keyset: Statement;
  /** Keyset written out with OR, where the catalogue has it. */
  readonly keysetOr: Statement | null;
}

const placeColumns = ['skip', 'created_at', 'id'] as const;
const isPlaceColumn = (column: string): column is keyof Place =>
  (placeColumns as readonly string[]).includes(column);

/** Before every row: newer than any time. */
export const top: Place = { skip: 0, created_at: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** The lists that the catalogue has in both methods. */
export function pagedLists(catalogue: readonly Statement[]): PagedList[] {
  const find = (name: string) => catalogue.find((statement) => statement.name === name) ?? null;
  return catalogue.flatMap((offset) => {
    const name = /^(.+)\/offset$/.exec(offset.name)?.[1];
    const keyset = name ? find(`${name}/keyset`) : null;
    return name && keyset ? [{ name, offset, keyset, keysetOr: find(`${name}/keyset-or`) }] : [];
  });
}

/** The statement's parameters with its page's source set to `place`; the others stay as drawn. */
export const placed = (statement: Statement, draw: Draw, place: Place): Draw =>
  statement.params.map(({ source, column }, i) =>
    source.endsWith('_page') && isPlaceColumn(column) ? String(place[column]) : (draw[i] ?? null),
  );

/** The keys of a page, in its order; as text, so that no time loses its microseconds. */
export async function readPage(session: Session, statement: Statement, draw: Draw): Promise<Place[]> {
  const { rows } = await session.query<{ created_at: string; id: string }>(
    `SELECT created_at::text, id::text FROM (${statement.sql}\n) AS page`,
    draw,
  );
  return rows.map((row) => ({ skip: Number.NaN, ...row }));
}

/** The place of the page that begins after `skip` rows; null when the list is not that long. */
export async function placeAt(
  session: Session,
  { offset }: PagedList,
  draw: Draw,
  skip: number,
): Promise<Place | null> {
  if (skip === 0) return top;
  const [last] = await readPage(session, offset, placed(offset, draw, { ...top, skip: skip - 1 }));
  return last ? { ...last, skip } : null;
}

/** How many rows the list has: what the offset's Limit gets from below when it skips more than there are. */
export async function listLength(session: Session, { offset }: PagedList, draw: Draw): Promise<number> {
  const beyond = placed(offset, draw, { ...top, skip: 2 ** 40 });
  const { plan } = await explain(session, offset.sql, beyond, 'whole');
  const below = plan.root.children.find(({ relationship }) => relationship === 'Outer');
  if (below?.totalRows == null)
    throw new Fault(
      'usage',
      `${offset.name} is no page: its plan begins with ${plan.root.type}.`,
      `It must end with LIMIT and OFFSET: ${offset.file}.`,
    );
  return below.totalRows;
}
