import type { TrustCheck, Verdict } from '../../result/run.ts';
import type { Facts } from './facts.ts';
import { objectives as objectivesOf } from './objectives.ts';
import { partsEnded } from './parts-ended.ts';
import { trustChecks } from './trust-checks.ts';
import { verdict } from './verdict.ts';

/** Objectives of the user's, and those of ours that they replace. */
export interface Promises {
  readonly checks: readonly TrustCheck[];
  readonly instead: ReadonlySet<string>;
}
const none: Promises = { checks: [], instead: new Set() };

/** The judgements on a run as the sections of its result: trust, objectives, verdict. */
export function judge<Known extends Facts>(
  facts: Known,
  promises: Promises = none,
): { trust: Known['trust'] & { checks: TrustCheck[] }; objectives: TrustCheck[]; verdict: Verdict } {
  const checks = [...partsEnded(facts), ...trustChecks(facts)];
  const own = objectivesOf(facts).filter(({ name }) => !promises.instead.has(name));
  const objectives = [...promises.checks, ...own];
  return {
    trust: { ...facts.trust, checks },
    objectives,
    verdict: verdict(checks, objectives, facts.run.complete),
  };
}
