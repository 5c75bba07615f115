import type { Figure } from '../../result/figure.ts';
import type { TrustCheck, Verdict } from '../../result/run.ts';
import { betweenText } from './bounds.ts';
import { againstBefore } from './comparisons.ts';
import { couldBeMade } from './could-be-made.ts';
import { isExact, isOpen } from './objectives.ts';

/**
 * One word for a run, with a sentence for each thing that led to it. In this order: an exact objective missed (a
 * foreign row is one whatever the machine did); the run not whole; an objective missed by its whole interval, doubts
 * included; no time left that can be relied on, where an objective that is met or open is a time; an objective open, a
 * check that a longer run would make, or no objective at all; pass. One doubtful figure among others is named, and
 * decides nothing: what is in doubt by it is in the intervals already. What could not be checked has not passed.
 */
export function verdict(
  trust: readonly TrustCheck[],
  objectives: readonly TrustCheck[],
  complete: boolean,
  figures: readonly Figure[] = [],
): Verdict {
  const missed = objectives.filter(({ ok }) => ok === false);
  const missedExactly = missed.filter(({ name }) => isExact(name));
  const doubts = trust.filter(({ ok }) => ok === false);
  const open = [...objectives.filter(isOpen), ...trust.filter(couldBeMade)];
  const met = objectives.filter(({ ok }) => ok === true);
  const cut = complete ? [] : ['The run did not end: what was measured until then is kept.'];
  const rest = [...doubts.map(doubtText), ...open.map(openText)];

  if (missedExactly.length > 0)
    return { status: missedStatus(missedExactly), reasons: [...missed.map(missedText), ...cut, ...rest] };
  if (!complete) return { status: 'inconclusive', reasons: [...cut, ...missed.map(missedText), ...rest] };
  if (missed.length > 0)
    return { status: missedStatus(missed), reasons: [...missed.map(missedText), ...rest] };
  const judged = [...met, ...open];
  const byTheClock = judged.length === 0 || judged.some(({ name }) => !isExact(name));
  if (byTheClock && nothingToRelyOn(doubts, figures)) return { status: 'untrusted', reasons: rest };
  if (open.length > 0)
    return { status: 'inconclusive', reasons: [...open.map(openText), ...doubts.map(doubtText)] };
  if (met.length === 0) return { status: 'inconclusive', reasons: ['This run measured no objective.'] };
  return {
    status: 'pass',
    reasons: [passText(met, trust, objectives.length), ...doubts.map(doubtText)],
  };
}

/** The machine was somebody else's, or of all the times of the run each one is doubtful. */
function nothingToRelyOn(doubts: readonly TrustCheck[], figures: readonly Figure[]): boolean {
  if (doubts.some(({ figures: named }) => named === undefined || named.includes('*'))) return true;
  // beside an open run a closed one only looked for the rate
  const open = figures.some(({ labels }) => labels.model === 'open');
  const times = figures.filter(
    ({ kind, value, labels }) => kind === 'timed' && value !== null && !(open && labels.model === 'closed'),
  );
  return doubts.length > 0 && times.length > 0 && times.every(({ trust }) => trust === 'doubtful');
}

const missedStatus = (missed: readonly TrustCheck[]) =>
  missed.some(({ name }) => againstBefore.has(name)) ? 'regression' : 'objective-missed';

const missedText = (check: TrustCheck) => `Objective missed: ${told(check)}`;
const doubtText = (check: TrustCheck) => `Not trustworthy${spoken(check)}: ${told(check)}`;
const openText = ({ name, why, remedy }: TrustCheck) =>
  `Cannot say: ${name}. ${why}${remedy === undefined ? '' : ` Settle it: ${remedy}`}`;

/** " (load response)": of which figures. */
function spoken({ figures = ['*'] }: TrustCheck): string {
  if (figures.includes('*')) return ' (every time)';
  return ` (${figures
    .slice(0, 2)
    .map((each) =>
      each
        .replace(/^(.*)\.\1$/, '$1')
        .replace('.*', ', every time')
        .replace('.', ' ')
        .replaceAll('-', ' '),
    )
    .join(', ')}${figures.length > 2 ? ' and others' : ''})`;
}

function told({ name, value, limit, unit, why, low, high }: TrustCheck): string {
  const lies =
    low !== undefined && high !== undefined && low !== high
      ? betweenText({ low, high }, unit)
      : amount(value, unit, limit);
  return `${name}, ${lies} (limit ${amount(limit, '')}). ${why}`;
}

function passText(met: readonly TrustCheck[], trust: readonly TrustCheck[], all: number): string {
  const unchecked = trust.filter(({ ok }) => ok === null).map(({ name }) => name);
  const measured = met.length === 1 ? 'The one measured objective' : `All ${met.length} measured objectives`;
  const are = met.length === 1 ? 'is' : 'are';
  const objectives = met.length === all && all > 1 ? `All ${all} objectives` : `${measured} of ${all}`;
  const doubtful = trust.some(({ ok }) => ok === false);
  const rest = [
    doubtful && 'what is in doubt about single figures changes none of them',
    unchecked.length > 0 && `could not be checked: ${unchecked.join(', ')}`,
  ].filter(Boolean);
  const trusted = trust.length > 0 ? ' and every trust check passed' : '';
  return `${objectives} ${are} met${rest.length > 0 ? `; ${rest.join('; ')}` : trusted}.`;
}

/** With as many digits as tell it from the limit that it misses. */
function amount(value: number | null, unit: string, limit: number | null = null): string {
  if (value === null) return 'nothing';
  const rounded = [3, 4, 6, 9].map((places) => Number(value.toPrecision(places)));
  const digits = String(
    Number.isInteger(value) ? value : (rounded.find((each) => each !== limit || value === limit) ?? value),
  );
  return unit ? `${digits} ${unit}` : digits;
}
