import { mkdir, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import type { ObjectStore } from '../infra/services/object-store.ts';
import { getFolder, hasFolder, listFolders, putFolder } from '../infra/services/stored-folder.ts';
import { isRunId, runFolder } from './run-id.ts';

const nameOf = (id: string) => `runs/${id}`;

/**
 * Stores a finished run's directory under its id, once; machines that share the store share their history.
 * @returns false when it is stored already @throws Fault (usage) when another run has its id
 */
export const storeRun = (store: ObjectStore, directory: string): Promise<boolean> =>
  putFolder(store, nameOf(basename(directory)), directory);

/** Ids of the stored runs, the oldest first. */
export async function storedRuns(store: ObjectStore): Promise<string[]> {
  const names = await listFolders(store, 'runs/');
  return names
    .map((name) => name.slice('runs/'.length))
    .filter(isRunId)
    .sort();
}

/**
 * Brings a stored run, by its id or "latest", to `root`/<id>, and returns its id. One that is there is left as it is.
 * @throws Fault (usage) when the store has no such run, (component) when it is damaged
 */
export async function fetchRun(store: ObjectStore, root: string, which: string): Promise<string> {
  const here: string[] = await readdir(root).catch(() => []);
  const id = which === 'latest' ? (await storedRuns(store)).at(-1) : which;
  if (id === undefined) throw usage(`There is no run in ${store.url}.`, './olympus bench --store makes one.');
  if (here.includes(id)) return id;
  if (!isRunId(id) || !(await hasFolder(store, nameOf(id)))) {
    const known = (await storedRuns(store)).toReversed().slice(0, 5);
    throw usage(`${store.url} has no run "${which}".`, suggest(which, ['latest', ...known]));
  }
  await mkdir(root, { recursive: true });
  await getFolder(store, nameOf(id), runFolder(root, id));
  return id;
}
