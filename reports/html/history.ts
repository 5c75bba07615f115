import type { HistoryDocument, HistorySeries } from '../../result/history.ts';
import { count, figure, moment, quantity, ratio } from '../format.ts';
import { figureOf } from './charts/figure.ts';
import type { LineSeries } from './charts/lines.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { column, figures, number, table } from './table.ts';

/** Of a chart, as a share of its values: less than that is drawn as the little that it is. */
const minSpan = 0.1;
/** Charts on one page; the others are in its table. */
const maxCharts = 24;

/** The series as a page: those with a finding or a change first, each with its control, its changes and the breaks. */
export function renderHistory(document: HistoryDocument): string {
  const ordered = document.series.toSorted((a, b) => urgency(b) - urgency(a));
  return page({
    title: `History · ${document.suite} · Olympus Bench`,
    skipTo: ['overview', 'the metrics'],
    header: html`<h1>History of ${document.suite}</h1>
<p class="run">${document.data} · ${count(document.runs.length)} of ${count(document.total)} runs${document.runs[0] && html`, from ${moment(document.runs[0].startedAt)} to ${moment(document.runs.at(-1)!.startedAt)}`}</p>`,
    side: html`<nav class="side" aria-label="Series"><ol class="sections"><li><a href="#overview">Metrics</a></li>${ordered.slice(0, maxCharts).map(({ metric }, at) => html`<li><a href="#series-${at + 1}">${metric}</a></li>`)}</ol></nav>`,
    main: html`<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title">Metrics</h2>
${overview(ordered)}
</section>
${notesOf(document)}
<section id="series" aria-labelledby="series-title">
<h2 id="series-title">Series</h2>
${ordered.length > maxCharts && html`<p class="muted">The first ${maxCharts} of ${count(ordered.length)}; name a metric to see another.</p>`}
${ordered.slice(0, maxCharts).map((series, at) => chart(document, series, at))}
</section>`,
  });
}

const order = ['confirmed', 'suspect', 'new', 'fixed', 'accepted'];
const urgency = ({ state, changes, accepted }: HistorySeries): number =>
  (state !== null && order.includes(state) ? 10 - order.indexOf(state) : 0) +
  Math.min(1, changes.length) +
  Math.min(1, accepted.length);

const shown = ({ kind, unit }: HistorySeries) =>
  kind === 'ratio' ? ratio : (value: number) => quantity(value, unit);

const overview = (all: readonly HistorySeries[]) =>
  table(
    'metrics',
    'Newest figures of each metric',
    [
      column('Metric', ({ metric }: HistorySeries) => metric),
      column('State', ({ state }: HistorySeries) => state ?? ''),
      figures<HistorySeries>('Newest', (each) =>
        number(
          each.values.findLast((value) => value !== null),
          shown(each),
          'never measured',
        ),
      ),
      figures<HistorySeries>('Changes', ({ changes }) => number(changes.length, count)),
      figures<HistorySeries>('Newest change', ({ changes }) =>
        number(
          changes.at(-1)?.ratio,
          (value) => `${value >= 1 ? '+' : ''}${figure(100 * (value - 1))} %`,
          'none',
        ),
      ),
      figures<HistorySeries>('Runs ago', ({ lastSeen }) => number(lastSeen, count)),
    ],
    all,
  );

function notesOf({ breaks, damaged, notes }: HistoryDocument): Html | false {
  const lines = [
    ...breaks.map(
      ({ run, why }) =>
        html`<li>Other conditions from <code>${run}</code> on: ${why.join('; ') || 'in a part that is not kept'}. Nothing is compared across it.</li>`,
    ),
    ...damaged.map(({ run, why }) => html`<li>Left out: <code>${run}</code>. ${why}</li>`),
    ...notes.map((note) => html`<li>${note}</li>`),
  ];
  return (
    lines.length > 0 &&
    html`<section id="notes" aria-labelledby="notes-title"><h2 id="notes-title">Breaks and notes</h2><ul>${lines}</ul></section>`
  );
}

