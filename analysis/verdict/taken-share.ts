import type { MachineFacts, OthersFacts } from './facts.ts';
import { trustLimits } from './trust-limits.ts';

/** Whose the machine was. */
export interface Shared {
  readonly trust?: { readonly machine?: MachineFacts } | undefined;
  readonly environment: { readonly host: { readonly stealPct?: number | null } };
}

/** 0 to 1 of the cores that went to other programs or other guests, where that is beyond its limit; else 0. */
export function takenShare(own: OthersFacts | undefined, { trust, environment }: Shared): number {
  const cores = trust?.machine?.cores;
  const others = cores === undefined ? 0 : ((own ?? trust?.machine)?.othersCores ?? 0) / cores;
  const stolen = (environment.host.stealPct ?? 0) / 100;
  return Math.min(
    1,
    (others > trustLimits.others / 100 ? others : 0) + (stolen > trustLimits.steal / 100 ? stolen : 0),
  );
}
