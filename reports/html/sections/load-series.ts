import type { LoadResult } from '../../../result/result.ts';
import { count, duration } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { type Html, html } from '../html.ts';
import { column, figures, number, table } from '../table.ts';

type Second = LoadResult['series'][number];

const few = 'one second has too few requests for a p99';

/** Rate and slowest requests second by second, each in a chart of its own: two scales in one deceive. */
export function loadSeries({ series: all, seconds: lasted }: LoadResult, at: number): Html {
  const series = all.filter(({ s }) => s + 1 <= lasted); // a part of a second would look like a stall

  const withP99 = series.some(({ responseP99Ms }) => responseP99Ms !== null);
  const [what, response, service] = withP99
    ? (['p99', 'responseP99Ms', 'serviceP99Ms'] as const)
    : (['Slowest request', 'responseMaxMs', 'serviceMaxMs'] as const);
  const line = (name: string, value: (second: Second) => number | null | undefined) => ({
    name,
    points: series.map((second) => ({ x: second.s, y: value(second) ?? null })),
  });
  const x = { title: 'seconds since the start', min: 0 };
  const slow = series.some((second) => second[response] != null);
  return html`${figureOf({
    id: `load-${at}-rate`,
    title: 'Rate over time',
    description:
      'Requests that ended in each whole second. A hole is a stall; in an open model what waited shows up as response time.',
    chart: {
      kind: 'lines',
      x,
      y: { title: 'requests in a second', min: 0, tick: count },
      series: [line('requests', ({ requests }) => requests)],
    },
    data: seconds(`load-${at}-rate-data`, all),
  })}
${
  slow &&
  figureOf({
    id: `load-${at}-slow`,
    title: `${what} over time`,
    description: `${what} of each second, response beside service time.${withP99 ? '' : ' A single second has too few requests for a p99.'}`,
    chart: {
      kind: 'lines',
      x,
      y: { title: what, min: 0, tick: duration },
      series: [
        line('response time', (second) => second[response]),
        line('service time', (second) => second[service]),
      ],
    },
    data: seconds(`load-${at}-slow-data`, all),
  })
}`;
}

const seconds = (id: string, series: readonly Second[]) =>
  table(
    id,
    'Each second of the window',
    [
      column('Second', ({ s }: Second) => ({ show: String(s), sort: s })),
      figures<Second>('Requests', ({ requests }) => number(requests, count)),
      figures<Second>('Errors', ({ errors }) => number(errors, count)),
      figures<Second>('Response p50', ({ responseP50Ms }) =>
        number(responseP50Ms, duration, 'one second has too few requests for a p50'),
      ),
      figures<Second>('Response p99', ({ responseP99Ms }) => number(responseP99Ms, duration, few)),
      figures<Second>('Service p99', ({ serviceP99Ms }) => number(serviceP99Ms, duration, few)),
      figures<Second>('Response max', ({ responseMaxMs }) =>
        number(responseMaxMs, duration, 'no request ended in this second'),
      ),
      figures<Second>('Service max', ({ serviceMaxMs }) =>
        number(serviceMaxMs, duration, 'no request ended in this second'),
      ),
    ],
    series,
  );
