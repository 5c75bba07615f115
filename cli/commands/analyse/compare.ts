import type { Comparison, Judging } from '../../../analysis/compare/compare.ts';
import { compareOrdered, compareOrderedPairs } from '../../../analysis/compare/dependence.ts';
import { indexOf, type Pairing, pairUp, type Value } from '../../../analysis/compare/pairing.ts';
import { limits, type RatioVerdict } from '../../../analysis/compare/verdict.ts';
import { kindsOf } from '../../../analysis/csv/columns.ts';
import { isThroughput, measuredIn } from '../../../analysis/csv/measured-in.ts';
import { exitCodes, usage } from '../../../config/fault.ts';
import type { Context } from '../../command.ts';
import { figure, intervalLine } from './chart.ts';
import { columnNamed, located, readSheet, type Sheet, take } from './data.ts';
import type { AnalyseOptions } from './options.ts';

const codes: Record<RatioVerdict, number> = {
  regression: exitCodes.regression,
  improvement: exitCodes.done,
  pass: exitCodes.done,
  inconclusive: exitCodes.inconclusive,
  'not enough samples': exitCodes.inconclusive,
  'not independent': exitCodes.inconclusive,
};

export async function compare(context: Context, options: AnalyseOptions, files: readonly string[]) {
  const [fileA, fileB] = take(2, files, './olympus analyse compare before.csv after.csv');
  const level = levelOf(options);
  const [a, b] = [await readSheet(fileA!), await readSheet(fileB!)];
  const [metricA, metricB] = [metricOf(a, options.metric), metricOf(b, options.metric)];
  const column = { a: { ...a, column: metricA }, b: { ...b, column: metricB } };
  const direction = directionOf(column, options);
  const judging = { level, higherIsBetter: direction.higherIsBetter };
  const pairing = located(a.file, () => {
    const left = { table: a.table, metric: metricA };
    return located(b.file, () => pairUp(left, { table: b.table, metric: metricB }, how(a, b, options)));
  });
  const found = compared(pairing, judging, a.file, b.file);
  const notes = [direction.note, otherName(column)].filter((note) => note !== null);
  const comparison = { ...found, why: [found.why, ...notes].join('; ') };
  context.answer(comparison, describe(comparison, judging));
  return codes[comparison.verdict];
}

function levelOf({ level }: AnalyseOptions): number | undefined {
  if (level === undefined) return undefined;
  const percent = Number(level);
  if (percent >= 50 && percent <= 99.99) return percent / 100;
  throw usage(`--level takes a percentage from 50 to 99.99, not "${level}".`, 'For example: --level 99');
}

/** The column that is compared, of both files. */
type Columns = Readonly<Record<'a' | 'b', Sheet & { readonly column: number }>>;

/**
 * Which way is better, as the user says or else as the column's name does: what a throughput loses is no improvement.
 * @throws Fault (usage) for two units, whose numbers stand in no ratio
 */
function directionOf(
  { a, b }: Columns,
  { higherIsBetter, lowerIsBetter }: AnalyseOptions,
): { higherIsBetter: boolean; note: string | null } {
  if (higherIsBetter && lowerIsBetter)
    throw usage('--higher-is-better and --lower-is-better exclude each other.', 'Give one of them.');
  const [x, y] = [measuredIn(a.table, a.column), measuredIn(b.table, b.column)];
  if (x !== y && x !== null && y !== null)
    throw usage(
      `${a.file} is in ${x} and ${b.file} in ${y}: their numbers are no ratio.`,
      'Give both in one unit.',
    );
  if (higherIsBetter || lowerIsBetter) return { higherIsBetter: Boolean(higherIsBetter), note: null };
  const rate = [a, b].find(({ table, column }) => isThroughput(table, column));
  if (!rate) return { higherIsBetter: false, note: null };
  return {
    higherIsBetter: true,
    note: `"${rate.table.names[rate.column]}" is a throughput, so more is better (--lower-is-better judges the reverse)`,
  };
}

