import { autocorrelation } from '../statistics/autocorrelation.ts';
import { type Comparison, comparePairs, compareSamples, type Judging, minSamples } from './compare.ts';

/** Below this probability values are not taken for independent. */
const doubtful = 0.05;
/** Beyond two times the reach of the dependence the means of blocks are nearly independent. */
const reaches = 2;

/**
 * Below so many values on one side dependence stays unseen too often: of equal AR(0.9) processes 10 and 10 values are
 * called changed in one of seven, 20 and 20 in none of 400 (docs/method.md, "Rates of the comparisons").
 */
const seenFrom = 20;

/**
 * Samples in the order in which they were taken. An interval holds for independent values only: neighbours that
 * resemble each other are taken together in blocks, whose means are compared; with too few blocks nothing is said.
 */
export function compareOrdered(a: readonly number[], b: readonly number[], judging: Judging): Comparison {
  const found = blocksOf([a.map(Math.log), b.map(Math.log)]);
  if (found === null)
    return noted(compareSamples(a, b, judging), `${oneRun}${unseen(Math.min(a.length, b.length))}`);
  const [x, y] = found.blocks.map((logs) => logs.map(Math.exp)) as [number[], number[]];
  if (Math.min(x.length, y.length) < minSamples)
    return notIndependent(compareSamples(a, b, judging), found, `${a.length} and ${b.length} values`);
  const compared = compareSamples(x, y, judging);
  return { ...noted(compared, inBlocks(found)), samples: { a: a.length, b: b.length } };
}

/** The same of pairs, by their ratios. */
export function compareOrderedPairs(
  pairs: readonly (readonly [a: number, b: number])[],
  judging: Judging,
): Comparison {
  const found = blocksOf([pairs.map(([a, b]) => Math.log(b / a))]);
  if (found === null) return noted(comparePairs(pairs, judging), `${oneSlot}${unseen(pairs.length)}`);
  const [ratios] = found.blocks as [number[]];
  if (ratios.length < minSamples)
    return notIndependent(comparePairs(pairs, judging), found, `${pairs.length} pairs`);
  const compared = comparePairs(
    ratios.map((ratio) => [1, Math.exp(ratio)] as const),
    judging,
  );
  return {
    ...noted(compared, inBlocks(found)),
    ...{ pairs: pairs.length, samples: { a: pairs.length, b: pairs.length } },
  };
}

interface Blocks {
  readonly blocks: readonly (readonly number[])[];
  readonly length: number;
  readonly correlation: number;
}

/** null: the values may be independent. */
function blocksOf(series: readonly (readonly number[])[]): Blocks | null {
  const found = autocorrelation(series);
  if (found === null || found.p >= doubtful) return null;
  const reach = (1 + found.estimate) / (1 - found.estimate);
  const length = Math.max(2, Math.ceil(reaches * reach));
  return { length, correlation: found.estimate, blocks: series.map((values) => meansOf(values, length)) };
}

/** Means of so many neighbours; what is left over at the beginning is left out. */
function meansOf(values: readonly number[], length: number): number[] {
  const count = Math.floor(values.length / length);
  const from = values.length - count * length;
  return Array.from({ length: count }, (_, i) => {
    const own = values.slice(from + i * length, from + (i + 1) * length);
    return own.reduce((sum, value) => sum + value, 0) / length;
  });
}

const notIndependent = (compared: Comparison, { correlation, length }: Blocks, what: string): Comparison => ({
  ...compared,
  ...{ low: null, high: null, level: null, p: null, verdict: 'not independent' },
  why: `neighbouring values resemble each other (autocorrelation ${correlation.toFixed(2)}), as they do within one run: ${what} make fewer than ${minSamples} independent blocks of ${length}. Give one value a run, from ${minSamples} runs or more`,
});

const inBlocks = ({ correlation, length }: Blocks) =>
  `neighbouring values resemble each other (autocorrelation ${correlation.toFixed(2)}), so blocks of ${length} were compared`;
const oneRun = 'it holds if each value is a run of its own: the values of one run are one sample';
const oneSlot = 'it holds if each pair is a run or slot of its own: the pairs of one run are one sample';
const unseen = (values: number) =>
  values < seenFrom ? `, and fewer than ${seenFrom} cannot show whether they are` : '';

const noted = (compared: Comparison, note: string): Comparison => ({
  ...compared,
  why: `${compared.why}; ${note}`,
});
