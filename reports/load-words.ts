import type { LoadResult } from '../result/result.ts';
import { count, duration, figure } from './format.ts';

/** What happened to a load, in sentences: stalls, outages, sessions, and where reads went. */
export const loadWords = (load: LoadResult): string[] => [
  ...(load.stalls ?? []).map(stall),
  ...(load.outages ?? []).map(outage),
  ...(load.sessions ? [sessions(load.sessions)] : []),
  ...(load.reads ? [reads(load.reads)] : []),
];

type Each<T> = T extends readonly (infer One)[] ? One : never;

const second = (s: number) => s.toFixed(1);

const stall = ({ fromS, toS, due, longestResponseMs }: Each<NonNullable<LoadResult['stalls']>>) =>
  `Stall: between second ${second(fromS)} and ${second(toS)} no request was answered while ${count(due)} fell due${
    longestResponseMs === null ? '' : `; the longest response then took ${duration(longestResponseMs)}`
  }.`;

const outage = ({ fromS, recoveryMs, failures }: Each<NonNullable<LoadResult['outages']>>) =>
  `Outage: from second ${second(fromS)} on connections failed (${count(failures)} requests); ${
    recoveryMs === null
      ? 'no request was answered any more.'
      : `${duration(recoveryMs)} later requests were answered again.`
  }`;

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
      : `${count(waits)} waited for a write of their tenant${waitMs.max === null ? '' : `, at most ${duration(waitMs.max)}`}`;
  return `Reads: ${count(onReplica)} on replicas, ${count(onPrimary)} on the primary because the replica was too late; ${waited}. Writes: ${count(writes)}.`;
}
