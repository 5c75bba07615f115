import type { Percentiles, ReplicationResult, ReplicationStudy, Result } from '../../../result/result.ts';
import { count, duration, figure, rate, size } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { type Html, html, type Part } from '../html.ts';
import { absent, data, notAsked, type Section, sentence } from '../section.ts';
import { column, figures, number, table } from '../table.ts';
import { commitModes } from './replication-commits.ts';
import { conflicts } from './replication-conflicts.ts';

export const replication: Section = {
  id: 'replication',
  title: 'Replication',
  content: (result) => {
    const all = result.replication;
    const study = result.replicationStudy;
    if (all.length === 0) return absent(result, ['lag'], notAsked('lag'));
    return data(
      conclusion(result),
      html`${study && load(study)}
${lags(all)}
<p class="muted">Percentiles of probes are of exact samples, one every 10 ms: one is shown where ten probes lie beyond it (p99: 1,000). Of a load’s requests it takes a hundred (p99: 10,000), because those that wait do so together.</p>
${readers(all)}
${study && moving(study)}
${all.some(({ series }) => series.length > 0) && html`${series(all, 'lagMs', study)}${series(all, 'lagBytes')}`}
${study && study.conflicts.length > 0 && conflicts(study.conflicts)}
${study?.commitModes && commitModes(study.commitModes)}
${study?.why.map(({ what, why }) => html`<p class="muted">Not measured: ${what}. ${sentence(why)}</p>`)}`,
    );
  },
};

function conclusion({ replication: all, replicationStudy: study }: Result): string {
  const largest = all.flatMap(({ replica, lagMs }) =>
    lagMs.max === null
      ? []
      : [`${duration(lagMs.max)} on ${replica} (the longest of ${count(lagMs.samples)} probes)`],
  );
  const longestProbe = Math.max(0, ...all.map(({ lagMs }) => lagMs.max ?? 0));
  const held = (study?.conflicts ?? []).flatMap(({ replica, replayHeldMs }) =>
    replayHeldMs !== null && replayHeldMs > longestProbe ? [`${duration(replayHeldMs)} on ${replica}`] : [],
  );
  const cancelled = study?.conflicts.filter((each) => each.cancelled).map(({ replica }) => replica) ?? [];
  return [
    largest.length > 0
      ? `Under this load a reader who had to see a write waited up to ${largest.join(' and ')}.`
      : 'No probe arrived: what a reader of a replica sees is not known.',
    held.length > 0 && `A long read held the replay for ${held.join(' and ')}: a reader waits as long then.`,
    cancelled.length > 0 && `Replay cancels a long read on ${cancelled.join(' and ')}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function load({ load: { name, offeredRate, achievedRate, errors, file, why } }: ReplicationStudy): Html {
  const failed = Object.entries(errors).map(([state, n]) => `${state}: ${count(n)}`);
  if (offeredRate === null || achievedRate === null)
    return html`<p class="muted">Meanwhile batches of the harness’s own were written${why && html`, and no scenario: ${sentence(why)}`}</p>`;
  return html`<p class="muted">Meanwhile the scenario <em>${name}</em> ran on a copy of the data, directly on the primary: ${rate(offeredRate)} offered, ${rate(achievedRate)} achieved, ${failed.length > 0 ? `errors by SQLSTATE ${failed.join(', ')}` : 'no errors'}; its report is <code>${file}</code>.</p>`;
}

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
      figures<ReplicationResult>('Stale right after the write', ({ staleReadsPct, why }) =>
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

const moving = ({ moving: { reads, staleReads, stepsBack } }: ReplicationStudy): Part =>
  reads > 0 &&
  html`<p class="muted">A reader whose requests went to the replicas in turn missed the newest acknowledged commit in ${count(staleReads)} of ${count(reads)} reads (${figure((100 * staleReads) / reads)} %), and saw less than before in ${count(stepsBack)}.</p>`;

function series(all: readonly ReplicationResult[], key: 'lagMs' | 'lagBytes', study?: ReplicationStudy) {
  const [what, format] =
    key === 'lagMs' ? (['Lag in time', duration] as const) : (['Lag in bytes', size] as const);
  const rows = all.flatMap(({ replica, series: points }) => points.map((point) => ({ replica, ...point })));
  type Row = (typeof rows)[number];
  const written = study && study.series.length > 1 ? study.series : [];
  return figureOf({
    id: `replication-${key}`,
    title: `${what}${written.length > 0 ? ' beside the write rate' : ''}`,
    description: `${what} of each replica at each probe, over the seconds of the load${written.length > 0 ? '; below, the write-ahead log that the primary wrote meanwhile, on the same seconds' : ''}.`,
    chart: {
      kind: 'lines',
      x: { title: 'seconds since the load began', min: 0 },
      y: { title: key === 'lagMs' ? 'lag' : 'WAL not replayed', tick: format, binary: key === 'lagBytes' },
      series: all.map(({ replica, series: points }) => ({
        name: replica,
        points: points.map((point) => ({ x: point.s, y: point[key] })),
      })),
      ...(written.length > 0 && {
        below: {
          y: { title: 'WAL a second', tick: size, binary: true, min: 0 },
          series: [
            {
              name: 'WAL of the primary',
              points: written.map(({ s, walBytesPerSecond }) => ({ x: s, y: walBytesPerSecond })),
            },
          ],
        },
      }),
    },
    data: html`${table(
      `replication-${key}-data`,
      `${what} at each probe`,
      [
        column('Replica', ({ replica }: Row) => replica),
        figures<Row>('Second', ({ s }) => number(s, figure)),
        figures<Row>(what, (row) => number(row[key], format, 'this probe did not arrive')),
      ],
      rows,
    )}
${written.length > 0 && table(`replication-${key}-wal`, 'WAL of the primary', [column('Second', ({ s }: Written) => figure(s)), figures<Written>('WAL a second', ({ walBytesPerSecond }) => number(walBytesPerSecond, size))], written)}`,
  });
}

type Written = ReplicationStudy['series'][number];
