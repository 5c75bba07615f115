import { type Bucket, decodeHistogram, type Inflate } from './decode.ts';

export interface Interval {
  readonly line: number;
  /** Null: the line has no tag. */
  readonly tag: string | null;
  readonly buckets: readonly Bucket[];
}

export interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly why: string;
}

export interface HdrLog {
  readonly intervals: readonly Interval[];
  readonly badLines: readonly BadLine[];
  /** The unit that a comment or the legend names, if any. */
  readonly unit: Unit | null;
}

export const units = ['ns', 'us', 'ms', 's'] as const;
export type Unit = (typeof units)[number];

/**
 * A log of HdrHistogram's HistogramLogWriter, format 1.0 to 1.3: comments, a legend, and lines
 * `[Tag=name,]start,length,max,base64`. A line that cannot be read is named and skipped, never fatal.
 */
export function readHdrLog(text: string, inflate: Inflate): HdrLog {
  const intervals: Interval[] = [];
  const badLines: BadLine[] = [];
  let unit: Unit | null = null;
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((content, i) => {
      if (content.trim() === '') return;
      if (content.startsWith('#') || /^"?(Start)?Timestamp"?\s*,/i.test(content)) {
        unit ??= unitIn(content);
        return;
      }
      try {
        intervals.push({ line: i + 1, ...interval(content, inflate) });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        badLines.push({
          line: i + 1,
          why: error instanceof RangeError ? 'the histogram is cut off' : error.message,
        });
      }
    });
  return { intervals, badLines, unit };
}

function interval(content: string, inflate: Inflate): Omit<Interval, 'line'> {
  const fields = content.trim().split(/\s*,\s*|\s+/);
  const tag = fields[0]!.startsWith('Tag=') ? fields.shift()!.slice('Tag='.length) : null;
  if (fields.length !== 4)
    throw new Error(`an interval has 4 fields (start, length, max, histogram), this line ${fields.length}`);
  for (const [i, name] of ['start', 'length', 'max'].entries())
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(fields[i]!))
      throw new Error(`the ${name} "${fields[i]!.slice(0, 30)}" is not a number`);
  return { tag, buckets: decodeHistogram(fields[3]!, inflate) };
}

const unitWords = String.raw`(ns|us|µs|ms|s|nanos|micros|millis|(?:nano|micro|milli)?seconds?)\b`;
const ofValues = new RegExp(String.raw`\bvalues?\b[^=:;,]*?(?:[=:]|\bin\b|\bare\b)\s*${unitWords}`, 'i');
const ofLog = new RegExp(String.raw`\bunits?\b[\s:="']{0,4}${unitWords}`, 'i');

/**
 * HdrHistogram's own logs name no unit; tools that do write "unit: ns", "[Units: microseconds]", "Interval_Max_us", or
 * a unit a column, of which only that of the values counts.
 */
function unitIn(line: string): Unit | null {
  const named = ofValues.exec(line) ?? ofLog.exec(line) ?? /_(ns|us|ms)\b/i.exec(line);
  const word = named?.[1]?.toLowerCase().replace('µ', 'u');
  if (!word) return null;
  if (word.startsWith('nano')) return 'ns';
  if (word.startsWith('micro')) return 'us';
  if (word.startsWith('milli')) return 'ms';
  return word.startsWith('s') ? 's' : (word as Unit);
}
