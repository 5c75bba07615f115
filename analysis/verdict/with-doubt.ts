import type { TrustCheck } from '../../result/run.ts';

/**
 * An objective on a figure that a failed check puts in doubt: missed is more than is known, because what disturbs a
 * measurement makes it worse, never better. Where the value brought its interval the doubt is in that already, and only
 * what would settle it is taken from the check; counts are nobody's matter of trust.
 */
export function withDoubt(objective: TrustCheck, checks: readonly TrustCheck[]): TrustCheck {
  const bounded = objective.low !== undefined || objective.high !== undefined;
  if (bounded ? objective.ok !== null || objective.remedy !== undefined : objective.ok !== false)
    return objective;
  const doubt = checks.find((check) => check.ok === false && doubts(check, objective));
  if (!doubt) return objective;
  const settledBy = doubt.remedy === undefined ? {} : { remedy: doubt.remedy };
  if (bounded) return { ...objective, ...settledBy };
  return {
    ...objective,
    ok: null,
    why: `${objective.why} But ${doubt.name} did not hold: ${doubt.why}`,
    ...settledBy,
  };
}

/** Figures of time that objectives judge; the others are counted. */
const timed = [
  'load.achieved-rate',
  'load.response',
  'lag.stale-reads',
  'comparison.time',
  'nightly.time',
  'capacity.*',
];

function doubts({ figures = [], labels = {} }: TrustCheck, objective: TrustCheck): boolean {
  return (objective.figures ?? []).some(
    (each) =>
      timed.includes(each) &&
      (figures.includes('*') || figures.includes(each) || figures.includes(`${each.split('.')[0]}.*`)) &&
      Object.entries(objective.labels ?? {}).every(
        ([label, value]) => labels[label] === undefined || labels[label] === value,
      ),
  );
}
