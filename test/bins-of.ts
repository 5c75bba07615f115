import { decodeHistogram } from '../analysis/histogram/decode.ts';

/** For tests: the bins of histograms together, as [value, how many], in order. */
export function binsOf(...histograms: readonly string[]): [number, number][] {
  const bins = new Map<number, number>();
  for (const text of histograms) {
    const histogram = decodeHistogram(text);
    if (!histogram) continue;
    const { recordedValuesIterator: recorded } = histogram as unknown as { recordedValuesIterator: Recorded };
    for (recorded.reset(); recorded.hasNext(); ) {
      const { valueIteratedTo, countAtValueIteratedTo } = recorded.next();
      bins.set(valueIteratedTo, (bins.get(valueIteratedTo) ?? 0) + countAtValueIteratedTo);
    }
  }
  return [...bins].sort(([a], [b]) => a - b);
}

/** hdr-histogram-js has it and does not declare it. */
interface Recorded {
  reset(): void;
  hasNext(): boolean;
  next(): { readonly valueIteratedTo: number; readonly countAtValueIteratedTo: number };
}
