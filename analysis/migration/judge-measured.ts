import { compareLocks, type LockOn } from './compare-locks.ts';
import { type Judgement, stopsOthers } from './judge.ts';
import type { StatementPrediction } from './predict-migration.ts';

/** What was seen of one statement while it ran. */
export interface SeenStatement {
  readonly how: 'exact' | 'sampled';
  /** Of its transaction so far; ms held, where it is known. */
  readonly locks: readonly (LockOn & { readonly heldMs: number | null })[];
  readonly rewritten: readonly string[];
  /** Tables that it read through; null where that cannot be seen. */
  readonly scanned: readonly string[] | null;
  readonly queuedMax: number;
  /** The load ran statements that the file names as the application's. */
  readonly ownLoad: boolean;
  /** Of the load meanwhile, by SQLSTATE. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface MeasuredJudgement extends Judgement {
  /** null: not everything could be predicted, or nothing of it was seen. */
  readonly agrees: boolean | null;
  readonly disagreements: readonly string[];
}

/** ms; a lock that stops others must be given back within this while somebody waits, however the statement is called. */
const heldAtMost = 2000;

/** By kind first, and then by what was seen: neither a small table nor a quiet moment makes a statement safe. */
export function judgeMeasured(predicted: StatementPrediction, seen: SeenStatement): MeasuredJudgement {
  const disagreements = disagreementsOf(predicted, seen);
  const open = predicted.unknown.length > 0 || (seen.how === 'sampled' && seen.locks.length === 0);
  const agrees = open ? null : disagreements.length === 0;
  return { ...verdict(predicted, seen, agrees === false ? disagreements : []), agrees, disagreements };
}

function verdict(
  predicted: StatementPrediction,
  seen: SeenStatement,
  disagreements: readonly string[],
): Judgement {
  const failed = Object.entries(seen.errors);
  if (failed.length > 0)
    return unsafe(
      `statements of the load failed: ${failed.map(([state, count]) => `${count} with SQLSTATE ${state}`).join(', ')}`,
    );
  if (predicted.verdict === 'unsafe') return { verdict: 'unsafe', why: predicted.why };
  const stopping = seen.locks.filter(({ kind, mode }) => stopsOthers(kind, mode));
  const long = stopping.find(({ heldMs }) => heldMs !== null && heldMs > heldAtMost);
  if (long && seen.queuedMax > 0)
    return unsafe(
      `held ${long.mode} on ${long.relation} for ${Math.round(long.heldMs!)} ms, while ${seen.queuedMax} sessions waited`,
    );
  const worked = [...seen.rewritten, ...(seen.scanned ?? [])];
  if (predicted.verdict === 'cannot say' && stopping[0] && worked[0])
    return unsafe(
      `read or rewrote ${worked[0]} while it held ${stopping[0].mode} on ${stopping[0].relation}`,
    );
  if (disagreements.length > 0)
    return { verdict: 'cannot say', why: `measured is not what was predicted: ${disagreements.join('; ')}` };
  if (seen.how === 'sampled' && seen.locks.length === 0)
    return {
      verdict: 'cannot say',
      why: 'it ended before its locks were seen, and it cannot run in a transaction that is held open',
    };
  if (
    seen.ownLoad &&
    predicted.unknown.length === 0 &&
    predicted.dropped[0] &&
    predicted.verdict === 'cannot say'
  )
    return {
      verdict: 'safe',
      why: `no statement of the load named ${predicted.dropped.join(', ')}, and none failed`,
    };
  return { verdict: predicted.verdict, why: predicted.why };
}

const unsafe = (why: string): Judgement => ({ verdict: 'unsafe', why });

function disagreementsOf(predicted: StatementPrediction, seen: SeenStatement): string[] {
  const tables = ({ kind }: LockOn) => kind !== 'index' && kind !== 'partitioned index';
  // sampling may miss what an index had for a moment; a table's lock lasts as long as the statement
  const locks =
    seen.how === 'exact'
      ? compareLocks(seen.locks, predicted.held, predicted)
      : compareLocks(seen.locks.filter(tables), predicted.held.filter(tables), predicted);
  const rewritten = new Set(predicted.rewritten);
  const stops = seen.locks.some(({ kind, mode }) => stopsOthers(kind, mode));
  return [
    ...locks.map(
      ({ relation, measured, predicted: expected }) =>
        `${relation}: ${measured ?? 'no lock'} measured, ${expected ?? 'none'} predicted`,
    ),
    ...seen.rewritten
      .filter((name) => !rewritten.has(name))
      .map((name) => `${name}: rewritten, not predicted`),
    ...predicted.rewritten
      .filter((name) => !seen.rewritten.includes(name))
      .map((name) => `${name}: predicted to be rewritten, and was not`),
    ...(stops && predicted.read.length === 0 ? (seen.scanned ?? []) : []).map(
      (name) => `${name}: read through under the lock, not predicted`,
    ),
  ];
}
