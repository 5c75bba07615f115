import type { AcceptedFinding } from '../../result/accepted-finding.ts';
import type { Finding } from '../../result/finding.ts';
import { deepOffset } from './deep-offset.ts';
import { lagOutliers } from './lag-outliers.ts';
import { missedExpectation } from './missed-expectation.ts';
import { policyCost } from './policy-cost.ts';
import { preparedFailures } from './prepared-failures.ts';
import { retries } from './retries.ts';
import type { Findable, Found, Rule } from './rule.ts';
import { slowPlanning } from './slow-planning.ts';
import { stalls } from './stalls.ts';
import { timeShare } from './time-share.ts';
import { workForRows } from './work-for-rows.ts';
import { wrongEstimate } from './wrong-estimate.ts';

/** Of findings that are equally bad, those of the first rule come first. */
export const rules: readonly Rule[] = [
  missedExpectation,
  preparedFailures,
  stalls,
  workForRows,
  policyCost,
  timeShare,
  retries,
  deepOffset,
  wrongEstimate,
  lagOutliers,
  slowPlanning,
];

/**
 * What a reader should look at, worst first; known ones last. Within a severity the worst of each rule comes before the
 * second of any: three findings of one kind would hide the others.
 */
export function findings(facts: Findable, accepted: readonly AcceptedFinding[] = []): Finding[] {
  const reasons = new Map(accepted.map(({ id, reason }) => [id, reason]));
  return rules
    .flatMap((rule, order) => placed(rule, order, facts, reasons))
    .toSorted(
      (a, b) =>
        Number('known' in a.finding) - Number('known' in b.finding) ||
        b.finding.severity - a.finding.severity ||
        a.place - b.place ||
        a.order - b.order,
    )
    .map(({ finding }) => finding);
}

interface Placed {
  readonly finding: Finding;
  /** Among those of its rule that are equally bad and equally known. */
  readonly place: number;
  readonly order: number;
}

function placed(rule: Rule, order: number, facts: Findable, reasons: ReadonlyMap<string, string>): Placed[] {
  const all = rule
    .find(facts)
    .map((found) => doubted(found, facts))
    .toSorted((a, b) => b.excess - a.excess)
    .map(({ about, excess: _, ...rest }): Finding => {
      const id = `${rule.name}/${about}`;
      const known = reasons.get(id);
      return { id, ...rest, ...(known !== undefined && { known }) };
    });
  const groups = Map.groupBy(all, ({ severity, known }) => `${severity} ${known !== undefined}`);
  return [...groups.values()].flatMap((same) => same.map((finding, place) => ({ finding, place, order })));
}

/** What rests on a figure that is not trusted says so, and is never the worst. */
function doubted(found: Found, { trust }: Findable): Found {
  const failed = trust.checks.find(({ ok, figures }) => ok === false && figures?.includes(found.figure));
  if (!failed) return found;
  const severity = found.severity === 3 ? 2 : 1;
  return { ...found, severity, sentence: `${found.sentence} Doubtful: the check “${failed.name}” failed.` };
}
