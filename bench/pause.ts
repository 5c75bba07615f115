import { setTimeout as sleep } from 'node:timers/promises';

/** Waits `ms` (0 or less: one turn of the event loop). @throws signal.reason as soon as it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** What `work` resolves to, or undefined when that takes longer than `ms`. @throws signal.reason when aborted. */
export async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  const done = new AbortController();
  const either = AbortSignal.any([done.signal, signal]);
  try {
    const late = sleep(ms, undefined, { signal: either }).catch(() => signal.throwIfAborted());
    return (await Promise.race([work, late])) as T | undefined;
  } finally {
    done.abort();
  }
}

/** Calls `act` at `start + i * every` until `until`; a call that comes late is not made up for by a burst. */
export async function paced(
  { every, until, now, signal }: { every: number; until: number; now: () => number; signal: AbortSignal },
  act: () => Promise<void>,
): Promise<void> {
  for (let due = now(); due < until; due = Math.max(due + every, now())) {
    if (due > now()) await pause(due - now(), signal);
    signal.throwIfAborted();
    await act();
  }
}
