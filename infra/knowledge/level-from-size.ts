import { pageBytes } from './btree-pages.ts';

/** Page header and special space; inner pages are filled to 70 % and leaves to 90 % (the manual, "fillfactor"). */
const usable = (pageBytes - 24 - 16) * 0.7;
/** Tuple header and line pointer. */
const perTuple = 12;

/** The level of the root of a B-tree of so many pages: the first at which that many fit, by how many keys an inner page holds. */
export function levelFromSize(pages: number, keyBytes: number): number {
  const branches = Math.max(2, Math.floor(usable / (perTuple + Math.ceil(Math.max(keyBytes, 8) / 8) * 8)));
  let level = 0;
  for (let most = 2, inLevel = 1; most < pages; level++) most += inLevel *= branches; // the first page is no part of the tree
  return level;
}
