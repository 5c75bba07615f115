import type { TrustCheck, Verdict } from '../../result/run.ts';
import { couldBeMade } from './could-be-made.ts';

/** Whether a release can go out, on one page. */
export interface Readiness {
  status: 'ready' | 'not-ready' | 'cannot-say';
  /** In one sentence. */
  answer: string;
  /** What stands in the way, the worst first, and what would remove it. */
  obstacles: { what: string; kind: 'missed' | 'open' | 'untrusted' | 'skipped'; remedy: string }[];
  met: number;
  of: number;
}

interface Judged {
  readonly verdict: Verdict;
  readonly trust: readonly TrustCheck[];
  readonly objectives: readonly TrustCheck[];
  readonly skipped: readonly { part: string; why: string; how: string; applies?: false }[];
  readonly complete: boolean;
}

/** What a missed objective still lacks, an open one still needs, and a doubt rests on. */
export function readiness({ verdict, trust, objectives, skipped, complete }: Judged): Readiness {
  const missed = objectives.filter(({ ok }) => ok === false);
  const open = objectives.filter(({ ok }) => ok === null);
  // what is in doubt about a figure is in the intervals: it stands in the way only where nothing is left to rely on
  const doubts = verdict.status === 'pass' ? [] : trust.filter(({ ok }) => ok === false);
  const brief = trust.filter(couldBeMade);
  const obstacles: Readiness['obstacles'] = [
    ...missed.map((one) => ({ what: one.name, kind: 'missed' as const, remedy: distance(one) })),
    ...doubts.map((one) => ({ what: one.name, kind: 'untrusted' as const, remedy: distance(one) })),
    ...[...open, ...brief].map((one) => ({
      ...{ what: one.name, kind: 'open' as const },
      remedy: one.remedy === undefined ? one.why : `${one.why} Settle it: ${one.remedy}`,
    })),
    ...skipped
      .filter(({ applies }) => applies !== false)
      .map(({ part, why, how }) => ({
        what: part,
        kind: 'skipped' as const,
        remedy: `${why.replace(/[.]?$/, '.')} ${how}`,
      })),
  ];
  if (!complete)
    obstacles.push({ what: 'the run', kind: 'open', remedy: 'It was cut off: run it to its end.' });
  const counts = { met: objectives.filter(({ ok }) => ok === true).length, of: objectives.length };
  const status =
    verdict.status === 'regression' || verdict.status === 'objective-missed'
      ? 'not-ready'
      : obstacles.length === 0 && verdict.status === 'pass'
        ? 'ready'
        : 'cannot-say';
  return { status, answer: sentences(status, missed, obstacles, counts), obstacles, ...counts };
}

function sentences(
  status: Readiness['status'],
  missed: readonly TrustCheck[],
  obstacles: Readiness['obstacles'],
  { met, of }: { met: number; of: number },
): string {
  const named = (all: readonly string[]) =>
    `${all.slice(0, 3).join(', ')}${all.length > 3 ? ` and ${all.length - 3} more` : ''}`;
  switch (status) {
    case 'ready':
      return `All ${of} objectives are met, and the figures can be trusted.`;
    case 'not-ready':
      return `${missed.length} of ${of} objectives are missed: ${named(missed.map(({ name }) => name))}.`;
    case 'cannot-say':
      return `${met} of ${of} objectives are met${
        missed.length === 0
          ? ''
          : `, ${missed.length} ${missed.length === 1 ? 'is' : 'are'} missed by figures that cannot be relied on`
      }; ${obstacles.length} things are not settled: ${named(obstacles.map(({ what }) => what))}.`;
  }
}

/** How far a value is from its limit. */
function distance({ value, limit, unit, why, ok }: TrustCheck): string {
  if (ok !== false || value === null || limit === null) return why;
  const figure = (number: number) => `${Number(number.toPrecision(3))}${unit && ` ${unit}`}`;
  if (limit === 0) return `It is ${figure(value)} and has to be 0. ${why}`;
  const change = Math.abs(1 - limit / value) * 100;
  return `It is ${figure(value)} and has to ${value > limit ? 'fall' : 'rise'} by ${Number(change.toPrecision(2))} %, to ${figure(limit)}. ${why}`;
}
