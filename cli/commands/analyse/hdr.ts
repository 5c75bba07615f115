import { inflateSync } from 'node:zlib';
import type { Bucket } from '../../../analysis/hdr-log/decode.ts';
import { type HdrLog, readHdrLog, type Unit, units } from '../../../analysis/hdr-log/read.ts';
import { type Summary, summarise } from '../../../analysis/hdr-log/summarise.ts';
import { usage } from '../../../config/fault.ts';
import { suggest } from '../../../config/nearest.ts';
import type { Context } from '../../command.ts';
import { sparkline } from './chart.ts';
import { readText } from './data.ts';
import type { AnalyseOptions } from './options.ts';

/** No histogram of HdrHistogram inflates to more: 5 digits over 63 bits in counts of 8 bytes. */
const largest = 64 * 1024 * 1024;
const inflate = (bytes: Uint8Array) => inflateSync(bytes, { maxOutputLength: largest });

export async function hdr(context: Context, options: AnalyseOptions, files: readonly string[]) {
  const asked = unitOf(options.unit);
  const logs: (HdrLog & { file: string })[] = [];
  for (const file of files) logs.push({ file, ...readLog(file, await readText(file)) });
  const unit = asked ?? logs.find((log) => log.unit !== null)?.unit ?? 'raw';
  const summaries = summarise(logs.flatMap(({ intervals }) => intervals));
  const badLines = logs.flatMap((log) =>
    log.badLines.map((bad) => (files.length > 1 ? { file: log.file, ...bad } : bad)),
  );
  const histograms = summaries.map(({ buckets: _, ...figures }) => ({ ...figures, unit }));
  context.answer(
    { histograms: histograms.map(({ tag, unit, ...rest }) => ({ tag, unit, ...rest })), badLines },
    [
      ...summaries.map((summary) => describe(summary, unit)),
      ...badLines.map(({ line, why }, i) => {
        const file = files.length > 1 ? (badLines[i] as { file?: string }).file : files[0];
        return `bad line, skipped: ${file}:${line}: ${why}`;
      }),
    ].join('\n\n'),
  );
  return undefined;
}

/** @throws Fault (usage) when not one line of the file is an interval. */
function readLog(file: string, text: string): HdrLog {
  const log = readHdrLog(text, inflate);
  if (log.intervals.length > 0) return log;
  const [first] = log.badLines;
  throw usage(
    first
      ? `${file}:${first.line}:1: no line is an interval of an HdrHistogram log: ${first.why}.`
      : `${file}:1:1: there is no interval in this log.`,
    'Give a log as HistogramLogWriter writes it: [Tag=name,]start,length,max,base64.',
  );
}

function unitOf(text: string | undefined): Unit | undefined {
  const unit = units.find((known) => known === text);
  if (text === undefined || unit) return unit;
  throw usage(`--unit does not know "${text}".`, suggest(text, units));
}

function describe({ tag, count, buckets, why, ...figures }: Summary, unit: string): string {
  const named = (value: number | null) =>
    value === null
      ? 'not enough samples'
      : `${value.toLocaleString('en')}${unit === 'raw' ? '' : ` ${unit}`}`;
  const rows = (['min', 'p50', 'p90', 'p99', 'p999', 'max'] as const).map(
    (name) => `  ${name.replace('999', '99.9').padEnd(6)} ${named(figures[name]).padStart(20)}`,
  );
  const chart =
    buckets.length < 2 ? [] : [`  ${shape(buckets)}   samples by value (logarithmic), min to max`];
  return [
    `${tag === null ? 'untagged' : `Tag=${tag}`}: ${count.toLocaleString('en')} samples`,
    ...rows,
    ...chart,
    ...(unit === 'raw' ? [unitless] : []),
    ...(why === null ? [] : [`  ${why}`]),
  ].join('\n');
}

const unitless =
  '  The log names no unit, so the values are as it has them: say what they are with --unit ns, us, ms or s.';

/** How many samples lie where, in 40 steps of equal ratio. */
function shape(buckets: readonly Bucket[]): string {
  const [least, most] = [Math.log(buckets[0]!.high + 1), Math.log(buckets.at(-1)!.high + 1)];
  const counts = new Array<number>(40).fill(0);
  for (const { high, count } of buckets)
    counts[Math.min(39, Math.floor(((Math.log(high + 1) - least) / (most - least)) * 40))]! += count;
  return sparkline(counts.map((count) => Math.log1p(count)));
}
