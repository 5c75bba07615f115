/**
 * Samples from which a percentile is stated, whatever it is of and however it was measured: at least 100 lie beyond a p99
 * and a p99.9, at least 10 beyond the others. Below that a reason stands in its place. docs/glossary.md, "Percentile".
 */
export const samplesNeeded = { p50: 20, p90: 100, p99: 10_000, p999: 100_000 } as const;
/** Shown for statements, beside the levels that are figures: at least 10 samples lie beyond it. */
export const samplesNeededForP95 = 200;
export type Level = keyof typeof samplesNeeded;

const names: Readonly<Record<Level, string>> = { p50: 'p50', p90: 'p90', p99: 'p99', p999: 'p99.9' };

/** "not enough samples: there are 1500, p99 needs 10000, p99.9 needs 100000"; empty where there are enough for all. */
export function samplesMissing(samples: number): string {
  const short = (Object.keys(samplesNeeded) as Level[]).filter((level) => samples < samplesNeeded[level]);
  if (short.length === 0) return '';
  const needed = short.map((level) => `${names[level]} needs ${samplesNeeded[level]}`).join(', ');
  return `not enough samples: there are ${samples}, ${needed}`;
}
