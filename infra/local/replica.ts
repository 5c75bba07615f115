import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import { together } from '../process/together.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import { connect, type Session } from '../topology/session.ts';
import { copyData, ofRunning } from './copy-data.ts';
import { giveTo, logTail, partFolder, type Server, type Site } from './local-topology.ts';
import { accounts, localUrl } from './login.ts';
import { startPostgres, stopPostgres } from './postgres.ts';
import { type ReplicaName, replicaSettings } from './postgres-settings.ts';
import { dropSlot } from './slot.ts';
import type { LocalState } from './state.ts';

/**
 * Starts streaming replicas and waits until each streams through its own slot. One without data, or whose slot the
 * primary gave up, is made anew. `finished` is called for those when their data directories are whole.
 */
export async function runReplicas(
  site: Site,
  state: LocalState,
  primary: Server,
  names: readonly ReplicaName[],
  finished: (names: readonly ReplicaName[]) => Promise<void>,
): Promise<Map<ReplicaName, Server>> {
  await using admin = await connect(
    localUrl(accounts.admin, state.passwords.admin, primary.port, 'postgres'),
  );
  const fresh = await withoutData(admin, state, names);
  if (fresh.length > 0) {
    for (const name of fresh.filter((name) => state.finished.includes(name)))
      site.progress.note(`making ${name} anew: the primary keeps no WAL for it any more`);
    await makeReplicas(site, state, admin, fresh);
    await finished(fresh);
  }
  const servers = await together(
    site.signal,
    names.map(
      (name) => (signal) =>
        startPostgres({ ...site, signal }, name, {
          port: state.ports[name],
          settings: { ...replicaSettings[name], ...streaming(site, name, primary) },
        }),
    ),
  );
  await untilStreaming(site, admin, names);
  return new Map(names.map((name, index) => [name, servers[index]!]));
}

const passfile = (site: Site, name: EndpointName) => join(partFolder(site, name), 'primary.pgpass');

/** The settings of a standby that streams from `primary` through the slot of its own name. */
export const streaming = (site: Site, name: EndpointName, primary: Pick<Server, 'port'>) => ({
  primary_slot_name: name,
  primary_conninfo: Object.entries({
    host: '127.0.0.1',
    port: primary.port,
    user: accounts.replication,
    passfile: passfile(site, name),
    application_name: name,
    sslmode: 'disable',
  })
    .map(([key, value]) => `${key}='${`${value}`.replaceAll(/['\\]/g, '\\$&')}'`)
    .join(' '),
});

async function withoutData(
  admin: Session,
  state: LocalState,
  names: readonly ReplicaName[],
): Promise<ReplicaName[]> {
  const { rows } = await admin.query<{ slot_name: string; wal_status: string | null }>(
    'SELECT slot_name, wal_status FROM pg_replication_slots WHERE slot_name = ANY($1)',
    [names],
  );
  const usable = new Set(rows.filter((slot) => slot.wal_status !== 'lost').map((slot) => slot.slot_name));
  return names.filter((name) => !state.finished.includes(name) || !usable.has(name));
}

/**
 * What pg_basebackup does, without it (the npm build has none): one backup, copied for all replicas side by side,
 * with the label that pg_backup_stop returns. The WAL since its start is kept by the slots and streamed.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function makeReplicas(
  site: Site,
  state: LocalState,
  admin: Session,
  names: readonly EndpointName[],
  from: EndpointName = 'primary',
): Promise<void> {
  for (const name of names) {
    await stopPostgres(partFolder(site, name), 'immediate');
    await rm(partFolder(site, name), { recursive: true, force: true });
    await dropSlot(admin, name);
    await admin.query('SELECT pg_create_physical_replication_slot($1, true)', [name]);
  }
  await admin.query("SELECT pg_backup_start('olympus-bench', fast => true)");
  await together(
    site.signal,
    names.map(
      (name) => (signal) =>
        copyData({ ...site, signal }, partFolder(site, from), partFolder(site, name), ofRunning),
    ),
  );
  const { rows } = await admin.query<{ labelfile: string; spcmapfile: string }>(
    'SELECT labelfile, spcmapfile FROM pg_backup_stop(wait_for_archive => false)',
  );
  const { labelfile, spcmapfile } = rows[0]!;
  const label = { backup_label: labelfile, ...(spcmapfile !== '' && { tablespace_map: spcmapfile }) };
  for (const name of names) await makeStandby(site, state, name, label);
}

/** What makes a data directory that of a standby, beside its settings. */
export async function makeStandby(
  site: Site,
  { passwords }: Pick<LocalState, 'passwords'>,
  name: EndpointName,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const secret = `127.0.0.1:*:*:${accounts.replication}:${passwords.replication}\n`;
  for (const [file, text] of Object.entries({ ...more, 'standby.signal': '', 'primary.pgpass': secret })) {
    const path = join(partFolder(site, name), file);
    await writeFile(path, text, { mode: 0o600 });
    await giveTo(site, path);
  }
}

export async function untilStreaming(
  site: Site,
  admin: Session,
  names: readonly EndpointName[],
): Promise<void> {
  const end = performance.now() + seconds(60);
  for (;;) {
    const { rows } = await admin.query<{ name: string }>(
      "SELECT application_name AS name FROM pg_stat_replication WHERE state = 'streaming'",
    );
    const waiting = names.filter((name) => !rows.some((row) => row.name === name));
    if (waiting.length === 0) return;
    site.signal.throwIfAborted();
    if (performance.now() > end)
      throw missing(
        `${waiting.join(' and ')} did not stream from the primary within 60 s.\n${waiting.map((name) => logTail(site, name)).join('\n')}`,
        'The lines above are the end of its log.',
      );
    await sleep(20);
  }
}
