import type { TrustCheck } from '../../result/run.ts';
import type { NightFacts } from './facts.ts';

export const nightNames = {
  work: 'confirmed regressions of work',
  time: 'confirmed regressions of time',
} as const;

/** What a night is judged by: only what is confirmed fails it. */
export function nightObjectives({ void: why, metrics }: NightFacts): TrustCheck[] {
  const confirmed = metrics.filter(({ state }) => state === 'confirmed');
  const work = confirmed.filter(({ exact }) => exact);
  const time = confirmed.filter(({ exact }) => !exact);
  return [
    counted(
      nightNames.work,
      work,
      'Every statement runs, returns the rows of the control, and reads no more pages.',
    ),
    time.length > 0
      ? counted(nightNames.time, time, '')
      : openOrMet(
          why,
          metrics.filter(({ exact }) => !exact),
        ),
  ];
}

function openOrMet(voided: string | null, times: NightFacts['metrics']): TrustCheck {
  const base = { name: nightNames.time, limit: 0, unit: 'metrics' };
  const open = (why: string): TrustCheck => ({ ...base, ok: null, value: null, why });
  if (voided !== null) return open(`The times of this night are void: ${voided}`);
  const judged = times.filter(({ missing }) => missing === 0);
  if (times.length === 0) return open('No time was measured.');
  if (judged.length === 0) {
    const missing = Math.min(...times.map((one) => one.missing));
    return open(
      `No time can be judged yet: ${missing} more ${missing === 1 ? 'night is' : 'nights are'} needed.`,
    );
  }
  const suspects = judged.filter(({ state }) => state === 'new' || state === 'suspect');
  const named = suspects.slice(0, 5).map(({ metric, state }) => `${metric} (${state})`);
  const why =
    suspects.length === 0
      ? `None of ${judged.length} metrics is above its nights.`
      : `None is confirmed; watched: ${named.join(', ')}${suspects.length > named.length ? ` and ${suspects.length - named.length} more` : ''}.`;
  return { ...base, ok: true, value: 0, why };
}

function counted(name: string, found: NightFacts['metrics'], good: string): TrustCheck {
  const shown = found.slice(0, 5).map(({ metric, why }) => `${metric}: ${why}`);
  const more = found.length > shown.length ? ` And ${found.length - shown.length} more.` : '';
  return {
    ...{ name, value: found.length, limit: 0, unit: 'metrics', ok: found.length === 0 },
    why: found.length === 0 ? good : `${shown.join('; ')}.${more}`,
  };
}
