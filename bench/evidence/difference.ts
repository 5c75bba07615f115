/** Pure: what was counted between two looks. Texts and null stay. Counters that were reset start from zero again. */
export function difference<Row extends object>(before: Row | undefined, after: Row): Row {
  const earlier = (before ?? {}) as Record<string, unknown>;
  const from = (name: string): number => (typeof earlier[name] === 'number' ? earlier[name] : 0);
  const entries = Object.entries(after) as [string, unknown][];
  const reset = entries.some(([name, value]) => typeof value === 'number' && value < from(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === 'number' ? value - (reset ? 0 : from(name)) : value,
    ]),
  ) as Row;
}

/** Pure: by key, the rows in which something was counted. A row that is new counts from zero. */
export function differences<Row extends { readonly key: string }>(
  before: readonly Row[],
  after: readonly Row[],
): Row[] {
  const known = new Map(before.map((row) => [row.key, row]));
  return after
    .map((row) => difference(known.get(row.key), row))
    .filter((row) => Object.values(row).some((value) => typeof value === 'number' && value > 0));
}
