import type { Check } from './check.ts';

export interface CapacityFacts {
  readonly maximum: { readonly rate: number | null; readonly low: number; readonly why: string } | null;
  readonly headroom: readonly {
    readonly resource: string;
    readonly used: number | null;
    readonly limit: number | null;
    readonly unit: string;
    readonly why: string;
  }[];
}

/** Some rate keeps the objective, and nothing is used beyond its limit today. */
export function capacityObjectives(capacity: CapacityFacts | null | undefined): Check[] {
  if (!capacity) return [];
  const { maximum, headroom } = capacity;
  const found: Check[] = maximum
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
  const used = headroom.flatMap(({ resource, used: value, limit, unit, why }): Check[] =>
    value === null || limit === null
      ? []
      : [{ name: `room for ${resource}`, ok: value <= limit, value, limit, unit, why: sentence(why) }],
  );
  return [...found, ...used];
}

const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
