import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { runChild } from '../process/run-child.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import { type Connection, connect } from '../topology/session.ts';
import { giveTo, partFolder, type Site, serverEnvironment } from './local-topology.ts';
import { accounts, localUrl } from './login.ts';
import { findPooler, runPooler, stopPooler } from './pooler.ts';
import { startPostgres, stopPostgres, writeSettings } from './postgres.ts';
import { type ReplicaName, replicaSettings } from './postgres-settings.ts';
import { makeReplicas, makeStandby, runReplicas, streaming, untilStreaming } from './replica.ts';
import { dropSlot } from './slot.ts';
import { type LocalState, writeState } from './state.ts';
import { runningPart } from './stop-parts.ts';

/** A local topology in which another server than the primary may lead. */
export interface Place {
  readonly site: Site;
  readonly state: LocalState;
}

const replicas = Object.keys(replicaSettings) as ReplicaName[];
const ownSettings = (part: EndpointName) =>
  part in replicaSettings ? replicaSettings[part as ReplicaName] : {};

const portOf = ({ state }: Place, part: EndpointName): number => {
  const port = state.ports[part];
  if (port !== undefined) return port;
  throw missing(`The topology has no ${part}.`, `Bring it up: ./olympus up --with ${part}`);
};

/** A session of the administrator on one of the servers. */
export const admin = (place: Place, part: EndpointName): Promise<Connection> =>
  connect(
    localUrl(accounts.admin, place.state.passwords.admin, portOf(place, part), 'postgres'),
    'olympus-roles',
  );

/** Has the pooler serve another server. */
export async function pointPooler(place: Place, to: EndpointName, port = portOf(place, to)): Promise<void> {
  const { site, state } = place;
  const program = findPooler();
  if (!program || state.ports.pooler === undefined) return;
  await stopPooler(partFolder(site, 'pooler'));
  await runPooler(site, state, { pid: 0, port, started: false }, program);
}

/** ms; a standby that can follow does so within a second or two. */
const followsWithin = 15_000;

/** Where the leader is now, on its own timeline; the message makes sure that it has written there. */
const position = `
  SELECT pg_logical_emit_message(true, 'olympus-drill', '')::text AS lsn,
         substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) AS timeline`;
/** A standby that is ahead of where the timelines parted goes on streaming the old one: its place alone says nothing. */
const arrived = `
  SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AND lpad(upper(to_hex(received_tli)), 8, '0') = $2 AS there
  FROM pg_stat_wal_receiver`;

/** Has a running standby stream from another server, through a slot there. */
export async function follow(
  place: Place,
  standby: EndpointName,
  leader: EndpointName,
  port = portOf(place, leader),
): Promise<string> {
  const { site } = place;
  await using leading = await admin(place, leader);
  await slotFor(leading, standby);
  await writeSettings(site, standby, portOf(place, standby), {
    ...ownSettings(standby),
    ...streaming(site, standby, { port }),
  });
  await using following = await admin(place, standby);
  await following.query('SELECT pg_reload_conf()');
  if (await catchesUp(following, leading)) return `${standby} follows ${leader}`;
  await copyFrom(place, standby, leader, leading);
  return `${standby} was made anew from ${leader}: it did not follow within ${followsWithin / 1000} s, as one that is ahead of the new primary cannot`;
}

/** Whether a standby comes as far as its leader is now, on the leader's timeline: a stream alone may be of the former one. */
async function catchesUp(following: Connection, leading: Connection): Promise<boolean> {
  const { rows: wanted } = await leading.query<{ timeline: string; lsn: string }>(position);
  for (const end = performance.now() + followsWithin; performance.now() < end; await sleep(50)) {
    const { rows } = await following.query<{ there: boolean }>(arrived, [
      wanted[0]!.lsn,
      wanted[0]!.timeline,
    ]);
    if (rows[0]?.there) return true;
  }
  return false;
}

async function slotFor(leading: Connection, name: EndpointName): Promise<void> {
  await leading.query(
    `SELECT pg_create_physical_replication_slot($1, true)
     WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)`,
    [name],
  );
}

/** Where a data directory lies while another takes its place. */
const asideOf = (site: Site, part: EndpointName) => `${partFolder(site, part)}.aside`;

/** Makes a standby from a copy of its leader. Until it streams the former data directory is kept aside. */
async function copyFrom(
  place: Place,
  standby: EndpointName,
  leader: EndpointName,
  leading: Connection,
): Promise<void> {
  const { site, state } = place;
  await stopPostgres(partFolder(site, standby), 'immediate');
  await rm(asideOf(site, standby), { recursive: true, force: true });
  await rename(partFolder(site, standby), asideOf(site, standby));
  await makeReplicas(site, state, leading, [standby], leader);
  await startStandby(place, standby, leader);
  await untilStreaming(site, leading, [standby]);
  await rm(asideOf(site, standby), { recursive: true, force: true });
}

const startStandby = (place: Place, standby: EndpointName, leader: EndpointName) =>
  startPostgres(place.site, standby, {
    port: portOf(place, standby),
    settings: {
      ...ownSettings(standby),
      ...streaming(place.site, standby, { port: portOf(place, leader) }),
    },
  });

/** Makes a former primary, which does not run, a standby of the new one. */
export async function rejoin(place: Place, former: EndpointName, leader: EndpointName): Promise<string> {
  const { site, state } = place;
  await stopPostgres(partFolder(site, former), 'fast');
  await using leading = await admin(place, leader);
  // until then the control file of a promoted server has the former timeline, and pg_rewind finds nothing to do
  await leading.query('CHECKPOINT');
  let why = await rewind(place, former, leader);
  if (why === undefined) {
    await slotFor(leading, former);
    await makeStandby(site, state, former);
    await startStandby(place, former, leader);
    await using following = await admin(place, former);
    if (await catchesUp(following, leading)) return `${former} rejoined by pg_rewind`;
    why = `after pg_rewind it did not catch up within ${followsWithin / 1000} s`;
  }
  await copyFrom(place, former, leader, leading);
  return `${former} rejoined from a copy of ${leader}: ${why}`;
}

