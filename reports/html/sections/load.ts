import type { LoadResult, Percentiles, Result } from '../../../result/result.ts';
import { brief, count, duration, figure, rate } from '../../format.ts';
import { loadWords } from '../../load-words.ts';
import { figureOf } from '../charts/figure.ts';
import { type Html, html } from '../html.ts';
import { type PlanLinks, planLinks } from '../plan/plan-links.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';
import { loadSeries, nameOf } from './load-series.ts';
import { micro } from './micro.ts';

export const load: Section = {
  id: 'load',
  title: 'Load',
  content: (result) => {
    if (result.load.length === 0 && result.micro.length === 0)
      return absent(result, ['load', 'micro'], notAsked('load'));
    return data(
      result.load.map(conclusion).join(' ') || whyNone(result),
      html`${result.load.map((each, at) => scenario(each, at, { several: result.load.length > 1, links: planLinks(result) }))}
${result.micro.length > 0 && micro(result.micro)}`,
    );
  },
};

function whyNone(result: Result): Html {
  const content = absent(result, ['load'], notAsked('load'));
  return html`No load scenario. ${content.kind === 'absent' && content.why}`;
}

function conclusion({ scenario: name, offeredRate, achievedRate, responseMs, errors }: LoadResult): string {
  const failed = Object.values(errors).reduce((sum, n) => sum + n, 0);
  const tail = responseMs.p99 ?? responseMs.p90 ?? responseMs.p50;
  const level = responseMs.p99 !== null ? '99' : responseMs.p90 !== null ? '90' : '50';
  const offered =
    offeredRate === null
      ? `In a closed loop ${name} reached ${rate(achievedRate)}`
      : `Offered ${rate(offeredRate)}, ${name} achieved ${rate(achievedRate)}`;
  return `${offered}${tail === null ? '' : `; ${level} % of requests were answered within ${duration(tail)}`}${failed ? `, and ${count(failed)} failed` : ''}.`;
}

const scenario = (
  each: LoadResult,
  at: number,
  { several, links }: { several: boolean; links: PlanLinks },
): Html => html`${several && html`<h3>${nameOf(each)}</h3>`}
<p class="muted">${each.sessions ? 'Partly open model: sessions arrive on a schedule; the next statement of a session is due when the pause after its last answer is over. ' : ''}${each.model === 'open' ? 'Open model: requests start on a schedule, and waiting counts as response time.' : 'Closed model: a connection starts its next request when the last one ended; there is no offered rate.'} Through ${each.via} on ${count(each.connections)} connections for ${brief(duration(each.seconds * 1000))}; histograms in <code>${each.histogram}</code>.</p>
${loadWords(each).map((sentence) => html`<p>${sentence}</p>`)}
${counts(each, at)}
${times(each, at)}
${errorTable(each, at)}
${each.spectrum.length > 1 ? spectrum(each, at) : html`<p class="muted">There are too few requests for a percentile spectrum.</p>`}
${each.series.length > 1 && loadSeries(each, at)}
${each.statements.length > 0 && byStatement(each, at, links)}`;

const counts = (each: LoadResult, at: number) =>
  table(
    `load-${at}-counts`,
    'Requests',
    [
      column('Scenario', (one: LoadResult) => one.scenario),
      figures<LoadResult>('Offered', (one) =>
        number(one.offeredRate, rate, 'a closed model has no offered rate'),
      ),
      figures<LoadResult>('Achieved', (one) => number(one.achievedRate, rate)),
      figures<LoadResult>('Requests', (one) => number(one.requests, count)),
      figures<LoadResult>('Dropped', (one) => number(one.dropped, count)),
      figures<LoadResult>('Errors', (one) =>
        number(
          Object.values(one.errors).reduce((sum, n) => sum + n, 0),
          count,
        ),
      ),
      figures<LoadResult>('Rows', (one) => number(one.rows, count)),
      figures<LoadResult>('Generator’s ceiling', (one) =>
        number(one.ceilingRate, rate, 'the null target was not run'),
      ),
      figures<LoadResult>('Generator’s CPU', (one) =>
        number(one.clientCpuShare, (share) => `${figure(share * 100)} %`, 'its CPU time could not be read'),
      ),
    ],
    [each],
  );

