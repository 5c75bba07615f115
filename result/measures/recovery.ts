/** The section `recovery` of result.json: what a restore takes, what is lost, and whether the rows are the same. */
import { type Static, Type } from 'typebox';
import { exact, group, not, rows, timed } from '../figure-tree.ts';
import { optionalSection } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';
import { words } from '../words.ts';
import { DrillLedger } from './drill-ledger.ts';

export const RecoveryResult = Type.Object({
  name: words('pitr', 'backup'),
  case: Type.String({ description: 'what happened to the data' }),
  repetition: Type.Integer(),
  method: Type.String({ description: 'how the base backup was taken' }),
  sizeBytes: Type.Integer({ description: 'of the base backup' }),
  backupMs: Type.Number({ description: 'the base backup, with every file hashed and on the disk' }),
  restoreMs: Type.Number({
    description: 'from the decision to restore until the restored server takes connections',
  }),
  copyMs: Type.Number(),
  recoverMs: Type.Number({ description: 'of that, the replay of the WAL' }),
  walFiles: Type.Integer({ description: 'that the recovery took from the archive' }),
  target: Type.String(),
  /** s; of a primary that is lost, so much may be missing by its settings. null: it was alive and archived all of it. */
  archiveTimeoutSeconds: Nullable(Type.Number()),
  lostMs: Nullable(
    Type.Number({
      description:
        'from the acknowledgement of the oldest lost write until the moment that was to be restored; 0: none was lost',
    }),
  ),
  lostWhy: Nullable(Type.String()),
  digestEqual: Nullable(Type.Boolean()),
  digestWhy: Type.String({ description: 'what was compared, what differs, or why it is not known' }),
  promise: words('no-loss', 'none'),
  ledger: DrillLedger,
  lostTokens: Type.Array(Type.String()),
});
export type RecoveryResult = Static<typeof RecoveryResult>;

const writes = (name: string, better: 'less' | 'none', help: string) =>
  exact(name, 'rows', { better, decides: null, help });

export const recovery = optionalSection(
  Type.Optional(Type.Array(RecoveryResult)),
  rows<RecoveryResult>(
    ({ name, case: of, repetition }, all) => ({
      ...{ drill: name, case: of },
      repetition: all.some((one) => one.repetition > 1) ? repetition : null,
    }),
    {
      repetition: not('a label'),
      sizeBytes: exact('backup-size', 'B', {
        better: 'none',
        decides: null,
        help: 'Bytes of the base backup.',
      }),
      backupMs: timed('backup', 'ms', { help: 'The base backup, with every file hashed and on the disk.' }),
      restoreMs: timed('restore', 'ms', {
        help: 'From the decision to restore until the restored server takes connections.',
      }),
      copyMs: timed('restore-copy', 'ms', { help: 'Of the restore, the copy of the base backup.' }),
      recoverMs: timed('restore-replay', 'ms', { help: 'Of the restore, the replay of the WAL.' }),
      walFiles: exact('wal-files', 'events', {
        better: 'none',
        decides: null,
        help: 'WAL files that were replayed.',
      }),
      archiveTimeoutSeconds: not('a setting'),
      lostMs: timed('lost-time', 'ms', {
        help: 'From the acknowledgement of the oldest lost write until the moment that was to be restored.',
      }),
      ledger: group({
        acknowledged: writes('restore-acknowledged', 'none', 'Writes whose commit the client was told of.'),
        present: writes('restore-present', 'none', 'Acknowledged writes that the restored server has.'),
        lost: writes('restore-lost', 'less', 'Acknowledged writes that the restored server lacks.'),
        refused: writes('restore-refused', 'none', 'Writes that the server refused with an error.'),
        notSent: writes('restore-not-sent', 'none', 'Writes for which there was no connection.'),
        uncertain: writes('restore-uncertain', 'none', 'Writes that were sent and never answered.'),
        unacknowledgedPresent: writes(
          'restore-unacknowledged-present',
          'none',
          'Writes that were never answered and are there.',
        ),
        impossible: writes('restore-impossible', 'less', 'Rows from after the moment that was restored.'),
      }),
    },
  ),
);
