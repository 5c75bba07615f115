import { existsSync, readFileSync } from 'node:fs';
import { copyFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { runChild } from '../process/run-child.ts';
import { type Fetching, installCached } from './install-cached.ts';
import { findProgram } from './program.ts';

const manifest = join(import.meta.dirname, '..', 'services', 'chdb', 'package.json');
const bytes = 1.3e9; // the library, and npm's copy of its archive
const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: { chdb: string } };
export const chdbVersion = dependencies.chdb;
const folderIn = (cache: string) => join(cache, 'chdb', chdbVersion);

/** Whether chDB is in the cache already: it is too large to be fetched for a test. */
export const hasChdb = (cache: string): boolean => existsSync(folderIn(cache));

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
    await copyFile(manifest, join(partial, 'package.json'));
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const { code, last } = await runChild(npm, ['install', ...quiet], { cwd: partial, signal });
    if (code !== 0)
      throw missing(
        `npm could not install chDB: ${last.findLast((line) => line.trim() !== '') ?? 'no reason given'}`,
        'Is the npm registry reachable, and does chdb exist for this platform (Linux, macOS)?',
      );
  });
}
