import { dimensions } from '../../generators/embeddings.ts';
import type { Products } from './products.ts';

/** Ids of the `count` products with the largest cosine to the query, by comparing with all that pass `accept`. */
export function nearest(
  { ids, vectors }: Products,
  query: readonly number[],
  count: number,
  accept: (index: number) => boolean = () => true,
): string[] {
  const best: { index: number; score: number }[] = [];
  for (let index = 0; index < ids.length; index++) {
    if (!accept(index)) continue;
    let score = 0;
    for (let i = 0, at = index * dimensions; i < dimensions; i++, at++) score += vectors[at]! * query[i]!;
    if (best.length === count && score <= best.at(-1)!.score) continue;
    const place = best.findIndex((each) => each.score < score);
    best.splice(place < 0 ? best.length : place, 0, { index, score });
    if (best.length > count) best.pop();
  }
  return best.map(({ index }) => ids[index]!);
}

/** Share of `wanted` that is in `found`; null when nothing was to be found. */
export function recall(wanted: readonly string[], found: readonly string[]): number | null {
  if (wanted.length === 0) return null;
  const there = new Set(found);
  return wanted.filter((id) => there.has(id)).length / wanted.length;
}
