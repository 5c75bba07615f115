import type { Result } from '../../result/result.ts';
import { comparisonHeadline } from '../gate/comparison-headline.ts';

/**
 * What was asked for, in a line: which side and by how much, whether the index is worth it. None where a run answers no
 * single question: a bench, several candidates.
 */
export function answerOf({
  run,
  comparison,
  index,
  trust,
}: Pick<Result, 'run' | 'comparison' | 'index' | 'trust'>): string | undefined {
  if (run.kind === 'ab' && comparison.length > 0)
    return comparison.some(({ estimated }) => estimated)
      ? 'ESTIMATED ONLY'
      : comparisonHeadline(comparison, doubtOf(trust));
  const [first, ...others] = index;
  if (run.kind !== 'index' || !first || others.length > 0 || first.candidate) return undefined;
  return first.estimated ? 'ESTIMATED ONLY' : first.answer?.split(':')[0]?.toUpperCase();
}

/** The check that did not hold and on which the comparison's times rest; null: none. */
function doubtOf({ checks }: Result['trust']): string | null {
  const times = ['*', 'comparison.*', 'comparison.time'];
  const failed = checks.find(
    ({ ok, figures = ['*'] }) => ok === false && figures.some((each) => times.includes(each)),
  );
  return failed?.name ?? null;
}
