import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { usage } from '../config/fault.ts';

/** "20261123-014205-337-quick-9f3a": ids sort by the time of their start (UTC); the end keeps two of one moment apart. */
export function runId(startedAt: Date, suite: string, random = () => randomBytes(2).toString('hex')): string {
  const [date, time, milliseconds] = startedAt.toISOString().split(/[T.Z]/);
  const name = suite.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `${date!.replaceAll('-', '')}-${time!.replaceAll(':', '')}-${milliseconds}-${name}-${random()}`;
}

export const isRunId = (name: string): boolean => /^\d{8}-\d{6}-\d{3}-[a-z0-9-]+-[0-9a-f]{4}$/.test(name);

/**
 * Where a run lies below `root`. An id that comes from a file, a store or an index is somebody else's text: what is
 * none never becomes a path. @throws Fault (usage)
 */
export function runFolder(root: string, id: string): string {
  if (isRunId(id)) return join(root, id);
  throw usage(`${JSON.stringify(id)} is no id of a run.`, 'One looks like 20261123-014205-337-quick-9f3a.');
}

/** The name of a run that has not ended; never read as a whole one. */
export const partialName = (id: string): string => `.partial-${id}`;
export const idOfPartial = (name: string): string | null =>
  name.startsWith('.partial-') && isRunId(name.slice(9)) ? name.slice(9) : null;
