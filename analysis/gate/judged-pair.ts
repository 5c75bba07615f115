import { median } from '../statistics/quantile.ts';

/**
 * The two figures that stand beside a judged ratio: A's median, and B as the ratio times it, because the medians of both
 * sides may differ the other way round. Without a ratio they are the medians; null without any pair.
 */
export function judgedPair(
  pairs: readonly (readonly [a: number, b: number])[],
  ratio: number | null,
): { a: number | null; b: number | null } {
  const a = median(pairs.map(([one]) => one));
  return { a, b: a === null || ratio === null ? median(pairs.map(([, other]) => other)) : a * ratio };
}
