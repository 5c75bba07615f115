import type { Percentiles, ReplicationResult } from '../../../result/result.ts';
import { count, duration, figure, rate, size } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { html } from '../html.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const replication: Section = {
  id: 'replication',
  title: 'Replication',
  content: (result) => {
    const all = result.replication;
    if (all.length === 0) return absent(result, ['lag'], notAsked('lag'));
    const largest = all.flatMap(({ replica, lagMs }) =>
      lagMs.max === null ? [] : [`${duration(lagMs.max)} on ${replica}`],
    );
    return data(
      largest.length > 0
        ? `A reader who must see a write waits at most ${largest.join(' and ')} under this load.`
        : 'No probe arrived: what a reader of a replica sees is not known.',
      html`${lags(all)}
${readers(all)}
${all.some(({ series }) => series.length > 0) && html`${series(all, 'lagMs')}${series(all, 'lagBytes')}`}`,
    );
  },
};

const percentile = (
  title: string,
  key: 'lagMs' | 'lagBytes',
  level: 'p50' | 'p99' | 'max',
  format: (value: number) => string,
) => figures<ReplicationResult>(title, (each) => number(each[key][level], format, reason(each[key], each)));

const reason = (of: Percentiles, { why }: ReplicationResult) => of.why ?? why ?? 'no probe arrived';

const lags = (all: readonly ReplicationResult[]) =>
  table(
    'replication-table',
    'Lag of each replica, from commits on the primary to what a reader sees',
    [
      column('Replica', ({ replica }: ReplicationResult) => replica),
      percentile('Lag p50', 'lagMs', 'p50', duration),
      percentile('Lag p99', 'lagMs', 'p99', duration),
      percentile('Lag max', 'lagMs', 'max', duration),
      percentile('Bytes p50', 'lagBytes', 'p50', size),
      percentile('Bytes max', 'lagBytes', 'max', size),
      figures<ReplicationResult>('Probes', ({ lagMs }) => number(lagMs.samples, count)),
      figures<ReplicationResult>('Writes', ({ writeRate, why }) => number(writeRate, rate, why)),
      figures<ReplicationResult>('Probe error', ({ probeErrorMs, why }) =>
        number(probeErrorMs, duration, why),
      ),
    ],
    all,
  );

const readers = (all: readonly ReplicationResult[]) =>
  table(
    'replication-readers',
    'What an application notices that reads from it',
    [
      column('Replica', ({ replica }: ReplicationResult) => replica),
      figures<ReplicationResult>('Stale reads', ({ staleReadsPct, why }) =>
        number(staleReadsPct, (value) => `${figure(value)} %`, why),
      ),
      figures<ReplicationResult>('Read your writes', ({ readYourWritesMs, why }) =>
        number(readYourWritesMs, duration, why),
      ),
      figures<ReplicationResult>('Steps back in time', ({ monotonicViolations, monotonicReads, why }) =>
        number(
          monotonicViolations,
          (value) =>
            monotonicReads === undefined ? count(value) : `${count(value)} of ${count(monotonicReads)}`,
          why,
        ),
      ),
    ],
    all,
  );

function series(all: readonly ReplicationResult[], key: 'lagMs' | 'lagBytes') {
  const [what, format] =
    key === 'lagMs' ? (['Lag in time', duration] as const) : (['Lag in bytes', size] as const);
  const rows = all.flatMap(({ replica, series: points }) => points.map((point) => ({ replica, ...point })));
  type Row = (typeof rows)[number];
  return figureOf({
    id: `replication-${key}`,
    title: `${what} over time`,
    description: `${what} of each replica at each probe, over the seconds of the window.`,
    chart: {
      kind: 'lines',
      x: { title: 'seconds since the start', min: 0 },
      y: { title: key === 'lagMs' ? 'lag' : 'WAL not replayed', tick: format, binary: key === 'lagBytes' },
      series: all.map(({ replica, series: points }) => ({
        name: replica,
        points: points.map((point) => ({ x: point.s, y: point[key] })),
      })),
    },
    data: table(
      `replication-${key}-data`,
      `${what} at each probe`,
      [
        column('Replica', ({ replica }: Row) => replica),
        figures<Row>('Second', ({ s }) => number(s, figure)),
        figures<Row>(what, (row) => number(row[key], format, 'this probe did not arrive')),
      ],
      rows,
    ),
  });
}
