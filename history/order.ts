/** A run as far as its place in time is concerned. */
export interface Placed {
  readonly id: string;
  readonly startedAt: string;
  readonly key: string;
  /** Counts the nights of one history, whatever the clock says; null: not a night. */
  readonly night: number | null;
}

/**
 * Runs in the order of their starts. Where the clock was set back between nights of one fingerprint and control, their
 * own numbers say the order, and a note says so.
 */
export function inOrder<Run extends Placed>(
  runs: readonly Run[],
  now: number,
): { runs: Run[]; notes: string[] } {
  const sorted = runs.toSorted((a, b) => byText(a.startedAt, b.startedAt) || compare(a, b));
  const notes: string[] = [];
  for (const key of new Set(sorted.map((run) => run.key))) {
    const at = sorted.flatMap((run, i) => (run.key === key && run.night !== null ? [i] : []));
    const own = at.map((i) => sorted[i]!);
    const jump = own.findIndex((run, i) => i > 0 && run.night! < own[i - 1]!.night!);
    if (jump < 0) continue;
    notes.push(
      `The clock was set back: ${own[jump - 1]!.id} is night ${own[jump - 1]!.night} and started before ${own[jump]!.id}, which is night ${own[jump]!.night}. They are in the order of their numbers.`,
    );
    const right = own.toSorted((a, b) => a.night! - b.night! || byText(a.startedAt, b.startedAt));
    for (const [i, place] of at.entries()) sorted[place] = right[i]!;
  }
  const tomorrow = new Date(now + day).toISOString();
  const ahead = sorted.filter(({ startedAt }) => startedAt > tomorrow);
  if (ahead.length > 0)
    notes.push(
      `${ahead.length} runs started in the future of this clock, the first of them ${ahead[0]!.id}.`,
    );
  return { runs: sorted, notes };
}

const day = 86_400_000;
/** Times of ISO 8601 in UTC sort as text. */
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const compare = (a: Placed, b: Placed) => (a.night ?? 0) - (b.night ?? 0) || byText(a.id, b.id);