/** Undefined: it went back to where both parted. Else why it could not. */
async function rewind(place: Place, former: EndpointName, leader: EndpointName): Promise<string | undefined> {
  const { site, state } = place;
  const program = join(site.build.bin, 'pg_rewind');
  if (!existsSync(program)) return `this build of PostgreSQL has no pg_rewind`;
  const passfile = join(site.folder, 'rewind.pgpass');
  try {
    await writeFile(passfile, `127.0.0.1:*:*:${accounts.admin}:${state.passwords.admin}\n`, { mode: 0o600 });
    await giveTo(site, passfile);
    const { code, last } = await runChild(
      program,
      [
        ...['-D', partFolder(site, former), '--source-server'],
        `host=127.0.0.1 port=${portOf(place, leader)} user=${accounts.admin} dbname=postgres`,
      ],
      {
        cwd: site.folder,
        env: { ...serverEnvironment(site), PGPASSFILE: passfile },
        user: site.account,
        signal: site.signal,
      },
    );
    return code === 0 ? undefined : `pg_rewind could not: ${last.at(-1) ?? `it ended with code ${code}`}`;
  } finally {
    await rm(passfile, { force: true });
  }
}

const promoted = (folder: string, { finished }: LocalState): ReplicaName | undefined =>
  replicas.find((name) => finished.includes(name) && !existsSync(join(folder, name, 'standby.signal')));

/** Which server leads: a replica that was promoted, else the primary. */
export const leaderIn = (folder: string, state: LocalState): EndpointName =>
  promoted(folder, state) ?? 'primary';

/** Whether another server leads than the primary, or the primary follows. */
export const rolesMoved = ({ site, state }: Place): boolean =>
  existsSync(asideOf(site, 'primary')) ||
  existsSync(join(partFolder(site, 'primary'), 'standby.signal')) ||
  promoted(site.folder, state) !== undefined;

/**
 * The primary leads again with what the server that led has, where it followed that; else with what it has itself. The
 * replicas are made anew from it.
 */
export async function restoreRoles(place: Place): Promise<void> {
  const { site, state } = place;
  const folder = partFolder(site, 'primary');
  if (existsSync(asideOf(site, 'primary'))) {
    await stopPostgres(folder, 'immediate'); // of a copy that was cut short
    await rm(folder, { recursive: true, force: true });
    await rename(asideOf(site, 'primary'), folder);
  }
  if (existsSync(join(folder, 'standby.signal'))) {
    await takeOver(place);
    await stopPostgres(folder, 'fast');
    await rm(join(folder, 'standby.signal'));
  }
  for (const name of replicas) {
    await stopPostgres(partFolder(site, name), 'immediate');
    await rm(asideOf(site, name), { recursive: true, force: true });
  }
  const primary = await startPostgres(site, 'primary', { port: state.ports.primary });
  {
    await using leading = await admin(place, 'primary');
    for (const name of ['synchronous_standby_names', 'synchronous_commit'])
      await leading.query(`ALTER SYSTEM RESET ${name}`);
    await leading.query('SELECT pg_reload_conf()');
    await dropSlot(leading, 'primary');
  }
  const had = replicas.filter((name) => state.ports[name] !== undefined);
  state.finished = state.finished.filter((part) => !had.some((name) => name === part));
  await writeState(site.folder, state);
  await runReplicas(site, state, primary, had, async (made) => {
    state.finished = [...new Set([...state.finished, ...made])];
    await writeState(site.folder, state);
  });
  await pointPooler(place, 'primary');
}

/** A drill that was killed may have led the pooler or a replica through a proxy, which is gone with it. */
export async function straightenRoutes(place: Place): Promise<void> {
  const { site, state } = place;
  const primary = portOf(place, 'primary');
  if (
    state.ports.pooler !== undefined &&
    !(await names(site, 'pooler', 'pgbouncer.ini', ` port=${primary}\n`))
  )
    await pointPooler(place, 'primary');
  for (const name of replicas)
    if (state.ports[name] !== undefined && !(await names(site, name, 'olympus.conf', `port=''${primary}''`)))
      await follow(place, name, 'primary');
}

/** Whether a part's own file says this. */
const names = async (site: Site, part: EndpointName, file: string, text: string): Promise<boolean> =>
  (await readFile(join(partFolder(site, part), file), 'utf8')).includes(text);

/** ms */
const caughtUpWithin = 30_000;

/** Waits until the primary, a standby now, has all of the promoted replica, and stops that in order. */
async function takeOver(place: Place): Promise<void> {
  const { site } = place;
  const leader = promoted(site.folder, place.state);
  if (!leader || runningPart(site.folder, leader) === undefined) return;
  if (runningPart(site.folder, 'primary') === undefined) return;
  await using leading = await admin(place, leader);
  await using following = await admin(place, 'primary');
  const { rows } = await leading.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
  for (const end = performance.now() + caughtUpWithin; ; await sleep(25)) {
    const { rows: looked } = await following.query<{ there: boolean }>(
      'SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS there',
      [rows[0]!.lsn],
    );
    if (looked[0]!.there) break;
    if (performance.now() > end) break; // it leads with what it has
  }
  await stopPostgres(partFolder(site, leader), 'fast');
}
