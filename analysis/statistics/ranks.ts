/** Ranks from 1 in the order of the values; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (const index of order.slice(from, to)) ranked[index] = (from + 1 + to) / 2;
    from = to;
  }
  return ranked;
}
