/** Pages of one statement for one tenant, with its plan made for the parameters (custom) and for any (generic). */
export interface ModePages {
  readonly custom: number | null;
  readonly generic: number | null;
}

/** A few pages more or fewer are no other plan. */
const fewPages = 10;

/**
 * How much a plan that is made once for all tenants costs the tenant that it fits least: pages of the generic plan over
 * those of the custom one, the largest over the tenants, at least 1. Null when none was measured in both modes.
 */
export function skewSensitivity(tenants: readonly ModePages[]): number | null {
  const factors = tenants.flatMap(({ custom, generic }) =>
    custom === null || generic === null
      ? []
      : [generic - custom < fewPages ? 1 : generic / Math.max(custom, 1)],
  );
  return factors.length === 0 ? null : Math.max(1, ...factors);
}
