import type { Night, Previous, State } from '../analysis/nightly/judge-night.ts';
import type { Past, PastOfMetric } from '../analysis/nightly/past.ts';
import { parseResult } from '../reports/read-run.ts';
import { runFolder } from '../reports/run-id.ts';
import type { AcceptedChange } from '../result/history.ts';
import { type History, type IndexedRun, metricsIn } from './history.ts';
import { nightKey, nights } from './update.ts';

/** Nights read of a series: a baseline and a slow drift need no more. */
const maxNights = 120;

/** What a night of this fingerprint and control is judged against. */
export async function pastOf(history: History, fingerprint: string, control: string): Promise<Past> {
  const all = history.runs.filter(({ suite, night }) => suite === nights && night !== null);
  const own = all.filter(({ key }) => key === nightKey(fingerprint, control)).slice(-maxNights);
  const good = all.findLast(({ verdict, complete }) => verdict === 'pass' && complete);
  const series = readSeries(history, own);
  return {
    night: Math.max(0, ...all.map(({ night }) => night!)) + 1,
    lastGood: good
      ? {
          run: good.id,
          startedAt: good.startedAt,
          environment: (await parseResult(runFolder(history.root, good.id))).environment,
        }
      : null,
    of: (metric) => pastOfMetric(own, series.get(metric) ?? new Map(), acceptedFor(history, metric, control)),
  };
}

interface Stored {
  readonly run: number;
  readonly metric: number;
  readonly value: number | null;
  readonly state: State;
  readonly since: string | null;
  readonly level: number | null;
  readonly limit: number | null;
}

/** By metric, as it is called now, and by run. */
function readSeries(history: History, runs: readonly IndexedRun[]): Map<string, Map<number, Stored>> {
  const names = new Map(metricsIn(history).map(({ no, name }) => [no, name]));
  const series = new Map<string, Map<number, Stored>>();
  const query = history.index.prepare(
    'SELECT run, metric, value, state, since, level, "limit" FROM points WHERE run = ?',
  );
  for (const { no } of runs)
    for (const point of query.all(no) as unknown as Stored[]) {
      const name = names.get(point.metric)!;
      if (!series.has(name)) series.set(name, new Map());
      series.get(name)!.set(point.run, point);
    }
  return series;
}

function pastOfMetric(
  runs: readonly IndexedRun[],
  points: ReadonlyMap<number, Stored>,
  accepted: AcceptedChange | null,
): PastOfMetric {
  const measured = runs.map((run): Night => {
    const point = points.get(run.no);
    const value = run.void === null ? (point?.value ?? null) : null;
    return { run: run.id, value, state: point?.state ?? null };
  });
  const at = runs.findLastIndex(({ no }) => points.has(no));
  const newest = at < 0 ? undefined : points.get(runs[at]!.no);
  const settled = accepted !== null && at >= 0 && isUpTo(runs, at, accepted.run);
  return {
    nights: measured,
    previous: newest === undefined || settled ? null : previousOf(newest),
    acceptance: accepted && {
      ...{ from: accepted.from, run: accepted.run, level: accepted.level, reason: accepted.reason },
    },
  };
}

/** Whether the run at this place is not after another, which may be gone or of another machine: ids sort by time. */
function isUpTo(runs: readonly IndexedRun[], at: number, other: string): boolean {
  const place = runs.findIndex(({ id }) => id === other);
  return place >= 0 ? at <= place : runs[at]!.id <= other;
}

const previousOf = ({ state, since, level, limit }: Stored): Previous => ({
  state,
  since,
  baseline: level === null || limit === null ? null : { level, limit },
});

/** The newest that was accepted against this control. */
const acceptedFor = ({ accepted, aliases }: History, metric: string, control: string) =>
  accepted.findLast((one) => aliases(one.metric) === metric && one.control === control) ?? null;
