import type { IndexResult } from '../../result/result.ts';
import type { Candidate } from './candidate.ts';

/** Worth it, and each statement that it was suggested for gains: nothing else need be tried in its place. */
export const doesAll = ({ verdict, helped }: IndexResult, { statements = [] }: Candidate): boolean =>
  verdict === 'keep' && statements.every((name) => helped.includes(name));

/** Of two that are worth it the one with which the statements read more, or as much by a larger index; one of them is enough. */
export function beaten(results: readonly IndexResult[]): IndexResult | undefined {
  const [first, second] = results.filter(({ verdict }) => verdict === 'keep');
  if (!first || !second) return undefined;
  const [pages, other] = [first, second].map(({ workload }) => workload!.after) as [number, number];
  return pages > other || (pages === other && first.sizeBytes! > second.sizeBytes!) ? first : second;
}
