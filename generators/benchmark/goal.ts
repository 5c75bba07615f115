/** A figure beside what was set as its goal; ok null: not measured, and why. */
export interface Goal {
  readonly name: string;
  readonly value: number | null;
  readonly goal: number;
  readonly unit: string;
  readonly ok: boolean | null;
  readonly why: string;
}

export const atLeast = (name: string, value: number, goal: number, why: string): Goal => ({
  name,
  value,
  goal,
  unit: 'ratio, at least',
  ok: value >= goal,
  why,
});
export const unknown = (name: string, goal: number, why: string): Goal => ({
  name,
  value: null,
  goal,
  unit: 'ratio',
  ok: null,
  why,
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
