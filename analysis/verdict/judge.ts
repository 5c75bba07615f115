import type { Figure } from '../../result/figure.ts';
import type { TrustCheck, Verdict } from '../../result/run.ts';
import type { Facts } from './facts.ts';
import { withTrust } from './figure-trust.ts';
import { objectives as objectivesOf } from './objectives.ts';
import { partsOf } from './parts.ts';
import { partsEnded } from './parts-ended.ts';
import { trustChecks } from './trust-checks.ts';
import { verdict } from './verdict.ts';
import { withDoubt } from './with-doubt.ts';

/** Objectives of the user's, and those of ours that they replace. */
export interface Promises {
  readonly checks: readonly TrustCheck[];
  readonly instead: ReadonlySet<string>;
}
const none: Promises = { checks: [], instead: new Set() };

interface Judgement<Known extends Facts> {
  trust: Known['trust'] & { checks: TrustCheck[] };
  objectives: TrustCheck[];
  /** Those of the facts, each with what it rests on. */
  figures: Figure[];
  verdict: Verdict;
}

/** The judgements on a run as the sections of its result: trust, objectives, what each figure rests on, verdict. */
export function judge<Known extends Facts>(facts: Known, promises: Promises = none): Judgement<Known> {
  const checks = [...partsEnded(facts), ...trustChecks(facts)];
  const own = objectivesOf(facts).filter(({ name }) => !promises.instead.has(name));
  const objectives = [...promises.checks, ...own].map((objective) => withDoubt(objective, checks));
  const figures = withTrust(facts.figures ?? [], checks);
  return {
    trust: { ...facts.trust, checks },
    objectives,
    figures,
    verdict: {
      ...verdict(checks, objectives, facts.run.complete, figures),
      parts: partsOf(checks, objectives, facts.skipped),
    },
  };
}
