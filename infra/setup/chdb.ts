import { existsSync, readFileSync } from 'node:fs';
import { copyFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { runChild } from '../process/run-child.ts';
import { type Fetching, installCached } from './install-cached.ts';
import { findProgram } from './program.ts';

const source = join(import.meta.dirname, '..', 'services', 'chdb');
const manifest = join(source, 'package.json');
const lockFile = join(source, 'package-lock.json');
const bytes = 1.3e9; // the library, and npm's copy of its archive
const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: { chdb: string } };
export const chdbVersion = dependencies.chdb;
const folderIn = (cache: string) => join(cache, 'chdb', chdbVersion);

/** Whether chDB is in the cache already: it is too large to be fetched for a test. */
export const hasChdb = (cache: string): boolean => existsSync(folderIn(cache));

/** Whether the lock file has the digest of this platform's library; of each platform npm installs only its own. */
function isPinned(): boolean {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, unknown> };
  return Object.keys(packages).some((name) =>
    name.startsWith(`node_modules/@chdb/lib-${process.platform}-${process.arch}`),
  );
}

/**
 * The folder with chDB's package.json and node_modules, installed by npm on first use.
 * @throws Fault (component) when it cannot be had.
 */
export async function findChdb(fetching: Fetching): Promise<string> {
  const { cache, progress, signal } = fetching;
  return installCached(folderIn(cache), fetching, async (partial) => {
    const npm = findProgram('npm');
    if (!npm) throw missing('chDB is installed by npm, which is not on PATH.', 'Put npm on PATH.');
    const disk = await statfs(cache);
    const free = disk.bavail * disk.bsize;
    if (free < bytes)
      throw missing(
        `chDB takes 550 MB and the disk of ${cache} has ${(free / 1e9).toFixed(1)} GB left.`,
        'Make room, or name another cache with OLYMPUS_CACHE=/path.',
      );
    progress.note('installing chDB by npm (550 MB, once), for the olap endpoint');
    if (!isPinned())
      progress.note(
        `chDB's library for ${process.platform} on ${process.arch} is not in the lock file: its digest is not verified`,
      );
    await copyFile(manifest, join(partial, 'package.json'));
    await copyFile(lockFile, join(partial, 'package-lock.json')); // npm refuses an archive of another digest
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code, last } = await runChild(npm, ['install', ...quiet], { cwd: partial, signal });
    if (code !== 0)
      throw missing(
        `npm could not install chDB: ${last.findLast((line) => line.trim() !== '') ?? 'no reason given'}`,
        'Is the npm registry reachable, and does chdb exist for this platform (Linux, macOS)?',
      );
    // The library is optional to npm, which passes over it where its digest differs or the platform has none.
    if (!existsSync(join(partial, 'node_modules', '@chdb')))
      throw missing(
        'npm installed no library of chDB: there is none for this platform, or its digest is not the pinned one.',
        'Leave out olap, or name your own ClickHouse in a topology file; the digests are in infra/services/chdb/package-lock.json.',
      );
  });
}
