import type { PercentileFacts } from './facts.ts';

/** A condition with its answer. ok null: it could not be told, and `why` says why; it is never a pass. */
export interface Check {
  name: string;
  ok: boolean | null;
  value: number | null;
  limit: number | null;
  unit: string;
  why: string;
}

/** The largest of a distribution bounds its p99 where there are too few samples to tell the p99 itself. */
export function p99AtMost(distribution: PercentileFacts, limit: number): Pick<Check, 'ok' | 'value' | 'why'> {
  const { p99, max, samples } = distribution;
  if (p99 !== null) return { ok: p99 <= limit, value: p99, why: '' };
  const few = distribution.why ?? `not enough samples: there are ${samples}`;
  if (max !== null && samples > 0 && max <= limit)
    return { ok: true, value: max, why: `No p99 (${few}), but the largest of all is within the limit.` };
  return { ok: null, value: null, why: `No p99: ${few}.` };
}
