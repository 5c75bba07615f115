import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { missing } from '../config/fault.ts';

/** Counts up with schema.sql and with what is read of a result: an index of another version is built anew. */
const version = 2;
const schema = readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8');

export const indexName = '.history.sqlite';

/**
 * The index of a folder of runs. One that is damaged or of another version is made anew: nothing is in it that the run
 * directories do not say.
 */
export function openIndex(root: string): DatabaseSync {
  const file = join(root, indexName);
  try {
    return prepared(file);
  } catch {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
  }
  try {
    return prepared(file);
  } catch (error) {
    throw missing(
      `The index ${file} cannot be written: ${(error as Error).message}`,
      'Name a folder that can be written, with --out.',
      error,
    );
  }
}

function prepared(file: string): DatabaseSync {
  const index = new DatabaseSync(file, { timeout: 10_000 });
  try {
    index.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF'); // it can be built again
    const { user_version: found } = index.prepare('PRAGMA user_version').get() as { user_version: number };
    if (found === version) return index;
    if (found !== 0) throw new Error(`It has version ${found}.`);
    index.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version = ${version}; COMMIT`);
    return index;
  } catch (error) {
    index.close();
    throw error;
  }
}
