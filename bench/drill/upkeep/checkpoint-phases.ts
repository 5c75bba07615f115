import type { DrillRequest } from '../request.ts';

/** One look at the checkpointer, by performance.now(). */
export interface CheckpointerLook {
  readonly at: number;
  readonly working: boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Times in which it worked: from the last look that saw it idle until the next one that does. */
export function workingSpans(looks: readonly CheckpointerLook[]): Span[] {
  const spans: { from: number; to: number }[] = [];
  for (const [i, { at, working }] of looks.entries()) {
    if (!working) continue;
    const from = looks[i - 1]?.at ?? at;
    const to = looks[i + 1]?.at ?? at;
    const last = spans.at(-1);
    if (last && from <= last.to && looks[i - 1]?.working) last.to = to;
    else spans.push({ from, to });
  }
  return spans;
}

export interface Phases {
  readonly before: readonly DrillRequest[];
  readonly during: readonly DrillRequest[];
  readonly after: readonly DrillRequest[];
}

/** during: on its way while a checkpoint ran; before: due before the first of them; after: the others. */
export function byCheckpoint(requests: readonly DrillRequest[], spans: readonly Span[]): Phases {
  const first = Math.min(...spans.map(({ from }) => from));
  const groups = Map.groupBy(requests, ({ due, ended }) => {
    if (spans.some(({ from, to }) => due <= to && ended >= from)) return 'during';
    return due < first ? 'before' : 'after';
  });
  const of = (phase: keyof Phases) => groups.get(phase) ?? [];
  return { before: of('before'), during: of('during'), after: of('after') };
}

/** ms of `from` to `to` in which a checkpoint ran. */
export const workedWithin = (spans: readonly Span[], from: number, to: number): number =>
  spans.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);
