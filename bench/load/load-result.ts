import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { heatMap } from '../../analysis/histogram/heat-map.ts';
import { mergeHistograms } from '../../analysis/histogram/merge.ts';
import { percentiles } from '../../analysis/histogram/percentiles.ts';
import { spectrum } from '../../analysis/histogram/spectrum.ts';
import type { LoadResult, Others } from '../../result/result.ts';
import type { EngineCounts, EngineReport } from './engine-report.ts';
import { stallsOf } from './stalls.ts';

export interface Circumstances {
  /** The endpoint's name. */
  readonly via: string;
  /** The generator's own ceiling, where it was measured. */
  readonly ceilingRate: number | null;
  /** File below the run directory. */
  readonly histogram: string;
  /** The script's thresholds, where they counted. */
  readonly thresholds?: LoadResult['thresholds'];
  /** Why it ended before its time. */
  readonly cut?: string | undefined;
  /** What others took of the machine meanwhile. */
  readonly others?: Others;
  /** Names of servers by host:port. */
  readonly names?: Readonly<Record<string, string>>;
}

/** One run of the engine as a section of the result. */
export function loadResult(
  report: EngineReport,
  { via, ceilingRate, histogram, thresholds, cut, others, names = {} }: Circumstances,
): LoadResult {
  const response = decodeHistogram(report.response);
  const service = decodeHistogram(report.service);
  const { usage } = report;
  const bySecond = series(report);
  const failed = Object.values(report.errors).reduce((sum, count) => sum + count, 0);
  return {
    scenario: report.scenario,
    model: report.model,
    via,
    connections: report.connections,
    askedRate: askedRate(report),
    offeredRate: report.model === 'open' ? report.offered / report.durationSeconds : null,
    achievedRate: report.requests / report.seconds,
    seconds: report.seconds,
    requests: report.requests,
    dropped: neverStarted(report),
    errors: report.errors,
    retries: report.retries,
    succeededRate: (report.requests - failed) / report.seconds,
    ...(thresholds && { thresholds }),
    ...(cut !== undefined && { cut }),
    generatorClass: report.scheduling,
    ...(others && { others }),
    rows: report.rows,
    responseMs: percentiles(response),
    serviceMs: percentiles(service),
    startLagMs: percentiles(decodeHistogram(report.startLag)),
    poolWaitMs: percentiles(decodeHistogram(report.wait)),
    ceilingRate,
    clientCpuShare: usage.wallSeconds > 0 ? usage.cpuSeconds / (usage.wallSeconds * report.cores) : null,
    histogram,
    statements: statements(report),
    series: bySecond,
    ...heatOf(report),
    spectrum: spectrum(response, service),
    stalls: stallsOf(report, (second) => bySecond[second]?.responseMaxMs ?? null),
    outages: report.outages.map(({ endpoint, from, to, failures }) => ({
      endpoint: names[endpoint] ?? endpoint,
      fromS: from,
      toS: to < 0 ? null : to,
      recoveryMs: to < 0 ? null : 1000 * (to - from),
      failures,
    })),
    ...(report.sessions && {
      sessions: { ...report.sessions, perSecond: report.sessions.arrived / report.durationSeconds },
    }),
    ...(report.routed && { reads: readsOf(report.routed) }),
  };
}

/**
 * What was asked for, where what fell due differs from it by no more than chance: of a ramp, a replay and of sessions it is another
 * thing, and of a share of a load only its share came.
 */
function askedRate({
  complete,
  model,
  rate,
  offered,
  durationSeconds,
  lanes,
  sessions,
}: EngineReport): number | null {
  const expected = rate * durationSeconds;
  const byChance = Math.abs(offered - expected) <= 5 * Math.sqrt(expected);
  return model === 'open' && rate > 0 && complete && lanes === 1 && !sessions && byChance ? rate : null;
}

/** Of a load that was cut, what was due until then and has no answer: what was due later is not missing. */
function neverStarted({ complete, due, dropped, requests }: EngineReport): number {
  if (complete || !due) return dropped;
  return Math.min(dropped, Math.max(0, due.reduce((sum, count) => sum + count, 0) - requests));
}

const readsOf = ({ writes, onReplica, fellBack, waits, wait }: NonNullable<EngineReport['routed']>) => ({
  ...{ writes, onReplica, waits, onPrimary: fellBack },
  waitMs: percentiles(decodeHistogram(wait)),
});

/** Each statement for each class of tenants and, where there are several, for all of them together. */
function statements(report: EngineReport): LoadResult['statements'] {
  const byName = Map.groupBy(report.statements, ({ name }) => name);
  return [...byName].flatMap(([name, classes]) => [
    statementOf(name, null, classes),
    ...classes.map((one) => statementOf(name, one.tenantClass, [one])),
  ]);
}

function statementOf(name: string, tenantClass: string | null, parts: readonly EngineCounts[]) {
  const sum = (key: 'requests' | 'errors' | 'rows') => parts.reduce((total, part) => total + part[key], 0);
  const merged = (key: 'response' | 'service') =>
    percentiles(mergeHistograms(parts.map((part) => decodeHistogram(part[key]))));
  return {
    name,
    tenantClass,
    requests: sum('requests'),
    errors: sum('errors'),
    rows: sum('rows'),
    responseMs: merged('response'),
    serviceMs: merged('service'),
  };
}

function heatOf({ seconds, series: parts }: EngineReport): Pick<LoadResult, 'heat'> {
  const all = Array.from({ length: Math.ceil(seconds) }, (_, second) =>
    mergeHistograms(parts.filter(({ s }) => s === second).map(({ response }) => decodeHistogram(response))),
  );
  const heat = heatMap(all);
  return heat ? { heat } : {};
}

/** Every second of the run, also those in which nothing ended: they are a stall's picture. */
function series(report: EngineReport): LoadResult['series'] {
  const bySecond = Map.groupBy(report.series, ({ s }) => s);
  return Array.from({ length: Math.ceil(report.seconds) }, (_, s) => {
    const parts = bySecond.get(s) ?? [];
    const all = statementOf('', null, parts);
    return {
      s,
      ...(report.due && { due: report.due[s] ?? 0 }),
      requests: all.requests,
      errors: all.errors,
      responseP50Ms: all.responseMs.p50,
      responseP90Ms: all.responseMs.p90,
      responseP99Ms: all.responseMs.p99,
      serviceP99Ms: all.serviceMs.p99,
      responseMaxMs: all.responseMs.max,
      serviceMaxMs: all.serviceMs.max,
    };
  });
}
