import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { runChild } from '../process/run-child.ts';
import { type Fetching, installCached } from './install-cached.ts';
import { findProgram } from './program.ts';

/** Where a package of one version is kept. */
export const pipFolder = (cache: string, spec: string): string => join(cache, 'pip', spec);

/**
 * The folder (a PYTHONPATH) of a Python package of one version, fetched into the cache on first use.
 * @param spec "qdrant-edge-py==0.9.0"
 * @throws Fault (component) when it cannot be had.
 */
export async function pipPackage(spec: string, why: string, fetching: Fetching): Promise<string> {
  const { cache, progress, signal } = fetching;
  const python = findProgram('python3');
  if (!python)
    throw missing(`${spec} (${why}) needs python3, which is not installed.`, 'Install Python 3 with pip.');
  return installCached(pipFolder(cache, spec), fetching, async (partial) => {
    progress.note(`fetching ${spec} by pip, for ${why}`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '--no-input'];
    const { code, last } = await runChild(python, [...pip, '--target', partial, spec], { signal });
    if (code !== 0)
      throw missing(
        `pip could not fetch ${spec} (${why}): ${last.at(-1) ?? 'no reason given'}`,
        'Is the Python package index reachable, and does the package exist for this machine?',
      );
  });
}
