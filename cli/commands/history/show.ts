import { usage } from '../../../config/fault.ts';
import { suggest } from '../../../config/nearest.ts';
import { formerName } from '../../../history/aliases.ts';
import { type History, metricsIn, openHistory } from '../../../history/history.ts';
import { showHistory } from '../../../history/show.ts';
import type { HistoryDocument, HistorySeries } from '../../../result/history.ts';
import type { Context } from '../../command.ts';
import { writePage } from '../../write-page.ts';
import { condense, figure, sparkline } from '../analyse/chart.ts';
import type { HistoryOptions } from './options.ts';

/** Runs of the overview; one metric is shown with all. */
const overviewRuns = 90;
const width = 40;
/** Of a sparkline: less than a tenth is drawn as the little that it is. */
const minSpan = 0.1;
/** Rows of the table in the terminal. */
const maxRows = 50;

export async function show(context: Context, { out, suite, html }: HistoryOptions, metric?: string) {
  const onProgress = (done: number, total: number) => context.progress.count(done, total, 'runs');
  using history = await openHistory(out, { now: Date.now(), onProgress });
  if (history.runs.length + history.damaged.length === 0)
    throw usage(`There is no run in ${out}.`, './olympus nightly, or ./olympus bench, makes one.');
  const metrics = metric === undefined ? null : namesOf(history, metric);
  const document = showHistory(history, {
    suite: suite === undefined ? null : knownSuite(history, suite),
    metrics,
    runs: metrics === null ? overviewRuns : Number.POSITIVE_INFINITY,
  });
  if (html !== undefined) {
    const { renderHistory } = await import('../../../reports/html/history.ts');
    await writePage(html, renderHistory(document));
  }
  context.answer(
    document,
    [...textOf(document), ...(html === undefined ? [] : [`Page: ${html}`])].join('\n'),
  );
  return undefined;
}

/** The metric of this name, or those whose names contain the words. */
function namesOf(history: History, metric: string): string[] {
  const names = [...new Set(metricsIn(history).map(({ name }) => name))];
  if (names.includes(metric)) return [metric];
  const renamed = names.filter((name) => formerName(name) === metric);
  if (renamed.length > 0) return renamed;
  const found = names.filter((name) => name.toLowerCase().includes(metric.toLowerCase()));
  if (found.length > 0) return found;
  throw usage(`No run has a metric "${metric}".`, suggest(metric, names.slice(0, 400)));
}

function knownSuite({ runs }: History, suite: string): string {
  const known = [...new Set(runs.map((run) => run.suite))];
  if (known.includes(suite)) return suite;
  throw usage(`There is no run of a suite "${suite}".`, suggest(suite, known));
}

function textOf(document: HistoryDocument): string[] {
  const { suite, data, runs, total, breaks, damaged, notes, series, others } = document;
  const ordered = series.toSorted((a, b) => urgency(b) - urgency(a));
  const names = Math.min(60, Math.max(6, ...ordered.slice(0, maxRows).map(({ metric }) => metric.length)));
  return [
    `${suite}, ${data || 'ended before it had data'}: ${runs.length === total ? runsOf(total) : `the newest ${runs.length} of ${runsOf(total)}`}`,
    ...ordered.slice(0, maxRows).map((one) => rowText(one, names)),
    ...(ordered.length > maxRows
      ? [`${ordered.length - maxRows} more metrics: name one, or --json, or --html FILE.`]
      : []),
    ...(ordered.length <= 3 ? ordered.flatMap(changeText) : []),
    ...breaks.map(({ run, why }) => `break at ${run}: ${why.join('; ') || 'in a part that is not kept'}`),
    ...damaged.map(({ run, why }) => `left out ${run}: ${why}`),
    ...notes,
    ...others.map((one) => `also: ${one.suite}, ${one.data}, ${runsOf(one.runs)} (--suite ${one.suite})`),
  ];
}

const runsOf = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`;

const order = ['confirmed', 'suspect', 'new', 'fixed', 'accepted'];
const urgency = ({ state, changes }: HistorySeries): number =>
  (state !== null && order.includes(state) ? 10 - order.indexOf(state) : 0) + Math.min(1, changes.length);

function rowText(
  { metric, unit, kind, values, state, changes, lastSeen }: HistorySeries,
  names: number,
): string {
  const newest = values.findLast((value) => value !== null);
  const shown =
    newest == null
      ? '-'
      : kind === 'ratio'
        ? `${figure(newest)}x control`
        : `${figure(newest)}${unit && ` ${unit}`}`;
  const parts = [
    state !== null && state !== 'steady' && state,
    changes.length > 0 && changesText(changes),
    lastSeen > 0 && `not measured in the newest ${lastSeen === 1 ? 'run' : runsOf(lastSeen)}`,
  ].filter((part) => part !== false);
  const name = metric.length > names ? `${metric.slice(0, names - 1)}…` : metric.padEnd(names);
  return `${name}  ${sparkline(condense(values, width), minSpan).padEnd(Math.min(width, values.length))}  ${shown}${parts.length > 0 ? `  ${parts.join(', ')}` : ''}`;
}

/** How many, and how large the newest. */
function changesText(changes: HistorySeries['changes']): string {
  const ratio = changes.at(-1)!.ratio;
  const size = ratio === null ? '' : `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)} %`;
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`;
  return size === '' ? count : changes.length === 1 ? `${count} (${size})` : `${count} (newest ${size})`;
}

const changeText = ({ metric, changes, accepted }: HistorySeries): string[] => [
  ...changes.map(
    ({ run, before, after, ratio, p }) =>
      `${metric}: change at ${run}: ${figure(before)} → ${figure(after)}${ratio === null ? '' : ` (${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)} %)`}, p ${p.toPrecision(2)}`,
  ),
  ...accepted.map(({ from, reason, at }) => `${metric}: accepted from ${from} on, at ${at}: ${reason}`),
];
