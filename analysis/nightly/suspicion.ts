import type { Judged } from './judge-night.ts';
import { nightRules } from './rules.ts';

/** Those that the gate looks at tonight: the furthest above their limits. The others keep their suspicion. */
export function maxSuspicious<Each extends { readonly judged: Judged; readonly value: number }>(
  suspects: readonly Each[],
): Each[] {
  const excess = ({ judged: { baseline }, value }: Each) => (value - baseline!.level) / baseline!.limit;
  return suspects.toSorted((a, b) => excess(b) - excess(a)).slice(0, nightRules.confirmations);
}
