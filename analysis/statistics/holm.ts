/**
 * Holm's adjusted p-values (Scandinavian Journal of Statistics 6, 1979), in the order given: those at most alpha may
 * be called different with at most alpha as the chance that any of them is not.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, i) => ({ p, i })).toSorted((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach(({ p, i }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[i] = largest;
  });
  return adjusted;
}
