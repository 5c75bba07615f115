import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../result/result.ts';
import { isAlive, readOwner } from './owner.ts';
import { parseResult } from './read-run.ts';
import { idOfPartial } from './run-id.ts';
import { files, writeReports, writeResult } from './write-run.ts';

/**
 * Gives the runs that a killed process left their names, marked incomplete, with the reports of what was saved. One
 * without a result that can be read keeps its raw files and its log, and is not listed as a run.
 * @returns the ids, oldest first.
 */
export async function recoverRuns(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  const adopted: string[] = [];
  for (const name of names.sort()) {
    const id = idOfPartial(name);
    if (!id) continue;
    const directory = join(root, name);
    const owner = await readOwner(join(directory, files.owner));
    if (owner && isAlive(owner)) continue;
    if (await adopt(directory, join(root, id))) adopted.push(id);
  }
  return adopted;
}

/** @returns whether it was us: another process that starts now may be the one. */
async function adopt(partial: string, final: string): Promise<boolean> {
  try {
    const saved = await parseResult(partial).catch(() => null);
    if (saved) await writeReports(partial, await writeResult(partial, cutOff(saved)));
    await rm(join(partial, files.owner), { force: true });
    await rename(partial, final);
    return true;
  } catch (error) {
    if (['ENOENT', 'EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code!)) return false;
    throw error;
  }
}

const cutOff = (result: Result): Result => ({
  ...result,
  run: { ...result.run, complete: false },
  verdict: {
    status: 'inconclusive',
    reasons: [
      'The run was killed before it ended: what was measured until then is kept, and was not judged.',
    ],
  },
});
