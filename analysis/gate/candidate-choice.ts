import type { IndexResult } from '../../result/result.ts';
import type { Candidate } from './candidate.ts';

/** Worth it, and each statement that it was suggested for gains: nothing else need be tried in its place. */
export const doesAll = ({ verdict, helped }: IndexResult, { statements = [] }: Candidate): boolean =>
  verdict === 'keep' && statements.every((name) => helped.includes(name));

/**
 * What is worth it, and another one more: that one lets the same statements gain and reads less, or as much by a smaller
 * index. One of them is enough.
 */
export function beaten(results: readonly IndexResult[]): { worse: IndexResult; better: IndexResult }[] {
  const worth = results.filter(({ verdict, workload }) => verdict === 'keep' && workload !== undefined);
  return worth.flatMap((worse) => {
    const better = worth.find((other) => other !== worse && isBetter(other, worse));
    return better ? [{ worse, better }] : [];
  });
}

function isBetter(other: IndexResult, one: IndexResult): boolean {
  if (one.helped.length === 0 || !one.helped.every((name) => other.helped.includes(name))) return false;
  const [pages, size] = [
    other.workload!.after - one.workload!.after,
    (other.sizeBytes ?? 0) - (one.sizeBytes ?? 0),
  ];
  return pages < 0 || (pages === 0 && size < 0);
}
