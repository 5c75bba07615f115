import type { TrustCheck, Verdict } from '../../result/run.ts';
import { againstBefore } from './comparisons.ts';
import { isExact, notAsked } from './objectives.ts';

/**
 * One word for a run, with a sentence for each thing that led to it. In this order: an exact objective missed (a
 * foreign row is one whatever the machine did); the run not whole; figures not to be believed; an objective missed;
 * an objective open or none at all; pass. A check that could not be made is named, and never counted as passed.
 */
export function verdict(
  trust: readonly TrustCheck[],
  objectives: readonly TrustCheck[],
  complete: boolean,
): Verdict {
  const missed = objectives.filter(({ ok }) => ok === false);
  const missedExactly = missed.filter(({ name }) => isExact(name));
  const doubts = trust.filter(({ ok }) => ok === false);
  const open = objectives.filter(({ ok, why }) => ok === null && why !== notAsked);
  const met = objectives.filter(({ ok }) => ok === true);
  const cut = complete ? [] : ['The run did not end: what was measured until then is kept.'];

  if (missedExactly.length > 0)
    return {
      status: missedStatus(missedExactly),
      reasons: [...missed.map(missedText), ...cut, ...doubts.map(doubtText)],
    };
  if (!complete) return { status: 'inconclusive', reasons: [...cut, ...missed.map(missedText)] };
  if (doubts.length > 0)
    return { status: 'untrusted', reasons: [...doubts.map(doubtText), ...missed.map(missedText)] };
  if (missed.length > 0) return { status: missedStatus(missed), reasons: missed.map(missedText) };
  if (open.length > 0) return { status: 'inconclusive', reasons: open.map(openText) };
  if (met.length === 0) return { status: 'inconclusive', reasons: ['This run measured no objective.'] };
  return { status: 'pass', reasons: [passText(met, trust, objectives.length)] };
}

const missedStatus = (missed: readonly TrustCheck[]) =>
  missed.some(({ name }) => againstBefore.has(name)) ? 'regression' : 'objective-missed';

const missedText = (check: TrustCheck) => `Objective missed: ${told(check)}`;
const doubtText = (check: TrustCheck) => `Not trustworthy: ${told(check)}`;
const told = ({ name, value, limit, unit, why }: TrustCheck) =>
  `${name}, ${amount(value, unit)} (limit ${amount(limit, '')}). ${why}`;
const openText = ({ name, why }: TrustCheck) => `Open: ${name}. ${why}`;

function passText(met: readonly TrustCheck[], trust: readonly TrustCheck[], all: number): string {
  const unchecked = trust.filter(({ ok }) => ok === null).map(({ name }) => name);
  const objectives =
    met.length === all ? `All ${all} objectives` : `All ${met.length} measured objectives of ${all}`;
  return `${objectives} are met${unchecked.length ? `; could not be checked: ${unchecked.join(', ')}` : ' and every trust check passed'}.`;
}

function amount(value: number | null, unit: string): string {
  if (value === null) return 'nothing';
  const digits = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
  return unit ? `${digits} ${unit}` : digits;
}
