import type { TrustCheck } from '../../result/run.ts';

/** Those that do not say which figures they judge. */
export const judging = (figure: string, checks: readonly TrustCheck[]): TrustCheck[] =>
  checks.map((check) => ({ figures: [figure], ...check }));
