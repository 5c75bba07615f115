import type { TrustCheck } from '../../result/run.ts';
import type { PercentileFacts } from './facts.ts';

/** The largest of a distribution bounds its p99 where there are too few samples to know the p99 itself. */
export function p99AtMost(
  { p99, max, samples, why }: PercentileFacts,
  limit: number,
): Pick<TrustCheck, 'ok' | 'value' | 'why'> {
  if (p99 !== null) return { ok: p99 <= limit, value: p99, why: '' };
  const few = why ?? `not enough samples: there are ${samples}`;
  if (max !== null && samples > 0 && max <= limit)
    return { ok: true, value: max, why: `No p99 (${few}), but the largest of all is within the limit.` };
  return { ok: null, value: null, why: `No p99: ${few}.` };
}
