import type { TrustCheck } from '../../result/run.ts';
import type { CapacityFacts } from './facts.ts';

/** Some rate keeps the objective, and nothing is used beyond its limit today. */
export function capacityObjectives(capacity: CapacityFacts | null | undefined): TrustCheck[] {
  if (!capacity) return [];
  const { maximum, headroom } = capacity;
  const found: TrustCheck[] = maximum
    ? [
        {
          name: 'a rate within the latency objective',
          ok: maximum.rate !== null,
          value: maximum.rate,
          limit: 1,
          unit: 'requests/s',
          why: maximum.rate === null ? sentence(maximum.why) : 'The highest that keeps it.',
        },
      ]
    : [];
  const used = headroom.flatMap(({ resource, used: value, limit, unit, why }): TrustCheck[] =>
    value === null || limit === null
      ? []
      : [{ name: `room for ${resource}`, ok: value <= limit, value, limit, unit, why: sentence(why) }],
  );
  return [...found, ...used];
}

const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
