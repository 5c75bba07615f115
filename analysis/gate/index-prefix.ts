import type { KnownIndex } from './candidate.ts';

/**
 * How the longer index does what the shorter one does. `whole`: for every search and order, also read backwards;
 * `where equal`: for searches of one value of all columns but the last of the shorter one, for then an index read backwards
 * gives the other direction of that one.
 */
export type Prefix = 'whole' | 'where equal';

/** Whether the keys of `long` begin with those of `short`, and it has what `short` includes; null: they do not. */
export function prefixOf(
  short: Pick<KnownIndex, 'keys' | 'orders' | 'included'>,
  long: Pick<KnownIndex, 'keys' | 'orders' | 'included'>,
): Prefix | null {
  const has = (column: string) => long.included.includes(column) || long.keys.includes(column);
  if (!short.keys.every((key, i) => key === long.keys[i]) || !short.included.every(has)) return null;
  const turns = short.orders.map((order, i) => turnOf(order, long.orders[i] ?? ''));
  if (turns.includes('other')) return null;
  if (new Set(turns).size <= 1) return 'whole';
  // All but the last key are equal, so only the last one's direction is asked for.
  return new Set(turns.slice(0, -1)).size === 1 ? 'where equal' : null;
}

/** "1981 100 3": operator class, collation, and options, of which a scan backwards turns both (1: DESC, 2: NULLS FIRST). */
function turnOf(order: string, other: string): 'same' | 'turned' | 'other' {
  const [type, collation, option] = order.split(' ');
  const [otherType, otherCollation, otherOption] = other.split(' ');
  if (type !== otherType || collation !== otherCollation) return 'other';
  if (option === otherOption) return 'same';
  return (Number(option) ^ 3) === Number(otherOption) ? 'turned' : 'other';
}
