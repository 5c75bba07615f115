import { numbers } from '../../../analysis/csv/columns.ts';
import { numberOf } from '../../../analysis/csv/parse.ts';
import { seeded } from '../../../analysis/statistics/seeded.ts';
import { type Measured, throughputAt } from '../../../analysis/usl/model.ts';
import { type Estimate, minLoads, type Scalability, scalability } from '../../../analysis/usl/usl.ts';
import { usage } from '../../../config/fault.ts';
import type { Context } from '../../command.ts';
import { integer } from '../../options.ts';
import { figure, plot } from './chart.ts';
import { columnNamed, located, readSheet, type Sheet, take } from './data.ts';
import type { AnalyseOptions } from './options.ts';

const loads = /^(n|load|loads|clients|users|vus|threads|connections|concurrency|workers|processors|cpus)$/i;
const rates = /^(x|x_?n|throughput|tps|qps|rps|ops|rate|.*per.?sec(ond)?|.*\/s)$/i;

export async function usl(context: Context, options: AnalyseOptions, files: readonly string[]) {
  const [file] = take(1, files, './olympus analyse usl loads.csv');
  const data = measuredIn(await readSheet(file!), options.columns);
  const random = seeded(integer('--seed', options.seed, 0, Number.MAX_SAFE_INTEGER));
  const result = scalability(data, random);
  context.answer(result, describe(result, data));
  return undefined;
}

function measuredIn(sheet: Sheet, named: string | undefined): Measured[] {
  const { file, table } = sheet;
  const [load, throughput] = named === undefined ? found(sheet) : given(sheet, named);
  const data = located(file, () => {
    const [xs, ys] = [numbers(table, load), numbers(table, throughput)];
    return xs.map((x, i) => ({ load: x, throughput: ys[i]! }));
  });
  for (const row of data)
    for (const [name, { value, cell }] of Object.entries(row))
      if (value <= 0)
        throw usage(
          `${file}:${cell.line}:${cell.column}: a ${name} of ${value} cannot be fitted: it must be above 0.`,
          'Delete the row, or correct it.',
        );
  const distinct = new Set(data.map((row) => row.load.value)).size;
  if (distinct < minLoads)
    throw usage(
      `${file}:${data[0]!.load.cell.line}:1: ${distinct === 1 ? 'one load is' : `${distinct} loads are`} not enough for three coefficients.`,
      'Measure at least 6 different loads, 3 times each.',
    );
  return data.map((row) => ({ load: row.load.value, throughput: row.throughput.value }));
}

function given(sheet: Sheet, named: string): [number, number] {
  const names = named.split(',').map((name) => name.trim());
  if (names.length !== 2)
    throw usage(`--columns takes two names, not "${named}".`, 'For example: --columns clients,tps');
  return [columnNamed(sheet, names[0]!), columnNamed(sheet, names[1]!)];
}

/** By their names, else the first two columns that hold numbers. */
function found({ file, table }: Sheet): [number, number] {
  const numeric = table.names.flatMap((_, i) => {
    const held = table.rows.map((row) => numberOf(row[i]!));
    const some = held.filter((value) => typeof value === 'number').length;
    return some > 0 && some >= held.filter((value) => value === undefined).length ? [i] : [];
  });
  const named = (pattern: RegExp) => numeric.find((i) => table.hasHeader && pattern.test(table.names[i]!));
  const load = named(loads);
  const throughput = named(rates);
  const [first, second] = numeric;
  if (load !== undefined && throughput !== undefined && load !== throughput) return [load, throughput];
  if (first !== undefined && second !== undefined) return [first, second];
  const cell = table.rows[0]![0]!;
  throw usage(
    `${file}:${cell.line}:${cell.column}: there are no two columns of numbers.`,
    'Give a CSV with the columns load and throughput.',
  );
}

function describe(result: Scalability, data: readonly Measured[]): string {
  const { alpha, beta, gamma, peak, why, notes } = result;
  const coefficients = { alpha: alpha.value, beta: beta.value, gamma: gamma.value };
  const right = Math.max(...data.map(({ load }) => load), ...(peak ? [peak.load] : []));
  const curve = Array.from({ length: 64 }, (_, i) => {
    const x = Math.max(right / 1000, (i / 63) * right);
    return { x, y: Math.max(0, throughputAt(coefficients, x)), mark: '·' };
  });
  const chart = plot([
    ...curve,
    ...data.map(({ load, throughput }) => ({ x: load, y: throughput, mark: '●' })),
  ]);
  const line = (name: string, { value, low, high }: Estimate) =>
    `${name.padEnd(18)} ${value.toPrecision(4).padStart(12)}   95 %: ${low.toPrecision(3)} to ${high.toPrecision(3)}`;
  const highest =
    peak &&
    `peak               load ${figure(peak.load)} (95 %: ${figure(peak.low)} to ${peak.high === null ? 'none' : figure(peak.high)}), throughput ${figure(peak.throughput)}`;
  return [
    chart,
    '● measured  · fitted',
    '',
    line('alpha (contention)', alpha),
    line('beta (coherency)', beta),
    line('gamma (at load 1)', gamma),
    highest ?? why ?? '',
    '',
    ...notes,
  ].join('\n');
}
