import { statfs } from 'node:fs/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Fault, usage } from '../../config/fault.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Scale } from '../scales.ts';

/** Bytes on disk with all indexes for one of each, as measured on PostgreSQL 18: with 200 tenants, and with 100,000. */
const bytesPer = { tenants: 7_500, customers: 770, products: 5_400, orders: 2_250 };
const GiB = 1024 ** 3;

/** Bytes that a data set takes on the disk of each server: tables, indexes, what their sorts spill, and WAL. */
export function estimatedBytes({ name: _, ...counts }: Scale): number {
  const data = Object.entries(counts).reduce(
    (sum, [key, count]) => sum + count * bytesPer[key as keyof typeof bytesPer],
    0,
  );
  return Math.round(data * 1.2 + Math.min(data, 4 * GiB));
}

/**
 * Compares the estimate with the room on the server's disk, when that is a disk of this machine.
 * @param servers how many servers of this machine will hold the data set: the primary and its replicas
 * @throws Fault (usage) when it does not fit
 */
export async function checkRoom(session: Session, scale: Scale, servers = 1): Promise<void> {
  const place = await diskOf(session);
  const needed = estimatedBytes(scale) * servers;
  if (!place || needed <= place.free) return;
  throw usage(
    `Scale ${scale.name} takes about ${inGiB(needed)}${servers > 1 ? ` on ${servers} servers` : ''}, and the disk of ${place.folder} has ${inGiB(place.free)} left: nothing was loaded.`,
    'Choose a smaller --scale, make room, or name a cache folder on a larger disk with --cache. --servers 1 needs no room for replicas.',
  );
}

/** The disk cannot hold a copy of the database: what needs none can still be measured. */
export class NoRoomForCopy extends Fault {}

/** What is left free beside a copy: a server whose disk is full to the last byte cannot write its log, and stops. */
const spare = GiB;

/**
 * As checkRoom, for a copy of a database beside it: on the disk of the server, and of each replica that follows it.
 * @throws NoRoomForCopy (component) when it does not fit
 */
export async function checkRoomForCopy(session: Session, database: string, copies = 1): Promise<void> {
  const { rows } = await session.query<{ bytes: string; servers: number }>(
    `SELECT pg_database_size($1) AS bytes, 1 + (SELECT count(*)::int FROM pg_stat_replication) AS servers`,
    [database],
  );
  const place = await diskOf(session);
  const needed = Number(rows[0]!.bytes) * rows[0]!.servers * copies;
  if (!place || needed + spare <= place.free) return;
  throw new NoRoomForCopy(
    'component',
    `A copy of ${database} takes ${inGiB(needed)} on ${rows[0]!.servers} server${rows[0]!.servers === 1 ? '' : 's'}, and the disk of ${place.folder} has ${inGiB(place.free)} left, of which ${inGiB(spare)} stays free: it was not made.`,
    'Make room, or measure a smaller --scale.',
  );
}

/** The data directory and the bytes free on its disk; undefined where that is no disk of this machine. */
async function diskOf(session: Session): Promise<{ folder: string; free: number } | undefined> {
  const { rows } = await session.query<{ folder: string; address: string | null }>(
    `SELECT current_setting('data_directory') AS folder, host(inet_server_addr()) AS address`,
  );
  const { folder, address } = rows[0]!;
  if (!isHere(address)) return undefined;
  const disk = await statfs(folder).catch(() => undefined); // not ours to see: a container's, perhaps
  return disk && { folder, free: disk.bavail * disk.bsize };
}

const inGiB = (bytes: number) => `${(bytes / GiB).toFixed(1)} GiB`;

const isHere = (address: string | null): boolean =>
  address === null ||
  (isIP(address) > 0 &&
    Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address)));
