/** What is known of a statement before its time is measured. */
export interface Risky {
  /** Other indexes or pages than in the control. */
  readonly planChanged: boolean;
  /** Its finding of the night before is open. */
  readonly watched: boolean;
  /** Of the workload. */
  readonly weight: number;
  /** Nights since it was measured last; a statement that was left out comes forward. */
  readonly nightsAgo: number;
}

/** Those first that a night must not leave out: open findings, changed plans, long not measured, then by weight. */
export function byRisk<Each extends Risky>(statements: readonly Each[]): Each[] {
  return statements.toSorted(
    (a, b) =>
      Number(b.watched) - Number(a.watched) ||
      Number(b.planChanged) - Number(a.planChanged) ||
      b.nightsAgo - a.nightsAgo ||
      b.weight - a.weight,
  );
}
