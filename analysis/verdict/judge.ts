import type { Check, Facts } from './facts.ts';
import { objectives as objectivesOf } from './objectives.ts';
import { trustChecks } from './trust-checks.ts';
import { type Judgement, verdict } from './verdict.ts';

/** The judgements on a run as the sections of its result: trust, objectives, verdict. */
export function judge(facts: Facts): { trust: { checks: Check[] }; objectives: Check[]; verdict: Judgement } {
  const checks = trustChecks(facts);
  const objectives = objectivesOf(facts);
  return { trust: { checks }, objectives, verdict: verdict(checks, objectives, facts.run.complete) };
}
