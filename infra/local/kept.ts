import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Progress } from '../../config/progress.ts';
import { tryLock } from '../process/lock.ts';

/** What is kept of a data set: `data/`, a data directory of a server that was shut down, and this beside it. */
export interface Manifest {
  readonly format: typeof format;
  /** For people: "scale small, seed 1". */
  readonly label: string;
  /** Of the data set, as the database computed it. */
  readonly digest: string;
  /** Of the server, "18.4". */
  readonly version: string;
  readonly bytes: number;
  /** Every file below data/ with its size; folders end in a slash. */
  readonly files: readonly (readonly [name: string, bytes: number])[];
}
export const format = 1;

export interface Kept extends Pick<Manifest, 'label' | 'digest' | 'version' | 'bytes'> {
  readonly key: string;
  readonly usedAt: Date;
}

/** Bytes that `bench` and `seed` let the kept data sets take. */
export const keptLimit = 20e9;

/** The folder of all kept data sets. An entry is made under another name, so that one with its name is whole. */
export function keptFolder(cache: string): string {
  const folder = join(cache, 'datasets');
  mkdirSync(folder, { recursive: true });
  return folder;
}
export const entryFolder = (cache: string, key: string) => join(keptFolder(cache), key);
export const partialFolder = (cache: string, key: string) => `${entryFolder(cache, key)}.partial`;
/** Whoever reads, writes or removes an entry holds this. */
export const lockFile = (cache: string, key: string) => `${entryFolder(cache, key)}.lock`;
export const manifestFile = (folder: string) => join(folder, 'manifest.json');

/** The entries, the one used last first. What is no entry, or not whole, is not among them. */
export function listKept(cache: string): Kept[] {
  return readdirSync(keptFolder(cache), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.includes('.'))
    .flatMap(({ name: key }) => {
      const folder = entryFolder(cache, key);
      const manifest = readManifest(folder);
      if (!manifest) return [];
      const { label, digest, version, bytes } = manifest;
      return { key, label, digest, version, bytes, usedAt: statSync(manifestFile(folder)).mtime };
    })
    .sort((a, b) => b.usedAt.getTime() - a.usedAt.getTime());
}

function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(manifestFile(folder), 'utf8')) as Manifest;
    return manifest.format === format && Array.isArray(manifest.files) ? manifest : undefined;
  } catch {
    return undefined; // an entry that cannot be read is none
  }
}

export function touch(folder: string, now: Date): void {
  utimesSync(manifestFile(folder), now, now);
}

/** Files with their sizes and folders below `root`, in the order of their names. */
export async function inventory(root: string): Promise<[string, number][]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found = entries.map(async (entry): Promise<[string, number]> => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path);
    return entry.isDirectory() ? [`${name}/`, 0] : [name, (await stat(path)).size];
  });
  return (await Promise.all(found)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The manifest of an entry whose files are all there in their sizes; else what is wrong with it. */
export async function examineEntry(folder: string): Promise<Manifest | { readonly damage: string }> {
  const manifest = readManifest(folder);
  if (!manifest) return { damage: 'its manifest is missing or cannot be read' };
  const there = await inventory(join(folder, 'data')).catch(() => []);
  const sizes = new Map(there);
  for (const [name, bytes] of manifest.files) {
    const size = sizes.get(name);
    if (size === undefined) return { damage: `${name} is missing` };
    if (size !== bytes) return { damage: `${name} has ${size} bytes, not ${bytes}` };
  }
  return there.length === manifest.files.length ? manifest : { damage: 'it has files that are not its own' };
}

/**
 * Removes what a killed process left half-written, then entries until the rest takes at most `limit` bytes, the one
 * used longest ago first. An entry that somebody reads or writes just now stays. Returns the removed ones.
 */
export async function pruneKept(cache: string, limit: number, progress: Progress): Promise<Kept[]> {
  const parent = keptFolder(cache);
  const found = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const kept = listKept(cache); // after that look: an entry that is finished meanwhile is among them
  const whole = new Set(kept.map(({ key }) => key));
  for (const { name } of found) {
    const key = name.replace(/\.partial$/, '');
    if (name === key && whole.has(key)) continue;
    if (await removeUnused(cache, key, join(parent, name)))
      progress.note(`removed ${name}, which was not whole`);
  }
  const removed: Kept[] = [];
  let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const entry of kept.toReversed()) {
    if (total <= limit) break;
    if (!(await removeUnused(cache, entry.key, entryFolder(cache, entry.key)))) continue;
    total -= entry.bytes;
    removed.push(entry);
  }
  return removed;
}

async function removeUnused(cache: string, key: string, folder: string): Promise<boolean> {
  using free = tryLock(lockFile(cache, key));
  if (!free || !existsSync(folder)) return false;
  await removeEntry(folder);
  return true;
}

/** The manifest goes first: whatever happens then, what is left is no entry. */
export async function removeEntry(folder: string): Promise<void> {
  await rm(manifestFile(folder), { force: true });
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
