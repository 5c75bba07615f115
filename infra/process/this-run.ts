import { randomBytes } from 'node:crypto';

/** "20261123t014205_9f3a": when this process began and a random end, or those of the run that it makes. */
let tag = `${compact(new Date().toISOString())}_${randomBytes(2).toString('hex')}`;

/** What the databases that this process makes are named by, so that each says whose it is. */
export const runTag = (): string => tag;

/** What this run's session is called that has its turn on a server. */
export const turnName = (): string => `olympus-run ${tag}`;

/** In the environment of a command that a run starts for itself on a server that it has: the `turnName` of that run. */
export const turnOf = 'OLYMPUS_TURN_OF';

/** From now on this process works for the run of this id ("20261123-014205-337-quick-9f3a"). */
export function nameThisRun(id: string): void {
  const [, date, time, end] = /^(\d{8})-(\d{6})-.*-([0-9a-f]{4})$/.exec(id) ?? [];
  if (end !== undefined) tag = `${date}t${time}_${end}`;
}

function compact(iso: string): string {
  return iso.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', 't');
}
