/** Figures of one target, which says itself where they were taken. */
export type Figures<Row> = Omit<Row, 'endpoint' | 'provider'>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
