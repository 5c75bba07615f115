import { databaseDigest } from '../../../infra/backup/database-digest.ts';
import { flushArchive } from '../../../infra/backup/flush-archive.ts';
import { parseLsn } from '../../../infra/backup/wal.ts';
import { connect } from '../../../infra/topology/session.ts';
import { pause } from '../../pause.ts';
import { type Disaster, type RecoveryCase, type RecoveryScene, recoveryDrill } from './recovery-drill.ts';

/** Damage by a statement that somebody should not have run: restored to just before it. */
export const pitr = recoveryDrill(
  'pitr',
  'damages a copy of the data (UPDATE without WHERE, DROP TABLE) and restores it to just before that',
  [
    damaged(
      'UPDATE without WHERE',
      "UPDATE core.orders SET customer_email = 'everybody@example.com', updated_at = now()",
    ),
    damaged('DROP TABLE', 'DROP TABLE core.inventory_movements, archive.order_items CASCADE'),
  ],
);

function damaged(name: string, sql: string): RecoveryCase {
  return {
    name,
    promise: 'no-loss',
    happen: (scene) => damage(scene, sql),
    heal: async () => {}, // the copy is dropped
  };
}

async function damage(scene: RecoveryScene, sql: string): Promise<Disaster> {
  const { setting, url, place } = scene;
  const { options, signal } = setting;
  const before = scene.write();
  try {
    await pause(options.duration, signal);
  } finally {
    await before.stop(); // nothing is written while the rows are hashed: the digest is of exactly that moment
  }
  await using admin = await connect(url, 'olympus-drill');
  const digest = await databaseDigest(admin);
  const { rows } = await admin.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  const at = performance.now();
  await admin.query("SET session_replication_role = 'replica'"); // no trigger stands in the way of a mistake
  await admin.query(sql);
  setting.event(`damaged: ${sql.split(' ').slice(0, 3).join(' ')} …`);
  const after = scene.write(); // and the application goes on: none of this may come back
  try {
    await pause(Math.min(options.duration, 1000), signal);
  } finally {
    await after.stop();
  }
  await flushArchive(admin, place.repository, signal);
  return {
    ...{ target: { kind: 'lsn', lsn: parseLsn(rows[0]!.lsn)! }, at, digest },
    requests: before.requests,
    compared: () => true,
    archiveTimeoutSeconds: null,
  };
}
