import type { MigrationResult } from '../result/measures/migration.ts';

const ms = (value: number | null) => (value === null ? '-' : `${Math.round(value)} ms`);

/** The migration's statements on the terminal. */
export function migrationWords(rows: readonly MigrationResult[]): string[] {
  return rows.flatMap((one) => [
    `  ${one.pattern ? `${one.pattern}, the ${one.way} way, ` : ''}${one.direction} ${one.file}:${one.line}: ${one.verdict.toUpperCase()}: ${one.why}`,
    `    ${one.statement.replaceAll(/\s+/g, ' ').slice(0, 110)}`,
    `    ${locksOf(one)}; queue ${one.queuedMax ?? 'not known'}, slowest ${ms(one.slowestMs)}, p99 ${ms(one.p99Ms.before)} before, ${ms(one.p99Ms.during)} during; rewritten: ${one.rewritten === null ? 'not known' : one.rewritten ? 'YES' : 'no'}; as predicted: ${one.agrees === null ? 'not known' : one.agrees ? 'yes' : `NO, ${one.disagreements.join('; ')}`}`,
    ...behindWords(one),
  ]);
}

function locksOf({ locks, seen }: MigrationResult): string {
  const first = locks.toSorted((a, b) => (b.heldMs ?? 0) - (a.heldMs ?? 0))[0];
  if (!first) return seen === 'exact' ? 'no lock on a relation' : 'no lock was seen';
  const others = locks.length > 1 ? ` and ${locks.length - 1} more` : '';
  return `${first.mode} on ${first.relation}${others}, held ${ms(first.heldMs)}`;
}

function behindWords({ behindTransaction: behind }: MigrationResult): string[] {
  if (!behind) return [];
  return [
    `    behind a transaction of ${ms(behind.frontMs)}: as written it waited ${ms(behind.naiveWaitedMs)}, and ${behind.naiveQueuedMax} sessions queued; with lock_timeout ${ms(behind.lockTimeoutMs)} and retries ${ms(behind.retryWaitedMs)} at a time, ${behind.retryQueuedMax} queued, attempt ${behind.retryAttempts} had it`,
  ];
}
