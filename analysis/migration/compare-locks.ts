import type { Relation } from './catalogue.ts';
import { isWeak, type LockMode, strength } from './lock-mode.ts';

export interface LockOn {
  readonly relation: string;
  readonly kind: Relation['kind'];
  readonly mode: LockMode;
}

export interface Disagreement {
  readonly relation: string;
  readonly measured: LockMode | null;
  readonly predicted: LockMode | null;
}

/**
 * Where the strongest lock that was measured on a relation is another than the one that was predicted. From SHARE UPDATE
 * EXCLUSIVE on both must be equal. Below it (readers' and writers' locks, which depend on the rows that are found) no
 * more may be measured on a table than was predicted; such locks on indexes and sequences are passed over.
 */
export function compareLocks(
  measured: readonly LockOn[],
  predicted: readonly LockOn[],
  { looks = false }: { readonly looks?: boolean } = {},
): Disagreement[] {
  const kinds = new Map([...measured, ...predicted].map(({ relation, kind }) => [relation, kind]));
  const got = strongest(measured);
  const expected = strongest(predicted);
  return [...kinds].flatMap(([relation, kind]) => {
    const one = { relation, measured: got.get(relation) ?? null, predicted: expected.get(relation) ?? null };
    return agrees(one, kind, looks) ? [] : [one];
  });
}

function agrees({ measured, predicted }: Disagreement, kind: Relation['kind'], looks: boolean): boolean {
  if ((measured && !isWeak(measured)) || (predicted && !isWeak(predicted))) return measured === predicted;
  if (!measured || kind === 'index' || kind === 'partitioned index' || kind === 'sequence') return true;
  if (looks) return true;
  return predicted !== null && strength(measured) <= strength(predicted);
}

function strongest(locks: readonly LockOn[]): Map<string, LockMode> {
  const found = new Map<string, LockMode>();
  for (const { relation, mode } of locks) {
    const before = found.get(relation);
    if (!before || strength(mode) > strength(before)) found.set(relation, mode);
  }
  return found;
}
