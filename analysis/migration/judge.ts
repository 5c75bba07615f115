import type { Relation } from './catalogue.ts';
import type { Forecast, Work } from './forecast.ts';
import { type LockMode, strength } from './lock-mode.ts';

export interface Judgement {
  readonly verdict: 'safe' | 'unsafe' | 'cannot say';
  readonly why: string;
}

const words: Record<Work['kind'], string> = {
  scan: 'reads every row of',
  rewrite: 'rewrites',
  build: 'builds an index of',
  rows: 'locks every row of',
};

/** Whether the application's statements wait for it: writers from SHARE on; only readers use views and indexes. */
export const stopsOthers = (kind: Relation['kind'], mode: LockMode): boolean =>
  strength(mode) >=
  strength(
    kind === 'index' || kind === 'partitioned index' || kind === 'view' || kind === 'materialized view'
      ? 'ACCESS EXCLUSIVE'
      : 'SHARE',
  );

const named = ({ schema, name }: Relation) => `${schema}.${name}`;

/**
 * Safe or not by kind: work that grows with a table must not be done under a lock that stops others, nor may running
 * statements break. How large the table is today does not count: it grows. `held`: all locks of the transaction so far.
 */
export function judge(forecast: Forecast, held: ReadonlyMap<Relation, LockMode>): Judgement {
  const stopping = [...held].filter(
    ([relation, mode]) => !relation.fresh && stopsOthers(relation.kind, mode),
  );
  const slow = forecast.work.find(({ kind, relation }) => kind !== 'rows' && !relation.fresh);
  if (slow && stopping.length > 0) {
    const [relation, mode] = stopping.find(([one]) => one === slow.relation) ?? stopping[0]!;
    const other = stopping.length > 1 ? ` and on ${stopping.length - 1} more` : '';
    return unsafe(
      `${words[slow.kind]} ${named(slow.relation)} while it holds ${mode} on ${named(relation)}${other}: ${mode === 'ACCESS EXCLUSIVE' ? 'reads and writes' : 'writes'} wait until it ends`,
    );
  }
  const rows = forecast.work.find(({ kind }) => kind === 'rows');
  if (rows)
    return unsafe(
      `locks every row of ${named(rows.relation)} until its transaction ends: other writers of them wait`,
    );
  if (forecast.breaks[0]) return unsafe(forecast.breaks[0]);
  if (forecast.unknown[0]) return { verdict: 'cannot say', why: forecast.unknown.join('; ') };
  if (forecast.dropped[0])
    return {
      verdict: 'cannot say',
      why: `whether a running statement still names ${forecast.dropped.join(', ')} is not known here: drill it under your load`,
    };
  return { verdict: 'safe', why: safeBecause(forecast, stopping) };
}

const unsafe = (why: string): Judgement => ({ verdict: 'unsafe', why });

function safeBecause(forecast: Forecast, stopping: readonly (readonly [Relation, LockMode])[]): string {
  if (stopping[0]) {
    const [relation, mode] = stopping[0];
    return `changes the catalogue only, under ${mode} on ${named(relation)}: a moment once it has the lock, and a queue behind it until then`;
  }
  const slow = forecast.work[0];
  if (slow) return `${words[slow.kind]} ${named(slow.relation)}, and no reader or writer waits`;
  return 'no reader or writer waits';
}
