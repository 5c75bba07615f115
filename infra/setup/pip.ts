import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { lock } from '../process/lock.ts';
import { runChild } from '../process/run-child.ts';
import { findProgram } from './program.ts';

export interface Fetching {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

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
  const folder = join(cache, 'pip', spec);
  return once(folder, fetching, async (partial) => {
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

/** Makes a folder of the cache once, under a lock, and gives it its name when it is whole. */
export async function once(
  folder: string,
  { progress, signal }: Fetching,
  make: (partial: string) => Promise<void>,
): Promise<string> {
  if (existsSync(folder)) return folder;
  await mkdir(join(folder, '..'), { recursive: true });
  using _one = await lock(`${folder}.lock`, signal, () =>
    progress.note('waiting for another process that is fetching the same'),
  );
  if (existsSync(folder)) return folder;
  const partial = await mkdtemp(`${folder}-`);
  try {
    await make(partial);
    await chmod(partial, 0o755); // servers of another account run from here
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
