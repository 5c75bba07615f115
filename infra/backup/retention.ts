/** A backup, as far as retention is concerned. */
export interface AgedBackup {
  readonly name: string;
  /** When it was complete. */
  readonly at: Date;
  readonly startWal: string;
  readonly stopWal: string;
}

export interface AgedWal {
  readonly name: string;
  /** When it was archived. */
  readonly at: Date;
}

export type Reason = 'newest' | 'wal' | 'daily' | 'weekly' | 'monthly';

export interface Retained {
  readonly keep: readonly { readonly name: string; readonly reasons: readonly Reason[] }[];
  readonly remove: readonly string[];
  readonly removeWal: readonly string[];
}

/** The specification's (B9). */
export const policy = { walDays: 7, dailyDays: 30, weeks: 12, months: 12 } as const;

const day = 86_400_000;

/**
 * What is kept at a moment: of each of the last 30 days, 12 weeks (Monday to Sunday) and 12 months (all UTC) the last
 * backup; the newest in any case; and the newest that is older than the WAL window, from which every moment of that
 * window is reached. WAL stays that one of them needs: all since the beginning of the window's backup, and of each
 * older one what was written while it was taken.
 */
export function retain(
  backups: readonly AgedBackup[],
  wal: readonly AgedWal[],
  now: Date,
  { walDays, dailyDays, weeks, months }: Record<keyof typeof policy, number> = policy,
): Retained {
  const newestFirst = [...backups].sort((a, b) => b.at.getTime() - a.at.getTime());
  const reasons = new Map<string, Reason[]>();
  const mark = (backup: AgedBackup | undefined, reason: Reason) => {
    if (backup) reasons.set(backup.name, [...(reasons.get(backup.name) ?? []), reason]);
  };
  mark(newestFirst[0], 'newest');
  const windowStart = now.getTime() - walDays * day;
  const anchor = newestFirst.find(({ at }) => at.getTime() <= windowStart) ?? newestFirst.at(-1);
  mark(anchor, 'wal');
  const periods: [Reason, (at: Date) => number, number][] = [
    ['daily', (at) => Math.floor(at.getTime() / day), dailyDays],
    ['weekly', weekOf, weeks],
    ['monthly', (at) => at.getUTCFullYear() * 12 + at.getUTCMonth(), months],
  ];
  for (const [reason, periodOf, count] of periods) {
    const seen = new Set<number>();
    for (const backup of newestFirst) {
      const period = periodOf(backup.at);
      if (period > periodOf(now) - count && !seen.has(period)) mark(backup, reason);
      seen.add(period);
    }
  }
  const kept = newestFirst.filter(({ name }) => reasons.has(name));
  const needed = (file: string) =>
    (anchor !== undefined && file.slice(8) >= anchor.startWal.slice(8)) ||
    kept.some(({ startWal, stopWal }) => file >= startWal && file <= stopWal);
  return {
    keep: kept.map(({ name }) => ({ name, reasons: reasons.get(name)! })),
    remove: newestFirst.filter(({ name }) => !reasons.has(name)).map(({ name }) => name),
    // Without any backup nothing is known to be of no use.
    removeWal: anchor === undefined ? [] : wal.map(({ name }) => name).filter((name) => !needed(name)),
  };
}

/** Weeks begin on Monday; 1 January 1970 was a Thursday. */
const weekOf = (at: Date): number => Math.floor((Math.floor(at.getTime() / day) + 3) / 7);
