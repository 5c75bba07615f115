import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { type Manifest, manifestFormat, type RestorePoint } from './manifest.ts';
import type { AgedWal } from './retention.ts';
import { isWalFile } from './wal.ts';

/**
 * Backups and archived WAL of one cluster: base/NAME/{manifest.json,data/}, wal/FILE and FILE.sha256, points.ndjson.
 * The folder is named after the cluster's identifier, so that clusters do not mix.
 */
export interface Repository {
  readonly folder: string;
  readonly system: string;
}

/** Where backups lie when nobody names a folder. */
export const defaultBackups = (cache: string): string => join(cache, 'backups');

export const repositoryOf = (folder: string, system: string): Repository => ({
  folder: join(folder, system),
  system,
});

/** The clusters that have backups or WAL in a folder. */
export const repositoriesIn = (folder: string): Repository[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d+$/.test(name))
        .map((system) => repositoryOf(folder, system))
    : [];

export const walFolder = ({ folder }: Repository): string => join(folder, 'wal');
export const baseFolder = ({ folder }: Repository, name: string): string => join(folder, 'base', name);
export const backupData = (repository: Repository, name: string): string =>
  join(baseFolder(repository, name), 'data');
const manifestIn = (folder: string): string => join(folder, 'manifest.json');
const pointsFile = ({ folder }: Repository): string => join(folder, 'points.ndjson');

export interface BrokenBackup {
  readonly name: string;
  readonly why: string;
}

/** The backups in the order of their time, and what has a backup's name and is none. */
export function listBackups(repository: Repository): {
  backups: Manifest[];
  broken: BrokenBackup[];
} {
  const parent = join(repository.folder, 'base');
  const names = existsSync(parent) ? readdirSync(parent).filter((name) => !name.startsWith('.')) : [];
  const backups: Manifest[] = [];
  const broken: BrokenBackup[] = [];
  for (const name of names.sort()) {
    const read = readManifest(baseFolder(repository, name));
    if (typeof read === 'string') broken.push({ name, why: read });
    else backups.push(read);
  }
  return { backups, broken };
}

function readManifest(folder: string): Manifest | string {
  try {
    const manifest = JSON.parse(readFileSync(manifestIn(folder), 'utf8')) as Manifest;
    if (manifest.format !== manifestFormat || !Array.isArray(manifest.files))
      return 'its manifest is not of this version';
    return manifest;
  } catch (error) {
    return `its manifest cannot be read: ${(error as Error).message}`;
  }
}

/** The manifest comes last, and its folder gets its name after that: a backup with its name is whole. */
export async function finishBackup(
  repository: Repository,
  partial: string,
  manifest: Manifest,
): Promise<void> {
  await writeFile(manifestIn(partial), `${JSON.stringify(manifest)}\n`, { mode: 0o600 });
  await rename(partial, baseFolder(repository, manifest.name));
}

/** Out of sight first: whatever happens then, what is left is no backup. */
export async function removeBackup(repository: Repository, name: string): Promise<void> {
  const hidden = baseFolder(repository, `.removed-${name}`);
  await rename(baseFolder(repository, name), hidden);
  await rm(hidden, { recursive: true, force: true });
}

/** What killed commands left half-written. */
export async function removeUnfinished(repository: Repository): Promise<string[]> {
  const parent = join(repository.folder, 'base');
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const left = readdirSync(parent).filter((name) => name.startsWith('.'));
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
  return left;
}

/** The archived WAL files, with the time at which each was archived. */
export function listWal(repository: Repository): (AgedWal & { readonly bytes: number })[] {
  const folder = walFolder(repository);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(isWalFile)
    .sort()
    .map((name) => {
      const { mtime, size } = statSync(join(folder, name));
      return { name, at: mtime, bytes: size };
    });
}

export async function removeWal(repository: Repository, name: string): Promise<void> {
  await rm(join(walFolder(repository), name), { force: true });
  await rm(join(walFolder(repository), `${name}.sha256`), { force: true });
}

export function listPoints(repository: Repository): RestorePoint[] {
  const file = pointsFile(repository);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as RestorePoint;
      } catch (error) {
        throw missing(
          `${file}:${index + 1} cannot be read: ${(error as Error).message}`,
          'Remove that line: the restore point is still reached by its LSN.',
          error,
        );
      }
    });
}

export async function addPoint(repository: Repository, point: RestorePoint): Promise<void> {
  await appendFile(pointsFile(repository), `${JSON.stringify(point)}\n`);
}