function chart(document: HistoryDocument, series: HistorySeries, at: number): Html {
  const id = `series-${at + 1}`;
  const points = series.values.map((y, x) => ({ x, y }));
  const known = series.values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const room = Math.max(
    (most - least || Math.abs(most) || 1) * 0.08,
    (minSpan * Math.abs(most) - (most - least)) / 2,
  );
  const [bottom, top] = [least - room, most + room];
  const place = new Map(document.runs.map((run, x) => [run.id, x]));
  const upright = (name: string, runs: readonly string[]): LineSeries[] =>
    runs.length === 0
      ? []
      : [
          {
            name,
            points: runs.flatMap((run) => {
              const x = place.get(run);
              return x === undefined
                ? []
                : [
                    { x, y: bottom },
                    { x, y: top },
                    { x, y: null },
                  ];
            }),
          },
        ];
  const what = series.kind === 'ratio' ? 'head / control' : series.unit;
  return html`${figureOf({
    id,
    title: series.metric,
    description: `${what} of each run, oldest first; upright lines mark change points, accepted changes and other conditions.`,
    chart: {
      kind: 'lines',
      x: {
        title: 'date of the run',
        min: 0,
        max: Math.max(1, document.runs.length - 1),
        tick: dateOf(document),
      },
      y: { title: what, min: bottom, max: top, tick: series.kind === 'ratio' ? ratio : figure },
      series: [
        { name: series.metric, points },
        ...upright(
          'change point',
          series.changes.map(({ run }) => run),
        ),
        ...upright(
          'accepted',
          series.accepted.map(({ from }) => from),
        ),
        ...upright(
          'other conditions',
          document.breaks.map(({ run }) => run),
        ),
      ],
    },
    data: dataOf(document, series, id),
  })}
${series.control !== null && controlChart(document, series, id)}
${changesOf(series)}`;
}

/** Runs stand side by side; a label says when one was made. */
const dateOf =
  ({ runs }: HistoryDocument) =>
  (at: number): string =>
    runs[Math.round(at)]?.startedAt.slice(0, 10) ?? '';

/** What the machine did meanwhile: the control itself, which no commit changes. */
const controlChart = (document: HistoryDocument, series: HistorySeries, id: string): Html =>
  figureOf({
    id: `${id}-control`,
    title: `${series.metric}: the control`,
    description:
      'The pinned control of each night by itself. Where it moves, the machine did; the ratio above cancels that.',
    chart: {
      kind: 'lines',
      x: {
        title: 'date of the run',
        min: 0,
        max: Math.max(1, document.runs.length - 1),
        tick: dateOf(document),
      },
      y: { title: series.unit, tick: figure },
      series: [{ name: 'control', points: series.control!.map((y, x) => ({ x, y })) }],
    },
    data: table(
      `${id}-control-table`,
      'The control',
      [
        column('Run', ({ run }: { run: string; value: number | null }) => run),
        figures<{ run: string; value: number | null }>('Control', ({ value }) =>
          number(value, (each) => quantity(each, series.unit)),
        ),
      ],
      document.runs.map(({ id: run }, i) => ({ run, value: series.control![i]! })),
    ),
  });

const changesOf = ({ changes, accepted }: HistorySeries): Html | false =>
  changes.length + accepted.length > 0 &&
  html`<ul>${changes.map(({ run, before, after, ratio: times, p }) => html`<li>Change at <code>${run}</code>: ${figure(before)} → ${figure(after)}${times !== null && ` (${ratio(times)})`}, p ${figure(p)}.</li>`)}${accepted.map(({ from, reason, at }) => html`<li>Accepted from <code>${from}</code> on (${moment(at)}): ${reason}</li>`)}</ul>`;

const dataOf = (document: HistoryDocument, series: HistorySeries, id: string): Html =>
  table(
    `${id}-table`,
    series.metric,
    [
      column('Run', ({ run }: { run: string; value: number | null }) => run),
      figures<{ run: string; value: number | null }>('Value', ({ value }) => number(value, shown(series))),
    ],
    document.runs.map(({ id: run }, i) => ({ run, value: series.values[i]! })),
  );
