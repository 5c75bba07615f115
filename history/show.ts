import { changePoints } from '../analysis/changes/change-points.ts';
import { differences, type FingerprintInput } from '../bench/host/fingerprint.ts';
import type { HistoryBreak, HistoryDocument, HistorySeries } from '../result/history.ts';
import { type History, type IndexedRun, type Metric, metricsIn } from './history.ts';

export interface HistoryRequest {
  /** Null: the suite and data set of the newest run. */
  readonly suite: string | null;
  /** Names as they are now; null: all. */
  readonly metrics: readonly string[] | null;
  /** The newest runs at most. */
  readonly runs: number;
}

/** The series of one suite and data set, as a document. */
export function showHistory(
  history: History,
  { suite, metrics, runs: most }: HistoryRequest,
): HistoryDocument {
  const newest = history.runs.findLast((run) => suite === null || run.suite === suite);
  const own = history.runs.filter((run) => run.suite === newest?.suite && run.data === newest.data);
  const runs = own.slice(-most);
  const wanted = metricsIn(history).filter(({ name }) => metrics === null || metrics.includes(name));
  return {
    suite: newest?.suite ?? suite ?? '',
    data: newest?.data ?? '',
    total: own.length,
    runs: runs.map(({ id, startedAt, verdict, complete, commit }) => ({
      id,
      startedAt,
      verdict,
      complete,
      commit,
    })),
    breaks: breaksIn(history, runs),
    damaged: history.damaged,
    notes: history.notes,
    series: seriesOf(history, runs, wanted, metrics !== null),
    others: othersOf(history.runs, newest),
  };
}

interface Point {
  readonly metric: number;
  readonly run: number;
  readonly value: number | null;
  readonly control: number | null;
  readonly state: string | null;
}

function seriesOf(
  history: History,
  runs: readonly IndexedRun[],
  metrics: readonly Metric[],
  named: boolean,
): HistorySeries[] {
  const place = new Map(runs.map(({ no }, i) => [no, i]));
  const byName = new Map<string, { metric: Metric; points: (Point | undefined)[] }>();
  const nameOf = new Map(metrics.map((metric) => [metric.no, metric]));
  for (const point of pointsOf(history, runs, metrics, named)) {
    const metric = nameOf.get(point.metric);
    const at = place.get(point.run);
    if (!metric || at === undefined) continue;
    const series = byName.get(metric.name) ?? { metric, points: new Array<undefined>(runs.length) };
    series.points[at] ??= point; // after a renaming one run may hold both names
    byName.set(metric.name, series);
  }
  return [...byName.values()]
    .sort(({ metric: a }, { metric: b }) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .map(({ metric, points }) =>
      describe(history, runs, metric, withKnownZeros(history, runs, metric, points)),
    );
}

/** A yes or no that is as in the control is not stored: it is one where the statement's pages were counted. */
function withKnownZeros(
  history: History,
  runs: readonly IndexedRun[],
  { no, name, kind }: Metric,
  points: readonly (Point | undefined)[],
): readonly (Point | undefined)[] {
  if (kind !== 'flag') return points;
  const pages = name.replace(/, [^,]*$/, ', pages');
  const query = history.index.prepare('SELECT run FROM points WHERE metric = ?');
  const counted = new Set(
    metricsIn(history)
      .filter((one) => one.name === pages)
      .flatMap((one) => query.all(one.no).map(({ run }) => run as number)),
  );
  return runs.map(
    (run, i) =>
      points[i] ??
      (counted.has(run.no) ? { metric: no, run: run.no, value: 0, control: 0, state: 'steady' } : undefined),
  );
}

/** By runs for all metrics, by metric for named ones: never more of the index than is shown. */
function pointsOf(
  { index }: History,
  runs: readonly IndexedRun[],
  metrics: readonly Metric[],
  named: boolean,
): Point[] {
  const [what, numbers] = named ? ['metric', metrics.map(({ no }) => no)] : ['run', runs.map(({ no }) => no)];
  const query = index.prepare(`SELECT metric, run, value, control, state FROM points WHERE ${what} = ?`);
  return numbers.flatMap((no) => query.all(no) as unknown as Point[]);
}

function describe(
  { accepted, aliases }: History,
  runs: readonly IndexedRun[],
  { name, unit, kind }: Metric,
  points: readonly (Point | undefined)[],
): HistorySeries {
  const shown = (value: number) => (kind === 'ratio' ? Math.exp(value) : value);
  const values = runs.map(({ void: voided }, i) => {
    const value = points[i]?.value ?? null;
    return value === null || voided !== null ? null : shown(value);
  });
  const last = Math.max(
    -1,
    values.findLastIndex((value) => value !== null),
  );
  const isNight = runs.at(-1)?.night != null;
  const own = accepted.filter(({ metric }) => aliases(metric) === name);
  const judged = points.findLastIndex((point) => point?.state != null);
  const settled = own.some(
    ({ run, control }) => judged >= 0 && run >= runs[judged]!.id && control === runs[judged]!.control,
  );
  return {
    ...{ metric: name, unit, kind, values },
    control: kind === 'ratio' && unit === 'ms' ? runs.map((_, i) => points[i]?.control ?? null) : null,
    state: isNight ? (settled ? 'accepted' : (points[judged]?.state ?? null)) : null,
    missing: null,
    lastSeen: runs.length - 1 - last,
    changes: changesIn(runs, values),
    accepted: own,
  };
}

/** Change points within each stretch of equal conditions. */
function changesIn(
  runs: readonly IndexedRun[],
  values: readonly (number | null)[],
): HistorySeries['changes'] {
  const stretches = new Map<string, { run: string; value: number }[]>();
  for (const [i, { id, key }] of runs.entries()) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    if (!stretches.has(key)) stretches.set(key, []);
    stretches.get(key)!.push({ run: id, value });
  }
  return [...stretches.values()].flatMap((stretch) =>
    changePoints(stretch.map(({ value }) => value)).map(({ index, before, after, ratio, p }) => ({
      ...{ run: stretch[index]!.run, before, after, ratio, p },
    })),
  );
}

/** Breaks whose reasons are told; each needs the facts of two fingerprints. */
const maxBreaks = 50;

function breaksIn({ index }: History, runs: readonly IndexedRun[]): HistoryBreak[] {
  const facts = index.prepare('SELECT facts FROM keys WHERE key = ?');
  const read = (key: string) =>
    JSON.parse((facts.get(key) as { facts: string }).facts) as FingerprintInput & { control: string | null };
  return runs
    .flatMap((run, i) => (i > 0 && run.key !== runs[i - 1]!.key ? [{ run, before: runs[i - 1]! }] : []))
    .slice(-maxBreaks)
    .map(({ run, before }) => {
      const [a, b] = [read(before.key), read(run.key)];
      const pinned =
        a.control === b.control ? [] : [`control: ${a.control ?? 'none'} against ${b.control ?? 'none'}`];
      return { run: run.id, why: [...differences(a, b), ...pinned] };
    });
}

function othersOf(runs: readonly IndexedRun[], shown: IndexedRun | undefined): HistoryDocument['others'] {
  const counts = new Map<string, { suite: string; data: string; runs: number }>();
  for (const { suite, data } of runs) {
    if (suite === shown?.suite && data === shown.data) continue;
    const known = counts.get(`${suite}\n${data}`) ?? { suite, data, runs: 0 };
    counts.set(`${suite}\n${data}`, { ...known, runs: known.runs + 1 });
  }
  return [...counts.values()];
}
