import type { TrustCheck } from '../../result/run.ts';
import type { NightFacts } from './facts.ts';

export const nightNames = {
  work: 'confirmed regressions of work',
  time: 'confirmed regressions of time',
} as const;

/** What a night is judged by: only what is confirmed fails it. */
export function nightObjectives({ void: why, metrics }: NightFacts): TrustCheck[] {
  const [exact, times] = [metrics.filter((one) => one.exact), metrics.filter((one) => !one.exact)];
  const confirmed = times.filter(({ state }) => state === 'confirmed');
  return [
    workObjective(exact),
    confirmed.length > 0
      ? { ...counted(nightNames.time, confirmed), figures: ['nightly.time'] }
      : openOrMet(why, times),
  ];
}

function workObjective(exact: NightFacts['metrics']): TrustCheck {
  const confirmed = exact.filter(({ state }) => state === 'confirmed');
  if (confirmed.length > 0) return counted(nightNames.work, confirmed);
  const base = { name: nightNames.work, limit: 0, unit: 'metrics' };
  if (exact.length === 0)
    return { ...base, ok: null, value: null, why: 'No statement was compared with the control.' };
  const accepted = exact.filter(({ state }) => state === 'accepted').length;
  const why =
    accepted === 0
      ? 'Every statement runs, returns the rows of the control, and reads no more pages.'
      : `Nothing is worse than in the control but what was accepted (${accepted} metrics).`;
  return { ...base, ok: true, value: 0, why };
}

function openOrMet(voided: string | null, times: NightFacts['metrics']): TrustCheck {
  const base = { name: nightNames.time, limit: 0, unit: 'metrics', figures: ['nightly.time'] };
  const open = (why: string): TrustCheck => ({ ...base, ok: null, value: null, why });
  if (voided !== null) return open(`The times of this night are void: ${voided}`);
  if (times.length === 0) return open('No time was measured.');
  // a finding that was neither confirmed nor refuted is not known, with however many nights behind it
  const undecided = times.filter(({ state }) => state === 'suspect');
  if (undecided.length > 0)
    return open(`Suspect, and neither confirmed nor refuted: ${shortened(undecided, '; ')}.`);
  const judged = times.filter(({ missing }) => missing === 0);
  const rest = times.length - judged.length;
  if (judged.length === 0) {
    const missing = Math.min(...times.map((one) => one.missing));
    return open(
      `No time can be judged yet: ${missing} more ${missing === 1 ? 'night is' : 'nights are'} needed.`,
    );
  }
  const fresh = judged.filter(({ state }) => state === 'new');
  const above =
    fresh.length === 0
      ? `None of ${judged.length} metrics is above its nights.`
      : `None is confirmed; above for the first night: ${shortened(fresh, ', ', false)}.`;
  const young = `${rest} with fewer nights ${rest === 1 ? 'is' : 'are'} not above the control, or what was accepted.`;
  const why = rest === 0 ? above : `${above} ${young}`;
  return { ...base, ok: true, value: 0, why };
}

const counted = (name: string, found: NightFacts['metrics']): TrustCheck => ({
  ...{ name, value: found.length, limit: 0, unit: 'metrics', ok: false },
  why: `${shortened(found, '; ')}.`,
});

const shown = 5;

/** The first of them, each with its reason. */
function shortened(found: NightFacts['metrics'], between: string, reasons = true): string {
  const named = found.slice(0, shown).map(({ metric, why }) => (reasons ? `${metric}: ${why}` : metric));
  const more = found.length > shown ? ` and ${found.length - shown} more` : '';
  return `${named.join(between)}${more}`;
}
