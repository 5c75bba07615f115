import type { LoadEvidence, LoadResult } from '../../../result/result.ts';
import { brief, count, duration, figure } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import type { HeatEvent } from '../charts/heat.ts';
import type { LineSeries } from '../charts/lines.ts';
import { type Html, html } from '../html.ts';
import { column, figures, number, table } from '../table.ts';

type Second = LoadResult['series'][number];
type Watched = LoadEvidence['series'][number];

const few = (level: string) => `one second has too few requests for a ${level}`;

/** The load second by second: rate, times, all requests by their time, and what the machine and the server did meanwhile. */
export function loadSeries(load: LoadResult, at: number): Html {
  const series = load.series.filter(({ s }) => s + 1 <= load.seconds); // a part of a second would look like a stall
  return html`${rates(load, series, at)}
${times(load, series, at)}
${heat(load, at)}
${machine(load, at)}
${sessions(load, at)}`;
}

/** Which load a chart is of. */
export const nameOf = ({ scenario, model }: LoadResult): string => `${scenario}, ${model} model`;

const x = { title: 'seconds since the start', min: 0 };
const line = <Row extends { readonly s: number }>(
  name: string,
  rows: readonly Row[],
  value: (row: Row) => number | null | undefined,
): LineSeries => ({ name, points: rows.map((row) => ({ x: row.s, y: value(row) ?? null })) });
const known = ({ points }: LineSeries) => points.some(({ y }) => y !== null);

function rates(load: LoadResult, series: readonly Second[], at: number): Html {
  const offered = line('offered: fell due', series, ({ due }) => due);
  return figureOf({
    id: `load-${at}-rate`,
    of: nameOf(load),
    title: load.model === 'open' ? 'Offered and achieved rate over time' : 'Rate over time',
    description:
      'Requests that fell due and that ended in each whole second. A hole in what was achieved is a stall; what waited shows up as response time.',
    chart: {
      kind: 'lines',
      x,
      y: { title: 'requests in a second', min: 0, tick: count },
      series: [line('achieved: ended', series, ({ requests }) => requests), ...[offered].filter(known)],
    },
    data: seconds(`load-${at}-rate-data`, load.series),
  });
}

function times(load: LoadResult, series: readonly Second[], at: number): Html | false {
  const shown = [
    line('p50', series, ({ responseP50Ms }) => responseP50Ms),
    line('p90', series, ({ responseP90Ms }) => responseP90Ms),
    line('p99', series, ({ responseP99Ms }) => responseP99Ms),
    line('max', series, ({ responseMaxMs }) => responseMaxMs),
  ].filter(known);
  if (shown.length === 0) return false;
  return figureOf({
    id: `load-${at}-slow`,
    of: nameOf(load),
    title: 'Response time over time',
    description: `${shown.map(({ name }) => name).join(', ')} of each second, on a logarithmic axis. A percentile that is not drawn needs more requests than one second has.`,
    chart: { kind: 'lines', x, y: { title: 'response time', log: true, tick: duration }, series: shown },
    data: seconds(`load-${at}-slow-data`, load.series),
  });
}

function heat(load: LoadResult, at: number): Html | false {
  if (!load.heat || load.heat.counts.length < 2) return false;
  const { secondsEach, boundsMs, counts } = load.heat;
  const classes = [
    ...boundsMs.map((bound) => `up to ${brief(duration(bound))}`),
    `above ${brief(duration(boundsMs.at(-1)!))}`,
  ];
  const rows = counts.flatMap((column, n) =>
    column.flatMap((requests, row) => (requests > 0 ? [{ s: n * secondsEach, row, requests }] : [])),
  );
  type Cell = (typeof rows)[number];
  const happened = eventsOf(load);
  return figureOf({
    id: `load-${at}-heat`,
    of: nameOf(load),
    title: 'All requests by response time',
    description: `Each column is ${secondsEach === 1 ? 'a second' : `${secondsEach} seconds`}, each row a class of response time; the stronger its colour, the more requests.${happened.length > 0 ? ' Bars on top are what happened meanwhile.' : ' No stall and no outage was seen.'}${watchedWords(load)}`,
    chart: { kind: 'heat', x: { title: x.title, each: secondsEach }, classes, counts, events: happened },
    data: table(
      `load-${at}-heat-data`,
      'Requests by second and response time',
      [
        column('Second', ({ s }: Cell) => ({ show: String(s), sort: s })),
        column('Response time', ({ row }: Cell) => ({ show: classes[row]!, sort: row })),
        figures<Cell>('Requests', ({ requests }) => number(requests, count)),
      ],
      rows,
    ),
  });
}

/** Without a watch nobody knows whether a checkpoint or a vacuum ran. */
const watchedWords = (load: LoadResult): string =>
  windowOf(load.evidence).length === 0
    ? ' Checkpoints and vacuums were not watched.'
    : eventsOf(load).some(({ name }) => name === 'checkpoint' || name === 'vacuum')
      ? ''
      : ' No checkpoint and no vacuum was seen.';

