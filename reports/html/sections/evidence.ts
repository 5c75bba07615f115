import type { LoadEvidence, LoadResult } from '../../../result/result.ts';
import { count, duration, figure, size } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { html } from '../html.ts';
import { type PlanLinks, planLinks } from '../plan/plan-links.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

/** What the server did while the load ran, beside the load's own figures. */
interface WithEvidence {
  readonly load: string;
  readonly evidence: LoadEvidence;
}

export const evidence: Section = {
  id: 'evidence',
  title: 'Server evidence',
  content: (result) => {
    const all = result.load.flatMap(witnessedOf);
    const links = planLinks(result);
    if (all.length === 0) return absent(result, ['load'], notAsked('load'));
    const [busiest] = all[0]!.evidence.statements ?? [];
    const [wait] = all[0]!.evidence.waits;
    const parts = [
      busiest &&
        `${busiest.name ?? 'a statement outside the catalogue'} took ${figure(busiest.timePct)} % of the execution time`,
      wait && `sessions at work were mostly seen in ${wait.event} (${figure(wait.pct)} %)`,
    ].filter(Boolean);
    return data(
      parts.length > 0
        ? `During the load ${parts.join(', and ')}.`
        : 'The server was watched, but could not tell what it did.',
      html`${overview(all)}
${all.map((each, at) => html`${statements(each, at, links)}${waits(each, at)}${activity(each, at)}${othersOver(each, at)}`)}`,
    );
  },
};

const witnessedOf = ({ scenario, model, evidence: seen }: LoadResult): WithEvidence[] =>
  seen ? [{ load: `${scenario} (${model})`, evidence: seen }] : [];

/** Why the server could not tell it, in its own words. */
const because = ({ evidence: { absent: missing } }: WithEvidence): string =>
  missing.map(({ what, why }) => `${what}: ${why}`).join('; ') || 'the server does not tell it';

const overview = (all: readonly WithEvidence[]) =>
  table(
    'evidence-table',
    'What the server counted while it was watched, the start of the generator and the warm-up included',
    [
      column('Load', ({ load }: WithEvidence) => load),
      figures<WithEvidence>('Watched', ({ evidence: { seconds } }) => number(seconds * 1000, duration)),
      figures<WithEvidence>('WAL a second', (each) =>
        number(each.evidence.walBytesPerSecond, size, because(each)),
      ),
      figures<WithEvidence>('Found in buffers', (each) =>
        number(each.evidence.bufferHitPct, (value) => `${figure(value)} %`, because(each)),
      ),
      figures<WithEvidence>('Checkpoints', (each) => number(each.evidence.checkpoints, count, because(each))),
      figures<WithEvidence>('Locks waited for, most', (each) =>
        number(each.evidence.locksWaitingMax, count, because(each)),
      ),
      figures<WithEvidence>('Clients waiting at the pooler, most', (each) =>
        number(each.evidence.poolerWaitingMax, count, because(each)),
      ),
      figures<WithEvidence>('Seconds missed', ({ evidence: { gaps } }) => number(gaps, count)),
    ],
    all,
  );

type Statement = NonNullable<LoadEvidence['statements']>[number];

const statements = ({ load, evidence: { statements: top } }: WithEvidence, at: number, links: PlanLinks) =>
  (top ?? []).length > 0 &&
  table(
    `evidence-statements-${at}`,
    `${load}: the statements that took most of the execution time`,
    [
      column('Statement', ({ name, query }: Statement) =>
        name === null || name === undefined ? query.slice(0, 80) : links.statement(name),
      ),
      figures<Statement>('Share of time', ({ timePct }) => number(timePct, (value) => `${figure(value)} %`)),
      figures<Statement>('Calls', ({ calls }) => number(calls, count)),
      figures<Statement>('Time a call', ({ calls, executionMs }) =>
        number(calls > 0 ? executionMs / calls : null, duration, 'it was not called'),
      ),
      figures<Statement>('Rows', ({ rows }) => number(rows, count)),
      figures<Statement>('Pages hit', ({ blocksHit }) => number(blocksHit, count)),
      figures<Statement>('Pages read', ({ blocksRead }) => number(blocksRead, count)),
      figures<Statement>('WAL', ({ walBytes }) => number(walBytes, size)),
    ],
    top ?? [],
  );

type Wait = LoadEvidence['waits'][number];

const waits = ({ load, evidence: { waits: seen } }: WithEvidence, at: number) =>
  seen.length > 0 &&
  table(
    `evidence-waits-${at}`,
    `${load}: where sessions at work were seen, a look each second`,
    [
      column('Wait event', ({ event }: Wait) => event),
      figures<Wait>('Share', ({ pct }) => number(pct, (value) => `${figure(value)} %`)),
    ],
    seen,
  );

type Second = LoadEvidence['series'][number];

const activity = ({ load, evidence: { series } }: WithEvidence, at: number) =>
  series.length > 1 &&
  figureOf({
    id: `evidence-wal-${at}`,
    title: `WAL written a second: ${load}`,
    description:
      'Write-ahead log that the primary wrote in each second of the watch; checkpoints show as steps.',
    chart: {
      kind: 'lines',
      x: { title: 'seconds since watching began', min: 0 },
      y: { title: 'WAL a second', tick: size, binary: true },
      series: [
        { name: 'WAL', points: series.map(({ s, walBytesPerSecond }) => ({ x: s, y: walBytesPerSecond })) },
      ],
    },
    data: table(
      `evidence-wal-${at}-data`,
      'Each second of the watch',
      [
        column('Second', ({ s }: Second) => String(s)),
        figures<Second>('WAL', ({ walBytesPerSecond }) => number(walBytesPerSecond, size)),
        figures<Second>('Active sessions', ({ activeSessions }) => number(activeSessions, count)),
      ],
      series,
    ),
  });

/** Cores that neither the run nor a server that it measures used. */
const othersOver = ({ load, evidence: { series } }: WithEvidence, at: number) =>
  series.filter(({ othersCores }) => othersCores != null).length > 1 &&
  figureOf({
    id: `evidence-others-${at}`,
    title: `Cores taken by other programs: ${load}`,
    description: 'Busy cores less those of this run and of the servers that it measures, second by second.',
    chart: {
      kind: 'lines',
      x: { title: 'seconds since watching began', min: 0 },
      y: { title: 'cores', min: 0, tick: figure },
      series: [
        {
          name: 'other programs',
          points: series.map(({ s, othersCores }) => ({ x: s, y: othersCores ?? null })),
        },
      ],
    },
    data: table(
      `evidence-others-${at}-data`,
      'Each second of the watch',
      [
        column('Second', ({ s }: Second) => String(s)),
        figures<Second>('Other programs', ({ othersCores }) =>
          number(othersCores ?? null, (cores) => `${figure(cores)} cores`, 'not seen in this second'),
        ),
      ],
      series,
    ),
  });
