import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run, Verdict } from '../result/result.ts';
import { isAlive, readOwner } from './owner.ts';
import { parseResult } from './read-run.ts';
import { idOfPartial, isRunId } from './run-id.ts';
import { files } from './write-run.ts';

/** One run of a folder. What could not be read of it is null, with the reason. */
export interface ListedRun {
  readonly id: string;
  /** running: its process is alive; cut off: it is not, and the next run will adopt what was saved; unread: see `why`. */
  readonly state: 'whole' | 'incomplete' | 'running' | 'cut off' | 'unread';
  readonly run: Run | null;
  readonly verdict: Verdict['status'] | null;
  readonly scale: string | number | null;
  readonly why: string | null;
}

/**
 * The runs of a folder, newest first, those that are being written too. Each is read (a large one takes a tenth of a
 * second) when it is asked for. A folder that is not there has none.
 */
export async function* eachRun(root: string): AsyncGenerator<ListedRun> {
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found = names.flatMap((name) => {
    const id = isRunId(name) ? name : idOfPartial(name);
    return id === null ? [] : [{ id, name }];
  });
  found.sort((a, b) => (a.id < b.id ? 1 : -1));
  for (const { id, name } of found) yield await look(join(root, name), id, name !== id);
}

async function look(directory: string, id: string, partial: boolean): Promise<ListedRun> {
  const nothing = { id, run: null, verdict: null, scale: null, why: null };
  if (partial) {
    const owner = await readOwner(join(directory, files.owner));
    return { ...nothing, state: owner && isAlive(owner) ? 'running' : 'cut off' };
  }
  try {
    const { run, verdict, dataset } = await parseResult(directory);
    return {
      ...{ id, run, why: null, state: run.complete ? 'whole' : 'incomplete' },
      ...{ verdict: verdict.status, scale: dataset?.scale ?? null },
    };
  } catch (error) {
    return { ...nothing, state: 'unread', why: (error as Error).message };
  }
}
