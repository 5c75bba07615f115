import type { LoadResult } from '../result/result.ts';
import { count, duration, figure, rate } from './format.ts';

/** What happened to a load, in sentences: stalls, outages, sessions, and where reads went. */
export const loadWords = (load: LoadResult): string[] => [
  ...arrivals(load),
  ...(load.cut ? [`Cut: ${load.cut} What was measured until then is shown.`] : []),
  ...(load.thresholds ?? []).filter(({ ok }) => ok === false).map(threshold),
  ...(load.retries ? [retries(load)] : []),
  ...(load.others ? othersOf(load.others) : []),
  ...(load.stalls ?? []).map(stall),
  ...(load.outages ?? []).map(outage),
  ...(load.sessions ? [sessions(load.sessions)] : []),
  ...(load.reads ? [reads(load.reads)] : []),
];

/** Arrivals are drawn at random around the rate that was asked for: more or fewer fall due. */
function arrivals({ askedRate, offeredRate, seconds }: LoadResult): string[] {
  if (askedRate === undefined || askedRate === null || offeredRate === null) return [];
  if (Math.abs(offeredRate - askedRate) < 0.0005 * askedRate) return [];
  return [
    `Asked for were ${rate(askedRate)}; ${rate(offeredRate)} fell due in these ${figure(seconds)} s, because arrivals are random, as those of people are.`,
  ];
}

type Each<T> = T extends readonly (infer One)[] ? One : never;

const second = (s: number) => s.toFixed(1);

const stall = ({ fromS, toS, due, longestResponseMs }: Each<NonNullable<LoadResult['stalls']>>) =>
  `Stall: between second ${second(fromS)} and ${second(toS)} no request was answered while ${count(due)} fell due${
    longestResponseMs === null ? '' : `; the longest response then took ${duration(longestResponseMs)}`
  }.`;

const outage = ({ endpoint, fromS, recoveryMs, failures }: Each<NonNullable<LoadResult['outages']>>) =>
  `Outage: from second ${second(fromS)} on connections${endpoint ? ` to ${endpoint}` : ''} failed (${count(failures)} requests); ${
    recoveryMs === null
      ? 'it answered no request any more.'
      : `${duration(recoveryMs)} later it answered requests again.`
  }`;

const threshold = ({ source, value, limit }: Each<NonNullable<LoadResult['thresholds']>>) =>
  `Threshold missed: ${source}${value === null ? '' : `; it was ${figure(value)}`}${limit === null ? '' : `, the limit is ${figure(limit)}`}.`;

const retries = ({ retries: repeated = 0, requests }: LoadResult) =>
  `Retries: ${count(repeated)} for ${count(requests)} requests (${figure((100 * repeated) / Math.max(1, requests))} %), after serialization failures and deadlocks; their time is in the service time.`;

/** Who else used the machine; nothing where nobody did. */
function othersOf({ othersCores, others }: NonNullable<LoadResult['others']>): string[] {
  if (othersCores === null || othersCores < 0.05) return [];
  const named = others.map(({ name, cores }) => `${name} ${cores.toFixed(2)}`).join(', ');
  return [
    `Other programs took ${othersCores.toFixed(2)} cores meanwhile${named && ` (the largest: ${named})`}.`,
  ];
}

function sessions(of: NonNullable<LoadResult['sessions']>): string {
  const parts = (['failed', 'unfinished', 'dropped'] as const).filter((key) => of[key] > 0);
  const rest = parts.map((key) => `${count(of[key])} ${words[key]}`).join(', ');
  return `Sessions: ${count(of.arrived)} arrived (${figure(of.perSecond)} a second), ${count(of.completed)} ran to their end${rest && `, ${rest}`}.`;
}

const words = {
  failed: 'ended with an error',
  unfinished: 'were still going on at the end',
  dropped: 'never started',
};

function reads({ writes, onReplica, onPrimary, waits, waitMs }: NonNullable<LoadResult['reads']>): string {
  const waited =
    waits === 0
      ? 'none had to wait for a write of its tenant'
      : `${count(waits)} waited for a write of their tenant${waitMs.max === null ? '' : `, the longest ${duration(waitMs.max)}`}`;
  return `Reads: ${count(onReplica)} on replicas, ${count(onPrimary)} on the primary because the replica was too late; ${waited}. Writes: ${count(writes)}.`;
}
