import type { Session } from '../../infra/topology/session.ts';
import type { Draw } from '../../scenarios/statement.ts';
import { type PagedList, type Place, placed, readPage, top } from './pages.ts';

/** Whether pages, put one after another, are the list. */
export interface Joined {
  /** Rows of the pages that were walked. */
  readonly rows: number;
  /** What is wrong, in words; empty when all is right. */
  readonly wrong: readonly string[];
}

/**
 * Walks at most `pages` pages by keyset and compares: no row comes twice, rows come in the order of their keys, pages
 * by offset (every `every`-th) are the same rows, and the walk ends where the list does.
 */
export async function checkJoined(
  session: Session,
  list: PagedList,
  draws: { readonly offset: Draw; readonly keyset: Draw },
  length: number,
  pages: number,
  every = 20,
): Promise<Joined> {
  const seen = new Set<string>();
  const wrong: string[] = [];
  let last: Place = top;
  let ended = false;
  for (let page = 0; page < pages && !ended; page++) {
    const rows = await readPage(session, list.keyset, placed(list.keyset, draws.keyset, last));
    if (page % every === 0) {
      const skipped = placed(list.offset, draws.offset, { ...top, skip: seen.size });
      const same = sameRows(rows, await readPage(session, list.offset, skipped));
      if (!same) wrong.push(`The pages after ${seen.size} rows differ between offset and keyset.`);
    }
    for (const row of rows) {
      if (seen.has(row.id)) wrong.push(`Row ${row.id} comes twice.`);
      seen.add(row.id);
    }
    ended = rows.length === 0;
    last = rows.at(-1) ?? last;
    if (wrong.length > 5) break;
  }
  if (ended && seen.size !== length) wrong.push(`The pages have ${seen.size} rows, the list ${length}.`);
  return { rows: seen.size, wrong };
}

/** Whether all forms of the list give the same rows after `place`. */
export async function samePages(
  session: Session,
  list: PagedList,
  draws: { readonly offset: Draw; readonly keyset: Draw },
  place: Place,
): Promise<boolean> {
  const byOffset = await readPage(session, list.offset, placed(list.offset, draws.offset, place));
  const forms = list.keysetOr ? [list.keyset, list.keysetOr] : [list.keyset];
  for (const form of forms) {
    if (!sameRows(byOffset, await readPage(session, form, placed(form, draws.keyset, place)))) return false;
  }
  return true;
}

const sameRows = (a: readonly Place[], b: readonly Place[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => id === b[i]!.id);
