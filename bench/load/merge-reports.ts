import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { mergeHistograms } from '../../analysis/histogram/merge.ts';
import { usage } from '../../config/fault.ts';
import { type EngineCounts, type EngineReport, readReports } from './engine-report.ts';

/**
 * The reports in what processes printed (OLYMPUS_RESULT=stdout): each a line of JSON among others, as `kubectl logs`
 * gives them, with or without a prefix.
 */
export function reportsIn(text: string): EngineReport[] {
  const marks = text.split('\n').flatMap((line) => {
    const from = line.indexOf('{"runs":');
    return from < 0 ? [] : [line.slice(from)];
  });
  return marks.flatMap((line) => readReports(line));
}

/**
 * Loads that several processes shared by lanes, each as if one process had run it: counts are summed, histograms merged,
 * seconds counted from the start of each process's own window.
 * @throws Fault (usage) when a lane is missing or there twice.
 */
export function mergeReports(parts: readonly EngineReport[]): EngineReport[] {
  const loads = Map.groupBy(parts, ({ scenario, model }) => `${scenario} ${model}`);
  return [...loads.values()].map((lanes) => {
    refuseGaps(lanes);
    return mergeLanes(lanes);
  });
}

function refuseGaps(parts: readonly EngineReport[]): void {
  const { scenario, lanes } = parts[0]!;
  const numbers = parts.map(({ lane }) => lane);
  const missing = Array.from({ length: lanes }, (_, i) => i).filter((lane) => !numbers.includes(lane));
  const named = (list: readonly number[]) => list.map((lane) => lane + 1).join(', ');
  if (missing.length > 0)
    throw usage(
      `${scenario}: of ${lanes} lanes the report of ${named(missing)} is missing.`,
      'Give the logs of all pods; a pod that failed has no report, and then there is no whole load.',
    );
  const twice = numbers.filter((lane, i) => numbers.indexOf(lane) !== i);
  const other = parts.find((part) => part.lanes !== lanes);
  if (twice.length > 0 || other)
    throw usage(
      `${scenario}: ${other ? `one report is of ${lanes} lanes, another of ${other.lanes}` : `lane ${named(twice)} of ${lanes} is there twice`}, so these are reports of more than one run.`,
      'Give the logs of one run only.',
    );
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function mergeLanes(parts: readonly EngineReport[]): EngineReport {
  const [first] = parts as [EngineReport, ...EngineReport[]];
  const total = (key: 'connections' | 'workers' | 'offered' | 'dropped' | 'retries' | 'cores') =>
    sum(parts.map((part) => part[key]));
  const most = (key: 'durationSeconds' | 'seconds' | 'connectSeconds') =>
    Math.max(...parts.map((part) => part[key]));
  const starts = parts.map(({ startedAt }) => startedAt).sort();
  const sessions = sumOf(parts.flatMap((part) => part.sessions ?? []));
  const routed = parts.flatMap((part) => part.routed ?? []);
  return {
    ...first,
    ...{ lane: 0, lanes: 1, startedAt: starts[0]!, complete: parts.every(({ complete }) => complete) },
    ...{ connections: total('connections'), workers: total('workers'), cores: total('cores') },
    ...{ durationSeconds: most('durationSeconds'), seconds: most('seconds') },
    ...{ connectSeconds: most('connectSeconds'), retries: total('retries') },
    ...{ offered: total('offered'), dropped: total('dropped') },
    scheduling: (['normal', 'raised', 'realtime'] as const).find((one) =>
      parts.some(({ scheduling }) => scheduling === one),
    )!,
    ...mergeCounts(parts),
    errors: sumOf(parts.map(({ errors }) => errors)) ?? {},
    usage: usageOf(parts.map((part) => part.usage)),
    gaps: common(parts.map(({ gaps }) => gaps)),
    outages: parts.flatMap(({ outages }) => outages).sort((a, b) => a.from - b.from),
    ...(first.due && { due: sumLists(parts.map(({ due = [] }) => due)) }),
    ...(sessions && { sessions }),
    ...(routed.length > 0 && {
      routed: {
        ...sumOf(routed.map(({ wait: _, ...counts }) => counts))!,
        wait: mergeTexts(routed.map(({ wait }) => wait)),
      },
    }),
    startLag: mergeTexts(parts.map(({ startLag }) => startLag)),
    wait: mergeTexts(parts.map(({ wait }) => wait)),
    statements: grouped(
      parts.flatMap(({ statements }) => statements),
      ({ name, tenantClass }) => `${name}\n${tenantClass}`,
    ),
    series: grouped(
      parts.flatMap(({ series }) => series),
      ({ s }) => s,
    ).sort((a, b) => a.s - b.s),
  };
}

/** What has the same key becomes one. */
const grouped = <Part extends EngineCounts>(parts: readonly Part[], key: (part: Part) => unknown): Part[] =>
  [...Map.groupBy(parts, key).values()].map((same) => ({ ...same[0]!, ...mergeCounts(same) }));

/** Of a report as a whole `errors` is a record, and is summed apart. */
function mergeCounts(parts: readonly (Omit<EngineCounts, 'errors'> & { readonly errors: unknown })[]) {
  const total = (key: 'requests' | 'rows' | 'bytes') => sum(parts.map((part) => part[key]));
  return {
    ...{ requests: total('requests'), rows: total('rows'), bytes: total('bytes') },
    errors: sum(parts.map(({ errors }) => (typeof errors === 'number' ? errors : 0))),
    response: mergeTexts(parts.map(({ response }) => response)),
    service: mergeTexts(parts.map(({ service }) => service)),
  };
}

function mergeTexts(texts: readonly string[]): string {
  const merged = mergeHistograms(texts.map(decodeHistogram));
  return merged ? encodeIntoCompressedBase64(merged) : '';
}

/** Records of counts, key by key; undefined when there are none. */
function sumOf<Counts extends Record<string, number>>(records: readonly Counts[]): Counts | undefined {
  if (records.length === 0) return undefined;
  const total: Record<string, number> = {};
  for (const [key, count] of records.flatMap((record) => Object.entries(record)))
    total[key] = (total[key] ?? 0) + count;
  return total as Counts;
}

const sumLists = (lists: readonly (readonly number[])[]): number[] =>
  Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, i) =>
    sum(lists.map((list) => list[i] ?? 0)),
  );

function usageOf(parts: readonly EngineReport['usage'][]): EngineReport['usage'] {
  const total = (key: 'cpuSeconds' | 'gcs' | 'gcPauseSeconds') => sum(parts.map((part) => part[key]));
  const most = (key: 'wallSeconds' | 'gcPauseMaxSeconds') => Math.max(...parts.map((part) => part[key]));
  return {
    ...{ cpuSeconds: total('cpuSeconds'), gcs: total('gcs'), gcPauseSeconds: total('gcPauseSeconds') },
    ...{ wallSeconds: most('wallSeconds'), gcPauseMaxSeconds: most('gcPauseMaxSeconds') },
  };
}

type Gaps = EngineReport['gaps'];

/** Nothing was answered where no process got an answer. */
const common = (all: readonly Gaps[]): Gaps =>
  all.reduce((seen, gaps) =>
    seen.flatMap((a) =>
      gaps.flatMap((b) => {
        const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
        return to - from >= minGap ? [{ from, to }] : [];
      }),
    ),
  );

/** Seconds; shorter ones are told by percentiles (infra/k6/engine/gaps.go). */
const minGap = 0.2;
