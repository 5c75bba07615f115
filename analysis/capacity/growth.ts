import { logLogSlopes } from '../statistics/log-log-slopes.ts';
import { median } from '../statistics/quantile.ts';

export interface SizePoint {
  /** Size of the data: rows, orders, tenants; above 0. */
  readonly size: number;
  /** Pages that the statement reads (shared hit and read). */
  readonly buffers: number;
  /** Fingerprint of the plan's shape. */
  readonly shape: string;
}

export interface Growth {
  /** Slope on log-log axes: buffers ~ size^exponent. 0: constant; 1: in proportion. null: too few sizes. */
  readonly exponent: number | null;
  /** The smallest and the largest slope between any two sizes. */
  readonly low: number | null;
  readonly high: number | null;
  /** Sizes between which another plan was chosen. */
  readonly cliffs: readonly { readonly from: number; readonly to: number }[];
  /** Buffers expected at ten times the largest size, by the last shape's own slope. */
  readonly atTenfold: number | null;
  readonly word: 'constant' | 'slower than the data' | 'with the data' | 'faster than the data' | 'unknown';
}

/** Least distinct sizes for a slope worth telling. */
const minSizes = 3;

/**
 * How a statement's work grows with the data: Theil and Sen's slope (the median of the slopes between all pairs) of
 * log buffers on log size, which one odd point does not bend.
 */
export function growth(points: readonly SizePoint[]): Growth {
  const ordered = points.toSorted((a, b) => a.size - b.size);
  const cliffs = ordered
    .slice(1)
    .flatMap((point, i) =>
      point.shape === ordered[i]!.shape ? [] : [{ from: ordered[i]!.size, to: point.size }],
    );
  const slopes = slopesOf(ordered);
  if (new Set(ordered.map(({ size }) => size)).size < minSizes)
    return { exponent: null, low: null, high: null, cliffs, atTenfold: null, word: 'unknown' };
  const exponent = median(slopes)!;
  const last = ordered.at(-1)!;
  const ahead = median(slopesOf(ordered.filter(({ shape }) => shape === last.shape))) ?? exponent;
  return {
    exponent,
    low: Math.min(...slopes),
    high: Math.max(...slopes),
    cliffs,
    atTenfold: Math.max(1, last.buffers) * 10 ** Math.max(0, ahead),
    word: wordOf(exponent),
  };
}

/** A statement that reads no page counts as one. */
const slopesOf = (points: readonly SizePoint[]): number[] =>
  logLogSlopes(points.map(({ size, buffers }) => ({ x: size, y: Math.max(1, buffers) })));

/** A B-tree gains a level every few hundredfold: below 0.15 nobody sees a growth. */
function wordOf(exponent: number): Growth['word'] {
  if (exponent < 0.15) return 'constant';
  if (exponent < 0.85) return 'slower than the data';
  return exponent <= 1.15 ? 'with the data' : 'faster than the data';
}
