import { lockModes } from '../analysis/migration/lock-mode.ts';
import type { MigrationResult } from '../result/measures/migration.ts';

const ms = (value: number | null) => (value === null ? '-' : `${Math.round(value)} ms`);

/** The migration's statements on the terminal: the shipped patterns as a table, a file of the user with all reasons. */
export function migrationWords(rows: readonly MigrationResult[]): string[] {
  const shipped = rows.filter(({ pattern }) => pattern !== null);
  return [
    ...(shipped.length > 0 ? patternTable(shipped) : []),
    ...rows.filter(({ pattern, agrees }) => pattern === null || agrees === false).flatMap(statementWords),
  ];
}

function statementWords(one: MigrationResult): string[] {
  const seen = one.rewritten === null ? 'not known' : one.rewritten ? 'YES' : 'no';
  const agrees =
    one.agrees === null ? 'not known' : one.agrees ? 'yes' : `NO, ${one.disagreements.join('; ')}`;
  const { before, during, after } = one.responseMs;
  return [
    `  ${one.direction} ${one.file}:${one.line}: ${one.verdict.toUpperCase()}: ${one.why}`,
    `    ${one.statement.replaceAll(/\s+/g, ' ').slice(0, 110)}`,
    `    ${locksOf(one)}; rewritten: ${seen}; as predicted: ${agrees}`,
    `    queue ${one.queuedMax ?? 'not known'}; by the server’s log ${loggedWords(one)}; response p90 ${ms(before.p90)} before, ${ms(during.p90)} during, ${ms(after.p90)} after; slowest ${ms(before.max)} before, ${ms(during.max)} during, ${ms(after.max)} after; p99 ${during.p99 === null ? `not known of ${during.samples} requests` : ms(during.p99)} during`,
    ...behindWords(one),
  ];
}

const columns = [
  'pattern',
  'way',
  '',
  'verdict',
  'strongest lock',
  'held',
  'queue',
  'slowest before',
  'during',
  'p99',
  'as predicted',
];

/** One line for each file: its worst statement. */
function patternTable(rows: readonly MigrationResult[]): string[] {
  const files = Map.groupBy(rows, ({ pattern, way, direction }) => `${pattern} ${way} ${direction}`);
  const lines = [...files.values()].map((of) => {
    const verdict =
      (['unsafe', 'cannot say'] as const).find((word) => of.some((one) => one.verdict === word)) ?? 'safe';
    const worst = of
      .filter((one) => one.verdict === verdict)
      .toSorted((a, b) => (b.slowestMs ?? 0) - (a.slowestMs ?? 0))[0]!;
    const lock = strongestOf(worst);
    return [
      worst.pattern!,
      worst.way!,
      worst.direction,
      verdict,
      lock ? `${lock.mode}${worst.rewritten ? ', rewritten' : ''}` : '-',
      ms(lock?.heldMs ?? null),
      queueOf(of),
      ms(worst.responseMs.before.max),
      ms(worst.slowestMs),
      ms(worst.p99Ms.during),
      of.every(({ agrees }) => agrees === true)
        ? 'yes'
        : of.some(({ agrees }) => agrees === false)
          ? 'NO'
          : 'not known',
    ];
  });
  const all = [columns, ...lines];
  const widths = columns.map((_, at) => Math.max(...all.map((line) => line[at]!.length)));
  return all.map((line) => `  ${line.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd());
}

/** The longest of those that are known. */
function queueOf(rows: readonly MigrationResult[]): string {
  const known = rows.flatMap(({ queuedMax }) => queuedMax ?? []);
  return known.length === 0 ? '-' : String(Math.max(...known));
}

const loggedWords = ({ loggedWaits, loggedQueueMax, loggedWhy }: MigrationResult): string =>
  loggedQueueMax === null
    ? `not known: ${loggedWhy}`
    : `${loggedQueueMax} at most, ${loggedWaits} waits of 20 ms and more`;

const strongestOf = ({ locks }: MigrationResult): MigrationResult['locks'][number] | undefined =>
  locks.toSorted((a, b) => rank(b.mode) - rank(a.mode) || (b.heldMs ?? 0) - (a.heldMs ?? 0))[0];

const rank = (mode: string): number => (lockModes as readonly string[]).indexOf(mode);

function locksOf(one: MigrationResult): string {
  const { locks, seen } = one;
  const first = strongestOf(one);
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
