import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { Manifest, RestorePoint } from './manifest.ts';
import { formatLsn, type Lsn, parseLsn } from './wal.ts';

type Backup = Pick<Manifest, 'name' | 'stopLsn' | 'stoppedAt' | 'timeline'>;

/** Where a recovery ends. */
export type RecoveryTarget =
  | { readonly kind: 'latest' }
  /** As soon as the backup is consistent. */
  | { readonly kind: 'backup' }
  /** Before the WAL record that begins there. */
  | { readonly kind: 'lsn'; readonly lsn: Lsn }
  /** After the last transaction that committed until then. */
  | { readonly kind: 'time'; readonly at: Date };

export interface Recovery<B extends Backup = Backup> {
  readonly target: RecoveryTarget;
  /** The backup to begin from: the newest that was complete by then. */
  readonly backup: B;
}

/**
 * Reads what --to names: latest, a backup, a restore point, an LSN or a time with its zone.
 * @param backups of one cluster, in any order
 * @throws Fault (usage) for a name that is none, and for a moment before the oldest backup was complete
 */
export function chooseRecovery<B extends Backup>(
  to: string,
  backups: readonly B[],
  points: readonly RestorePoint[],
): Recovery<B> {
  const newestFirst = [...backups].sort((a, b) => compare(lsnOf(b), lsnOf(a)));
  const newest = newestFirst[0];
  if (!newest) throw usage('There is no backup.', 'Take one: ./olympus backup create');
  if (to === 'latest') return { target: { kind: 'latest' }, backup: newest };
  const named = backups.find(({ name }) => name === to);
  if (named) return { target: { kind: 'backup' }, backup: named };
  const point = points.findLast(({ name }) => name === to);
  const lsn = point ? parseLsn(point.lsn) : parseLsn(to);
  if (lsn !== undefined) {
    const backup = newestFirst.find((one) => lsnOf(one) <= lsn);
    if (!backup) throw tooEarly(to, newestFirst.at(-1)!);
    return { target: { kind: 'lsn', lsn }, backup };
  }
  const at = timeOf(to);
  if (at) {
    const backup = newestFirst.find(({ stoppedAt }) => new Date(stoppedAt) <= at);
    if (!backup) throw tooEarly(to, newestFirst.at(-1)!);
    return { target: { kind: 'time', at }, backup };
  }
  throw usage(
    `--to "${to}" is no backup, restore point, LSN or time.`,
    `${suggest(to, ['latest', ...backups.map(({ name }) => name), ...points.map(({ name }) => name)])} A time has its zone: 2026-01-31T12:00:00Z; an LSN is written as 0/3000060.`,
  );
}

const lsnOf = ({ stopLsn }: Backup): Lsn => parseLsn(stopLsn)!;
const compare = (a: Lsn, b: Lsn): number => (a < b ? -1 : a > b ? 1 : 0);

const tooEarly = (to: string, { name, stopLsn, stoppedAt }: Backup) =>
  usage(
    `The oldest backup, ${name}, was complete at ${stoppedAt} (${stopLsn}), which is after ${to}: nothing from before it can be restored.`,
    './olympus backup list shows what there is.',
  );

/** Without a zone a time would be another one on another machine. */
function timeOf(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const at = new Date(text.replace(' ', 'T'));
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** PostgreSQL's settings for a target. */
export function targetSettings(target: RecoveryTarget): Record<string, string> {
  const common = { recovery_target_action: 'promote', recovery_target_timeline: 'latest' };
  switch (target.kind) {
    case 'latest':
      return common;
    case 'backup':
      return { ...common, recovery_target: 'immediate' };
    case 'lsn':
      return { ...common, recovery_target_lsn: formatLsn(target.lsn), recovery_target_inclusive: 'off' };
    case 'time':
      return {
        ...common,
        recovery_target_time: target.at.toISOString().replace('T', ' ').replace('Z', '+00'),
      };
  }
}

export function targetText(target: RecoveryTarget): string {
  switch (target.kind) {
    case 'latest':
      return 'the end of the archived WAL';
    case 'backup':
      return 'the end of the backup';
    case 'lsn':
      return formatLsn(target.lsn);
    case 'time':
      return target.at.toISOString();
  }
}
