import { type DrillRequest, succeeded } from './request.ts';

export interface Window {
  /** When the fault was injected, by performance.now(). */
  readonly injected: number;
  /** When what was broken was repaired. */
  readonly repaired: number;
  /** When the load ended. */
  readonly ended: number;
}

/** null: it cannot be said, and `why` says why. */
export interface Availability {
  readonly unavailableMs: number | null;
  readonly longestOutageMs: number | null;
  readonly recoverMs: number | null;
  /** Pauses up to this were there before the fault, too. */
  readonly outageFromMs: number | null;
  readonly why: string | null;
}

/** A pause between two successes that is no outage: so many times what lay between two before the fault, at least. */
const usualPauses = 2;
/** ms; the least in which a fault must have met a request, however short it was. */
const leastFault = 1000;
/** ms; so long everything must succeed for the clients to be called served again. */
export const steadyFor = 2000;
/** ms; below it a pause is one of the machine's. */
const shortestOutage = 100;

/**
 * What the fault cost the clients that sent these requests.
 *
 * An outage is a time after the injection in which none of them succeeded, longer than `outageFrom`; it begins with the
 * last success before it and ends with the next. Recovered is the first success from which on nothing failed and nobody
 * was out for `steadyFor`, and not before what was broken was repaired unless nothing came of that any more; what comes
 * later (a former primary that is copied) counts among the outages only.
 */
export function availability(requests: readonly DrillRequest[], window: Window): Availability {
  const { injected, repaired, ended } = window;
  const nothing = { unavailableMs: null, longestOutageMs: null, recoverMs: null, outageFromMs: null };
  const until = Math.max(repaired, injected + leastFault);
  if (!requests.some(({ due }) => due >= injected && due < until))
    return { ...nothing, why: 'no request was due during the fault' };
  const before = requests.filter((each) => each.due < injected);
  if (!before.some(succeeded)) return { ...nothing, why: 'no request succeeded before the injection' };
  const successes = requests
    .filter(succeeded)
    .map((each) => each.ended)
    .sort((a, b) => a - b);
  const limit = outageFrom(successes.filter((at) => at < injected));
  const outages = outagesIn(successes, injected, ended, limit);
  const total = outages.reduce((sum, { from, to }) => sum + to - from, 0);
  const longest = outages.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  const recovered = recoveredAt(requests, successes, outages, window);
  return {
    unavailableMs: total,
    longestOutageMs: longest,
    recoverMs: recovered === null ? null : recovered - injected,
    outageFromMs: limit,
    why:
      recovered === null
        ? `requests still failed, or none succeeded, less than ${steadyFor / 1000} s before the load ended`
        : null,
  };
}

/** ms between two successes from which nobody was served. */
export function outageFrom(before: readonly number[]): number {
  const longest = before.reduce((most, at, i) => (i === 0 ? 0 : Math.max(most, at - before[i - 1]!)), 0);
  return Math.max(shortestOutage, usualPauses * longest);
}

interface Outage {
  readonly from: number;
  readonly to: number;
}

/** The part of each that lies after the injection. */
function outagesIn(successes: readonly number[], injected: number, ended: number, limit: number): Outage[] {
  const last = successes.findLast((at) => at < injected) ?? injected;
  const edges = [last, ...successes.filter((at) => at >= injected && at <= ended), ended];
  return edges.flatMap((to, i) => {
    const from = edges[i - 1];
    return from === undefined || to - from <= limit || to <= injected
      ? []
      : [{ from: Math.max(from, injected), to }];
  });
}

function recoveredAt(
  requests: readonly DrillRequest[],
  successes: readonly number[],
  outages: readonly Outage[],
  { injected, repaired, ended }: Window,
): number | null {
  const failures = requests.filter((each) => !succeeded(each) && each.ended >= injected);
  const troubles = [...outages, ...failures.map((each) => ({ from: each.due, to: each.ended }))];
  if (troubles.length === 0) return injected;
  let calm = injected;
  for (const { from, to } of troubles.sort((a, b) => a.from - b.from))
    if (from <= Math.max(calm, repaired) + steadyFor) calm = Math.max(calm, to);
  if (ended < Math.max(calm, repaired) + steadyFor) return null;
  return successes.find((at) => at >= calm) ?? null;
}

/** The phase in which each request was due; without a recovery the fault lasts until the end. */
export function byPhase<T extends Pick<DrillRequest, 'due'>>(
  requests: readonly T[],
  injected: number,
  recoverMs: number | null,
): { before: T[]; during: T[]; after: T[] } {
  const recovered = recoverMs === null ? Number.POSITIVE_INFINITY : injected + recoverMs;
  return {
    before: requests.filter(({ due }) => due < injected),
    during: requests.filter(({ due }) => due >= injected && due < recovered),
    after: requests.filter(({ due }) => due >= injected && due >= recovered),
  };
}
