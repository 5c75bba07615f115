import { defaultRule, type Rule } from '../../../analysis/changes/change-points.ts';
import { changesOf, type SeriesChanges } from '../../../analysis/changes/changes.ts';
import { type Disorder, timeOrder } from '../../../analysis/changes/time-order.ts';
import { kindsOf, samples } from '../../../analysis/csv/columns.ts';
import { usage } from '../../../config/fault.ts';
import type { Context } from '../../command.ts';
import { integer } from '../../options.ts';
import { condense, figure, sparkline } from './chart.ts';
import { columnNamed, located, readSheet, type Sheet, take } from './data.ts';
import type { AnalyseOptions } from './options.ts';

const width = 80;

interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export async function changes(context: Context, options: AnalyseOptions, files: readonly string[]) {
  const [file] = take(1, files, './olympus analyse changes nights.csv');
  const rule = ruleOf(options);
  const sheet = await readSheet(file!);
  const kinds = kindsOf(sheet.table);
  const names = kinds[0] === 'label' ? sheet.table.rows.map((row) => row[0]!.text) : null;
  const order = names && timeOrder(names);
  const inTime = <T>(rows: readonly T[]) => (order ? order.rows.map((row) => rows[row]!) : rows);
  const series = seriesIn(sheet, options.metric).map(({ name, values }) => ({
    name,
    values: inTime(values),
  }));
  const found = series.map(({ name, values }) => changesOf(name, values, rule));
  const labels = names && inTime(names);
  const notes = order ? [orderNote(order.was)] : [];
  context.answer(
    {
      series: found.map((one) => ({
        ...one,
        points: one.points.map((point) => ({ ...point, label: labels?.[point.index] ?? null })),
      })),
      notes,
    },
    [...notes, ...found.map((one, i) => describe(one, series[i]!.values, labels))].join('\n\n'),
  );
  return undefined;
}

const orderNote = (was: Disorder): string =>
  was === 'newest first'
    ? 'The rows run from the newest to the oldest; they are read in the order of time, and numbered in it from 0.'
    : 'The rows are not in the order of time; they are read in it, and numbered in it from 0.';

function ruleOf({ window, p, magnitude }: AnalyseOptions): Rule {
  return {
    ...defaultRule,
    window: integer('--window', window, 6, 10_000),
    p: share('--p', p),
    magnitude: share('--magnitude', magnitude),
  };
}

function share(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 1) return value;
  throw usage(`${flag} takes a number from 0 to below 1, not "${text}".`, `For example: ${flag} 0.05`);
}

function seriesIn(sheet: Sheet, metric: string | undefined): Series[] {
  const { file, table } = sheet;
  const kinds = kindsOf(table);
  const columns =
    metric === undefined
      ? kinds.flatMap((kind, i) => (kind === 'series' ? [i] : []))
      : [columnNamed(sheet, metric)];
  const series = located(file, () =>
    columns.map((i) => ({ name: table.names[i]!, values: samples(table, i).map(({ value }) => value) })),
  );
  const longest = Math.max(0, ...series.map(({ values }) => values.filter((v) => v !== null).length));
  const cell = table.rows[0]![columns[0] ?? 0]!;
  const where = `${file}:${cell.line}:${cell.column}`;
  if (series.length === 0)
    throw usage(
      `${where}: there is no column of numbers ("${cell.text.slice(0, 40)}" is none).`,
      'Give a CSV with one row a run and one column a metric.',
    );
  if (longest < 2)
    throw usage(`${where}: one value is no series.`, 'Give one row a run, at least 5 of them.');
  return series;
}

function describe(
  { column, points, count, missing, why, doubt }: SeriesChanges,
  values: readonly (number | null)[],
  labels: readonly string[] | null,
): string {
  const marks = new Array<string>(Math.min(width, values.length)).fill(' ');
  for (const { index } of points) {
    const at = values.length <= width ? index : Math.floor((index * width) / values.length);
    marks[at] = '▲';
  }
  const gaps = missing === 0 ? '' : `, ${missing} missing`;
  const lines = points.map(({ index, before, after, ratio, p }) => {
    const label = labels?.[index] ? ` (${labels[index]})` : '';
    const change = ratio === null ? '' : `  ${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)} %`;
    return `  at ${index}${label}: ${figure(before)} → ${figure(after)}${change}  p ${p.toPrecision(2)}`;
  });
  return [
    `${column}: ${count} values${gaps}, ${points.length === 1 ? '1 change' : `${points.length} changes`}${why === null ? '' : ` (${why})`}`,
    sparkline(condense(values, width)),
    ...(points.length === 0 ? [] : [marks.join('').trimEnd()]),
    ...lines,
    ...(doubt === null ? [] : [`  doubtful: ${doubt}`]),
  ].join('\n');
}
