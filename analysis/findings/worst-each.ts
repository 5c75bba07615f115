import type { Found } from './rule.ts';

/** Of several findings about the same thing (a statement for three tenants), the worst. */
export const worstEach = (all: readonly Found[]): Found[] =>
  [...Map.groupBy(all, ({ about }) => about).values()].map(
    (same) => same.toSorted((a, b) => b.severity - a.severity || b.excess - a.excess)[0]!,
  );