/** Columns that nobody named may be two things. */
function otherName({ a, b }: Columns): string | null {
  const [x, y] = [a.table.names[a.column]!, b.table.names[b.column]!];
  if (!a.table.hasHeader || !b.table.hasHeader || x.toLowerCase() === y.toLowerCase()) return null;
  return `"${x}" of A is compared with "${y}" of B`;
}

/** The column asked for, else the only one of numbers. */
function metricOf(sheet: Sheet, metric: string | undefined): number {
  if (metric !== undefined) return columnNamed(sheet, metric);
  const { file, table } = sheet;
  const series = kindsOf(table).flatMap((kind, i) => (kind === 'series' ? [i] : []));
  if (series.length === 1) return series[0]!;
  const cell = table.rows[0]![0]!;
  const where = `${file}:${cell.line}:${cell.column}`;
  if (series.length === 0)
    throw usage(
      `${where}: there is no column of numbers ("${cell.text.slice(0, 40)}" is none).`,
      'Give one number a row.',
    );
  throw usage(
    `${where}: there are ${series.length} columns of numbers.`,
    `Choose one: --metric ${series.map((i) => table.names[i]).join(' or --metric ')}`,
  );
}

function how(a: Sheet, b: Sheet, { paired, unpaired, key }: AnalyseOptions): Parameters<typeof pairUp>[2] {
  if ([paired, unpaired, key].filter(Boolean).length > 1)
    throw usage('--paired, --unpaired and --key exclude each other.', 'Give one of them.');
  if (key !== undefined) {
    for (const sheet of [a, b]) if (indexOf(sheet.table, key) === -1) columnNamed(sheet, key);
    return { key };
  }
  return paired ? 'rows' : unpaired ? 'unpaired' : 'auto';
}

function compared(pairing: Pairing, judging: Judging, fileA: string, fileB: string): Comparison {
  switch (pairing.kind) {
    case 'impossible':
      throw usage(
        `${fileA} and ${fileB} cannot be paired: ${pairing.why}.`,
        'Give equal rows, a --key column with each value once, or --unpaired.',
      );
    case 'unpaired':
      return compareOrdered(positive(fileA, pairing.a), positive(fileB, pairing.b), judging);
    case 'paired': {
      const [a, b] = [
        positive(
          fileA,
          pairing.pairs.map(([x]) => x),
        ),
        positive(
          fileB,
          pairing.pairs.map(([, y]) => y),
        ),
      ];
      const comparison = compareOrderedPairs(
        a.map((value, i) => [value, b[i]!]),
        judging,
      );
      if (pairing.alone === 0) return comparison;
      return { ...comparison, why: `${comparison.why}; ${pairing.alone} rows without a partner left out` };
    }
  }
}

function positive(file: string, values: readonly Value[]): number[] {
  return values.map(({ value, cell }) => {
    if (value > 0) return value;
    throw usage(
      `${file}:${cell.line}:${cell.column}: ${value} has no ratio to anything: values must be above 0.`,
      'Delete the row, or compare a metric that cannot be 0.',
    );
  });
}

function describe(comparison: Comparison, { higherIsBetter }: Judging): string {
  const { pairs, samples, estimate, low, high, level, p, verdict, why } = comparison;
  const many = pairs === null ? `${samples.a} and ${samples.b} samples, unpaired` : `${pairs} pairs`;
  const heading = `${verdict}: ${why}`;
  if (estimate === null || low === null || high === null || level === null || p === null)
    return `${heading}\n${many}${estimate === null ? '' : `, B/A about ${estimate.toFixed(4)}`}`;
  const limit = higherIsBetter ? 1 / limits.pass : limits.pass;
  return [
    heading,
    `B/A ${estimate.toFixed(4)}, ${(level * 100).toFixed(2)} % interval ${low.toFixed(4)} to ${high.toFixed(4)}, p ${p.toPrecision(2)}, ${many}`,
    intervalLine({ low, estimate, high }, [
      { at: 1, mark: '│' },
      { at: limit, mark: '┊' },
    ]),
    `│ no change  ┊ ${figure(limit)}: worse by ${figure((limits.pass - 1) * 100)} %`,
  ].join('\n');
}