interface Named {
  readonly name: string;
  readonly of: Percentiles;
}

export const levels = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
const levelNames = { p50: 'p50', p90: 'p90', p99: 'p99', p999: 'p99.9', max: 'max' } as const;

function times(each: LoadResult, at: number) {
  const rows: Named[] = [
    { name: 'Response time', of: each.responseMs },
    { name: 'Service time', of: each.serviceMs },
    { name: 'Start lag', of: each.startLagMs },
    ...(each.poolWaitMs ? [{ name: 'Wait for a connection', of: each.poolWaitMs }] : []),
  ];
  return table(
    `load-${at}-times`,
    'Response time is from the intended start, service time from the actual one',
    [
      column('Time', ({ name }: Named) => name),
      ...levels.map((level) =>
        figures<Named>(levelNames[level], ({ of }) => number(of[level], duration, of.why)),
      ),
      figures<Named>('Samples', ({ of }) => number(of.samples, count)),
    ],
    rows,
  );
}

function errorTable({ errors }: LoadResult, at: number): Html | false {
  const rows = Object.entries(errors).filter(([, n]) => n > 0);
  return (
    rows.length > 0 &&
    table(
      `load-${at}-errors`,
      'Failed requests by SQLSTATE',
      [
        column('SQLSTATE', ([state]: [string, number]) => state),
        figures<[string, number]>('Requests', ([, n]) => number(n, count)),
      ],
      rows,
    )
  );
}

/** The share beyond a percentile, inverted: 90 % is at 10, 99 % at 100. */
const position = (percentile: number) => 1 / (1 - percentile / 100);

function spectrum(each: LoadResult, at: number) {
  const points = each.spectrum.filter(({ percentile }) => percentile < 100);
  type Point = (typeof points)[number];
  return figureOf({
    id: `load-${at}-spectrum`,
    of: nameOf(each),
    title: 'Percentile spectrum',
    description:
      'Response time beside service time by percentile; the horizontal axis spreads the slowest requests. Where the lines part, requests waited before they were served.',
    chart: {
      kind: 'lines',
      x: {
        title: 'percentile (the slower, the wider)',
        log: true,
        min: 1,
        tick: (value) => `${figure(100 - 100 / value)} %`,
      },
      y: { title: 'time', tick: duration },
      series: [
        {
          name: 'response time',
          points: points.map((point) => ({ x: position(point.percentile), y: point.responseMs })),
        },
        {
          name: 'service time',
          points: points.map((point) => ({ x: position(point.percentile), y: point.serviceMs })),
        },
      ],
    },
    data: table(
      `load-${at}-spectrum-data`,
      'Percentile spectrum',
      [
        figures<Point>('Percentile', ({ percentile }) => number(percentile, (value) => `${value} %`)),
        figures<Point>('Response time', ({ responseMs }) => number(responseMs, duration)),
        figures<Point>('Service time', ({ serviceMs }) => number(serviceMs, duration)),
      ],
      points,
    ),
  });
}

/** One reason for the column; the requests stand beside it. */
const few = 'fewer requests than this percentile needs';

type OfStatement = LoadResult['statements'][number];

const byStatement = ({ statements }: LoadResult, at: number, links: PlanLinks) =>
  table(
    `load-${at}-statements`,
    'By statement and class of tenants',
    [
      column('Statement', ({ name, tenantClass }: OfStatement) => links.statement(name, tenantClass)),
      column('Tenant', ({ tenantClass }: OfStatement) => tenantClass ?? 'all'),
      figures<OfStatement>('Requests', ({ requests }) => number(requests, count)),
      figures<OfStatement>('Errors', ({ errors }) => number(errors, count)),
      ...(['p50', 'p90', 'p95', 'p99', 'max'] as const).map((level) =>
        figures<OfStatement>(`Response ${level}`, ({ responseMs }) =>
          number(responseMs[level], duration, few),
        ),
      ),
      ...(['p50', 'p99'] as const).map((level) =>
        figures<OfStatement>(`Service ${level}`, ({ serviceMs }) => number(serviceMs[level], duration, few)),
      ),
    ],
    statements,
  );
