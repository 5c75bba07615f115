import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usage } from '../config/fault.ts';
import { parseResult } from '../reports/read-run.ts';
import { runFolder } from '../reports/run-id.ts';
import { files } from '../reports/write-run.ts';

export interface Imported {
  readonly imported: readonly string[];
  /** Runs that the folder has already, with the same result. */
  readonly known: readonly string[];
  readonly damaged: readonly { readonly run: string; readonly why: string }[];
}

/**
 * Copies runs made elsewhere into the folder `root`: one run's directory, or a directory of several. One that cannot be
 * read is named and left out; what is there already stays as it is.
 * @throws Fault (usage) when there is no run at all
 */
export async function importFrom(from: string, root: string): Promise<Imported> {
  const candidates = await runsIn(from);
  const imported: string[] = [];
  const known: string[] = [];
  const damaged: { run: string; why: string }[] = [];
  await mkdir(root, { recursive: true });
  for (const directory of candidates) {
    try {
      const strange = await strangeIn(directory);
      if (strange !== undefined)
        throw usage(
          `${strange} is a link or no file: a run has none, and where it leads is not followed.`,
          'Who made it?',
        );
      const { run } = await parseResult(directory);
      const target = runFolder(root, run.id);
      if (await isSame(directory, target)) known.push(run.id);
      else if (await exists(target))
        damaged.push({ run: directory, why: `${run.id} is there already with another result.` });
      else {
        await copyWhole(directory, target, join(root, `.import-${run.id}`));
        imported.push(run.id);
      }
    } catch (error) {
      damaged.push({ run: directory, why: (error as Error).message });
    }
  }
  return { imported, known, damaged };
}

async function runsIn(from: string): Promise<string[]> {
  if (await exists(join(from, files.result))) return [from];
  const names = await readdir(from, { withFileTypes: true }).catch(() => null);
  if (names === null) throw usage(`There is no directory ${from}.`, 'Name a run, or a folder of runs.');
  const found = names
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(from, name));
  const withResult: string[] = [];
  for (const directory of found) if (await exists(join(directory, files.result))) withResult.push(directory);
  if (withResult.length === 0)
    throw usage(
      `${basename(from)} holds no run: no directory in it has a ${files.result}.`,
      'Name a run, or a folder of runs.',
    );
  return withResult.sort();
}

/** What is neither a file nor a folder in a run's directory: it could lead anywhere. */
async function strangeIn(directory: string): Promise<string | undefined> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const strange = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  return strange && join(strange.parentPath, strange.name);
}

/** A run is seen whole or not at all. */
async function copyWhole(from: string, to: string, partial: string): Promise<void> {
  await rm(partial, { recursive: true, force: true });
  await cp(from, partial, { recursive: true });
  await rename(partial, to);
}

async function isSame(a: string, b: string): Promise<boolean> {
  const read = (directory: string) => readFile(join(directory, files.result)).catch(() => null);
  const [x, y] = [await read(a), await read(b)];
  return x !== null && y !== null && x.equals(y);
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;
