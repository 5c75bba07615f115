import { type Figure, identityOf } from './figure.ts';
import { figuresIn } from './figures-in.ts';
import { measures } from './measures.ts';
import type { Result } from './result.ts';

/**
 * Every figure of a result, computed from its sections. What a judgement said of one (its trust) is kept as long as its
 * value is the one that was judged.
 */
export function figuresOf(result: Partial<Result>): Figure[] {
  const judged = new Map((result.figures ?? []).map((figure) => [identityOf(figure), figure]));
  return distinct(
    measures.flatMap(({ part, sections }) =>
      Object.entries(sections).flatMap(([key, { figures }]) =>
        figuresIn(part, figures, result[key as keyof Result]),
      ),
    ),
  ).map((figure) => {
    const before = judged.get(identityOf(figure));
    return before?.value === figure.value ? { ...figure, trust: before.trust, why: before.why } : figure;
  });
}

/** Two rows of the same labels are told apart by their place. */
function distinct(figures: readonly Figure[]): Figure[] {
  const seen = new Map<string, number>();
  return figures.map((figure) => {
    const identity = identityOf(figure);
    const nth = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, nth);
    return nth === 1 ? figure : { ...figure, labels: { ...figure.labels, nth: String(nth) } };
  });
}
