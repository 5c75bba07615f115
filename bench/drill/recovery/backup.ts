import { databaseDigest } from '../../../infra/backup/database-digest.ts';
import { connect } from '../../../infra/topology/session.ts';
import { pause } from '../../pause.ts';
import { type Disaster, type RecoveryCase, type RecoveryScene, recoveryDrill } from './recovery-drill.ts';

/** The primary is gone with its disk: what base backup and archive give back, and what they lack. */
export const backup = recoveryDrill(
  'backup',
  'kills the primary under load and restores from the archive alone, as if its disk were lost',
  [lostDisk(2), lostDisk(60)],
);

function lostDisk(archiveTimeoutSeconds: number): RecoveryCase {
  return {
    name: `disk lost, archive_timeout ${archiveTimeoutSeconds} s`,
    promise: 'none',
    happen: (scene) => lose(scene, archiveTimeoutSeconds),
    async heal({ setting: { control }, url }) {
      await control!.start('primary');
      await using admin = await connect(url, 'olympus-drill');
      await admin.query('ALTER SYSTEM RESET archive_timeout');
      await admin.query('SELECT pg_reload_conf()');
    },
  };
}

async function lose(scene: RecoveryScene, archiveTimeoutSeconds: number): Promise<Disaster> {
  const { setting, url } = scene;
  const { options, signal, control } = setting;
  const digest = await prepare(url, archiveTimeoutSeconds);
  const load = scene.write();
  let at = Number.NaN;
  try {
    await pause(Math.max(options.duration, 3000), signal);
    at = performance.now();
    await control!.stop('primary', 'kill');
    setting.event('the primary is lost');
    await pause(200, signal);
  } finally {
    await load.stop();
  }
  return {
    ...{ target: { kind: 'latest' }, at, digest, archiveTimeoutSeconds },
    requests: load.requests,
    compared: (table) => !table.startsWith('olympus_drill.'),
  };
}

/** By the last second everything but the ledger is at rest: what is hashed here must be what is restored. */
async function prepare(url: string, archiveTimeoutSeconds: number) {
  await using admin = await connect(url, 'olympus-drill');
  await admin.query(`ALTER SYSTEM SET archive_timeout = '${archiveTimeoutSeconds}s'`);
  await admin.query('SELECT pg_reload_conf()');
  return await databaseDigest(admin);
}
