import type { MigrationResult } from '../../../result/measures/migration.ts';
import { count, duration, size } from '../../format.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const migration: Section = {
  id: 'migration',
  title: 'Migrations under load',
  content: (result) => {
    const all = result.migration ?? [];
    if (all.length === 0) return absent(result, [], notAsked('migration'));
    const behind = all.filter(({ behindTransaction }) => behindTransaction !== null);
    return data(
      html`${sentence(all)}`,
      html`${statements(all)}
${locks(all)}
${behind.length > 0 && behindTable(behind)}`,
    );
  },
};

function sentence(all: readonly MigrationResult[]): string {
  const by = Map.groupBy(all, ({ verdict }) => verdict);
  const words = (['safe', 'unsafe', 'cannot say'] as const)
    .filter((verdict) => by.has(verdict))
    .map((verdict) => `${by.get(verdict)!.length} ${verdict}`);
  const wrong = all.filter(({ agrees }) => agrees === false).length;
  const open = all.filter(({ agrees }) => agrees === null).length;
  return `Of ${all.length} statements: ${words.join(', ')}. ${
    wrong > 0
      ? `${wrong} did otherwise than predicted: see why.`
      : open > 0
        ? `${open} could not be compared with their prediction; the others are as predicted.`
        : 'Locks and rewrites of each are as predicted.'
  }`;
}

const where = column<MigrationResult>('Statement', ({ pattern, way, direction, file, line, statement }) => ({
  show: html`${pattern === null ? `${file}:${line}` : `${pattern}, the ${way} way`}, ${direction}<br><code>${statement}</code>`,
  sort: `${pattern ?? ''} ${way ?? ''} ${file} ${line}`,
}));

const statements = (all: readonly MigrationResult[]) =>
  table(
    'migration-statements',
    'What each statement did to the load',
    [
      where,
      column<MigrationResult>('Verdict', ({ verdict }) => verdict),
      column<MigrationResult>('Why', ({ why }) => why),
      column<MigrationResult>('Rewritten', ({ rewritten }) =>
        rewritten === null ? { show: '–', why: 'not seen' } : rewritten ? 'yes' : 'no',
      ),
      column<MigrationResult>('As predicted', ({ agrees, disagreements }) =>
        markCell(agrees, ['yes', disagreements.join('; ') || 'no', 'could not be compared']),
      ),
      figures<MigrationResult>('Queue', ({ queuedMax }) => number(queuedMax, count)),
      figures<MigrationResult>('Queue by the log', ({ loggedQueueMax, loggedWhy }) =>
        number(loggedQueueMax, count, loggedWhy ?? 'not known'),
      ),
      figures<MigrationResult>('Slowest request', ({ slowestMs }) =>
        number(slowestMs, duration, 'no request met it'),
      ),
      ...(['before', 'during', 'after'] as const).flatMap((phase) => [
        figures<MigrationResult>(`p90 ${phase}`, ({ responseMs }) =>
          number(responseMs[phase].p90, duration, responseMs[phase].why ?? tooFew),
        ),
        figures<MigrationResult>(`p99 ${phase}`, ({ responseMs }) =>
          number(responseMs[phase].p99, duration, responseMs[phase].why ?? tooFew),
        ),
      ]),
      column<MigrationResult>(
        'Errors',
        ({ errors }) =>
          Object.entries(errors)
            .map(([state, times]) => `${state}: ${times}`)
            .join(', ') || 'none',
      ),
      figures<MigrationResult>('WAL', ({ walBytes }) => number(walBytes, size)),
      figures<MigrationResult>('Replica behind', ({ replicaLagBytes }) =>
        number(replicaLagBytes, size, 'no replica'),
      ),
    ],
    all,
  );

const tooFew = 'too few requests for it: more with --writes and --duration';

interface LockRow {
  readonly of: MigrationResult;
  readonly lock: MigrationResult['locks'][number];
}

const locks = (all: readonly MigrationResult[]) =>
  table(
    'migration-locks',
    'The strongest lock on each relation, until the end of the transaction',
    [
      column<LockRow>('Statement', ({ of }) => ({
        show: html`${of.pattern === null ? `${of.file}:${of.line}` : `${of.pattern}, the ${of.way} way, ${of.direction}, line ${of.line}`}`,
      })),
      column<LockRow>('Relation', ({ lock }) => lock.relation),
      column<LockRow>('Lock', ({ lock }) => lock.mode),
      column<LockRow>(
        'Predicted',
        ({ of, lock }) =>
          of.predicted.locks.find(({ relation }) => relation === lock.relation)?.mode ?? {
            show: '–',
            why: 'not predicted',
          },
      ),
      figures<LockRow>('Held', ({ lock }) => number(lock.heldMs, duration)),
      column<LockRow>('Seen', ({ of }) => of.seen),
    ],
    all.flatMap((of) => of.locks.map((lock) => ({ of, lock }))),
  );

const behindTable = (rows: readonly MigrationResult[]) =>
  table(
    'migration-behind',
    'Behind a long transaction: as written, and with lock_timeout and another attempt',
    [
      where,
      figures<MigrationResult>('Transaction in front', ({ behindTransaction: b }) =>
        number(b?.frontMs, duration),
      ),
      figures<MigrationResult>('As written: waited', ({ behindTransaction: b }) =>
        number(b?.naiveWaitedMs, duration),
      ),
      figures<MigrationResult>('queue', ({ behindTransaction: b }) => number(b?.naiveQueuedMax, count)),
      figures<MigrationResult>('lock_timeout', ({ behindTransaction: b }) =>
        number(b?.lockTimeoutMs, duration),
      ),
      figures<MigrationResult>('With it: longest attempt', ({ behindTransaction: b }) =>
        number(b?.retryWaitedMs, duration),
      ),
      figures<MigrationResult>('queue with it', ({ behindTransaction: b }) =>
        number(b?.retryQueuedMax, count),
      ),
      figures<MigrationResult>('attempts', ({ behindTransaction: b }) => number(b?.retryAttempts, count)),
    ],
    rows,
  );
