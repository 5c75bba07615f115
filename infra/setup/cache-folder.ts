import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import type { Account } from '../process/unprivileged.ts';

/**
 * The folder for what may be made again: copies of builds, binaries, data directories. Created when missing.
 * The option comes first, then $OLYMPUS_CACHE; else /var/cache/olympus-bench for root and
 * $XDG_CACHE_HOME/olympus-bench (~/.cache/olympus-bench) for others.
 */
export function cacheFolder(option?: string, environment: NodeJS.ProcessEnv = process.env): string {
  const folder = resolve(option || environment.OLYMPUS_CACHE || defaultFolder(environment));
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw usage(
      `The cache folder ${folder} cannot be made: ${(error as Error).message}`,
      'Name another one with OLYMPUS_CACHE=/path.',
      error,
    );
  }
  return folder;
}

function defaultFolder(environment: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/cache/olympus-bench';
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'olympus-bench');
}

/** @throws Fault (component) naming the first folder above or at `folder` that the account may not enter. */
export function requireTraversable(folder: string, account: Account | undefined): void {
  if (!account) return;
  const above: string[] = [];
  for (let path = folder; ; path = dirname(path)) {
    above.unshift(path);
    if (path === dirname(path)) break;
  }
  const { uid, gid } = account;
  const entered = spawnSync(
    'sh',
    ['-c', 'for d; do cd "$d" 2>/dev/null || { echo "$d"; exit 1; }; done', 'sh', ...above],
    {
      uid,
      gid,
      cwd: '/',
      encoding: 'utf8',
    },
  );
  if (entered.status === 0) return;
  throw missing(
    `PostgreSQL runs as ${account.name} here, because it refuses root, and ${account.name} may not enter ${entered.stdout.trim()}.`,
    'Name a cache folder that it can enter with OLYMPUS_CACHE=/path, or run this as a user other than root.',
  );
}
