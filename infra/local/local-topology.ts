import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../config/progress.ts';
import { spawnHeld } from '../process/held.ts';
import { noteEnd } from '../process/process-end.ts';
import { spawnTied } from '../process/tied.ts';
import type { Account } from '../process/unprivileged.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import type { PostgresBuild } from './postgres-build.ts';

/** tied: ends with this process. held: stays until `stopLocal`. */
export type Lifetime = 'tied' | 'held';

/** Where the parts of one local topology live, and how they are to run. */
export interface Site {
  /** Holds state.json, and for each part a folder and a log. */
  readonly folder: string;
  /** For what is installed on first use. */
  readonly cache: string;
  readonly account: Account | undefined;
  readonly build: PostgresBuild;
  readonly lifetime: Lifetime;
  /** Of a new cluster's pages; PostgreSQL's default when absent. */
  readonly checksums?: false;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A running part. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Of the other nodes of a cluster. */
  readonly alsoPids?: readonly number[];
  /** False when it ran already and was only found. */
  readonly started: boolean;
}

export const partFolder = (site: Pick<Site, 'folder'>, part: EndpointName) => join(site.folder, part);
export const logFile = (site: Pick<Site, 'folder'>, part: EndpointName) => join(site.folder, `${part}.log`);

/** Makes a folder that only the servers' account can look into. */
export async function makePrivateFolder(site: Site, path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await giveTo(site, path);
}

/** Makes the servers' account the owner of a file or folder of ours. */
export async function giveTo({ account }: Site, path: string): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}

/** Servers see none of our environment: PGPASSFILE, PGOPTIONS or LC_ALL of the user's would change what they do. */
export const serverEnvironment = (site: Site): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: site.folder,
  LC_ALL: 'C',
  TZ: 'UTC',
});

export interface LaunchOptions {
  readonly openFiles?: number;
  /** The part's folder when absent. */
  readonly cwd?: string;
  /** On top of serverEnvironment. */
  readonly env?: NodeJS.ProcessEnv;
  /** The servers' account when absent; null: as we are, for programs that lie where only we may read. */
  readonly user?: Account | undefined | null;
}

/** Starts a part's process with its output appended to its log. */
export function launch(
  site: Site,
  part: EndpointName,
  command: string,
  args: readonly string[],
  { openFiles, cwd = partFolder(site, part), env = {}, user = site.account }: LaunchOptions = {},
) {
  const log = openSync(logFile(site, part), 'a', 0o600);
  try {
    const shared = { cwd, env: { ...serverEnvironment(site), ...env }, user: user ?? undefined, openFiles };
    const child =
      site.lifetime === 'held'
        ? spawnHeld(command, args, { ...shared, log })
        : spawnTied(command, args, { ...shared, stdio: ['ignore', log, log] });
    noteEnd(child);
    return child;
  } finally {
    closeSync(log);
  }
}

export const logSize = (site: Site, part: EndpointName): number =>
  statSync(logFile(site, part), { throwIfNoEntry: false })?.size ?? 0;

/** What to do about a part that did not start; a tied topology's log is gone with it. */
export const logAdvice = (site: Site, part: EndpointName): string =>
  site.lifetime === 'held' ? `Its log is ${logFile(site, part)}.` : 'The lines above are the end of its log.';

/** The last lines of a part's log, for an error message. */
export function logTail(site: Pick<Site, 'folder'>, part: EndpointName, from = 0, lines = 6): string {
  try {
    return readFileSync(logFile(site, part))
      .subarray(from)
      .toString()
      .trim()
      .split('\n')
      .slice(-lines)
      .join('\n');
  } catch {
    return '';
  }
}
