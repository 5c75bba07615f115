import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { runChild } from '../process/run-child.ts';
import { type Fetching, installCached } from './install-cached.ts';
import { type PinnedWheel, pinnedWheel } from './pinned-wheel.ts';
import { findProgram } from './program.ts';

/** Where a package of the pinned version is kept. */
export const pipFolder = (cache: string, name: string): string => folderOf(cache, pinnedWheel(name));

const folderOf = (cache: string, { spec }: PinnedWheel) => join(cache, 'pip', spec);

/**
 * The folder (a PYTHONPATH) of a Python package of the pinned version, fetched into the cache on first use. Only a wheel
 * that has one of the pinned digests is installed: nothing is built, so no script of the package runs.
 * @param name "qdrant-edge-py"
 * @throws Fault (component) when it cannot be had, or is not what was pinned.
 */
export async function pipPackage(
  name: string,
  why: string,
  fetching: Fetching,
  pinned = pinnedWheel(name),
): Promise<string> {
  const { spec, requirement } = pinned;
  const { cache, progress, signal } = fetching;
  const python = findProgram('python3');
  if (!python)
    throw missing(`${spec} (${why}) needs python3, which is not installed.`, 'Install Python 3 with pip.');
  return installCached(folderOf(cache, pinned), fetching, async (partial) => {
    progress.note(`fetching ${spec} by pip, for ${why}`);
    const wanted = join(partial, 'requirements.txt');
    await writeFile(wanted, requirement);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '--no-input'];
    const pinnedOnly = ['--require-hashes', '--only-binary=:all:', '--target', partial, '-r', wanted];
    const { code, last } = await runChild(python, [...pip, ...pinnedOnly], { signal });
    if (code !== 0 && last.some((line) => line.includes('DO NOT MATCH THE HASHES')))
      throw missing(
        `What the Python package index sent for ${spec} has none of the pinned digests, so it was not installed.`,
        'Look at the package and at who serves it (pip config list); the digests are in infra/setup/requirements.txt.',
      );
    if (code !== 0)
      throw missing(
        `pip could not fetch ${spec} (${why}): ${last.findLast((line) => line.trim() !== '') ?? 'no reason given'}`,
        'Is the Python package index reachable, and does the package exist for this machine?',
      );
  });
}
