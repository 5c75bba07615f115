import { statfs } from 'node:fs/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { usage } from '../../config/fault.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Scale } from '../scales.ts';

/** Bytes on disk with all indexes for one of each, as measured on PostgreSQL 18: with 200 tenants, and with 100,000. */
const bytesPer = { tenants: 7_500, customers: 770, products: 5_400, orders: 2_100 };
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
  const { rows } = await session.query<{ folder: string; address: string | null }>(
    `SELECT current_setting('data_directory') AS folder, host(inet_server_addr()) AS address`,
  );
  const { folder, address } = rows[0]!;
  if (!isHere(address)) return;
  const disk = await statfs(folder).catch(() => undefined); // not ours to see: a container's, perhaps
  if (!disk) return;
  const [needed, free] = [estimatedBytes(scale) * servers, disk.bavail * disk.bsize];
  if (needed <= free) return;
  throw usage(
    `Scale ${scale.name} takes about ${inGiB(needed)}${servers > 1 ? ` on ${servers} servers` : ''}, and the disk of ${folder} has ${inGiB(free)} left: nothing was loaded.`,
    'Choose a smaller --scale, make room, or name a cache folder on a larger disk with --cache.',
  );
}

const inGiB = (bytes: number) => `${(bytes / GiB).toFixed(1)} GiB`;

const isHere = (address: string | null): boolean =>
  address === null ||
  (isIP(address) > 0 &&
    Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address)));