/** Seconds of the window; what the server reported is by its looks, one a second. */
function eventsOf({ stalls = [], outages = [], evidence, seconds: lasted }: LoadResult): HeatEvent[] {
  const watched = windowOf(evidence);
  const seen = (name: string, happened: (point: Watched) => boolean): HeatEvent[] =>
    watched.flatMap((point, at) => {
      const from = watched[at - 1]?.s ?? point.s - 1;
      return happened(point) && point.s > 0 && from < lasted ? [{ name, from, to: point.s }] : [];
    });
  return [
    ...stalls.map(({ fromS, toS }) => ({ name: 'stall', from: fromS, to: toS })),
    ...outages.map(({ endpoint, fromS, toS }) => ({
      name: `outage${endpoint ? ` of ${endpoint}` : ''}`,
      ...{ from: fromS, to: toS ?? lasted },
    })),
    ...seen('checkpoint', ({ checkpointed = false }) => checkpointed),
    ...seen('vacuum', ({ vacuums = 0 }) => vacuums > 0),
  ];
}

/** What was watched, in seconds of the window; nothing where it is not known when that began. */
function windowOf(evidence: LoadEvidence | undefined): Watched[] {
  const from = evidence?.windowFromS;
  return from === undefined ? [] : evidence!.series.map((point) => ({ ...point, s: point.s - from }));
}

const within = ({ evidence, seconds: lasted }: LoadResult): Watched[] =>
  windowOf(evidence).filter(({ s }) => s >= 0 && s <= lasted);

function machine(load: LoadResult, at: number): Html | false {
  const points = within(load);
  const shown = [
    line('servers', points, ({ serversCores }) => serversCores),
    line('ours, with the generator', points, ({ ownCores }) => ownCores),
    line('other programs', points, ({ othersCores }) => othersCores),
  ].filter(known);
  if (shown.length === 0 || points.length < 2) return false;
  return figureOf({
    id: `load-${at}-cpu`,
    of: nameOf(load),
    title: 'Busy cores over time',
    description:
      'Cores that the measured servers took, that the harness and its load generator took, and that other programs on this machine took.',
    chart: { kind: 'lines', x, y: { title: 'cores', min: 0, tick: figure }, series: shown },
    data: watchedTable(`load-${at}-cpu-data`, points),
  });
}

function sessions(load: LoadResult, at: number): Html | false {
  const points = within(load);
  const shown = [
    line('connections of the primary', points, ({ connections }) => connections),
    line('at work', points, ({ activeSessions }) => activeSessions),
    line('at work and waiting', points, ({ waiting }) => waiting),
    line('clients waiting at the pooler', points, ({ poolerWaiting }) => poolerWaiting),
  ].filter(known);
  if (shown.length === 0 || points.length < 2) return false;
  return figureOf({
    id: `load-${at}-sessions`,
    of: nameOf(load),
    title: 'Connections and waits over time',
    description:
      'Sessions of the primary as one look a second saw them; what the waits were is under Server evidence.',
    chart: { kind: 'lines', x, y: { title: 'sessions', min: 0, tick: count }, series: shown },
    data: watchedTable(`load-${at}-sessions-data`, points),
  });
}

const unseen = 'not seen in this second';
const watchedTable = (id: string, points: readonly Watched[]) =>
  table(
    id,
    'Each look of the window',
    [
      column('Second', ({ s }: Watched) => ({ show: figure(s), sort: s })),
      figures<Watched>('Servers’ cores', ({ serversCores }) => number(serversCores, figure, unseen)),
      figures<Watched>('Our cores', ({ ownCores }) => number(ownCores, figure, unseen)),
      figures<Watched>('Others’ cores', ({ othersCores }) => number(othersCores, figure, unseen)),
      figures<Watched>('Connections', ({ connections }) => number(connections, count, unseen)),
      figures<Watched>('At work', ({ activeSessions }) => number(activeSessions, count)),
      figures<Watched>('Waiting', ({ waiting }) => number(waiting, count, unseen)),
      figures<Watched>('Waiting for locks', ({ locksWaiting }) => number(locksWaiting, count, unseen)),
      figures<Watched>('Waiting at the pooler', ({ poolerWaiting }) =>
        number(poolerWaiting, count, 'no pooler was watched'),
      ),
      figures<Watched>('Blocks read', ({ blocksReadPerSecond }) =>
        number(blocksReadPerSecond, (value) => `${figure(value)}\u00a0/s`, unseen),
      ),
    ],
    points,
  );

const seconds = (id: string, series: readonly Second[]) =>
  table(
    id,
    'Each second of the window',
    [
      column('Second', ({ s }: Second) => ({ show: String(s), sort: s })),
      figures<Second>('Due', ({ due }) => number(due, count, 'a closed model has no schedule')),
      figures<Second>('Requests', ({ requests }) => number(requests, count)),
      figures<Second>('Errors', ({ errors }) => number(errors, count)),
      figures<Second>('Response p50', ({ responseP50Ms }) => number(responseP50Ms, duration, few('p50'))),
      figures<Second>('Response p90', ({ responseP90Ms }) => number(responseP90Ms, duration, few('p90'))),
      figures<Second>('Response p99', ({ responseP99Ms }) => number(responseP99Ms, duration, few('p99'))),
      figures<Second>('Service p99', ({ serviceP99Ms }) => number(serviceP99Ms, duration, few('p99'))),
      figures<Second>('Response max', ({ responseMaxMs }) =>
        number(responseMaxMs, duration, 'no request ended in this second'),
      ),
      figures<Second>('Service max', ({ serviceMaxMs }) =>
        number(serviceMaxMs, duration, 'no request ended in this second'),
      ),
    ],
    series,
  );
