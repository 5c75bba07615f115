import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** An exclusive lock between processes. Disposing it frees it. */
export interface Lock extends Disposable {
  readonly file: string;
}

/**
 * Takes the lock on `file`, or returns undefined when another holder (process, or part of this one) lives.
 *
 * It is SQLite's lock on an empty database, that is the kernel's: it vanishes with its process, kill -9 included, so
 * no dead owner has to be recognised and no recycled pid can be mistaken for one.
 */
export function tryLock(file: string): Lock | undefined {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
  return { file, [Symbol.dispose]: () => database.close() };
}
const sqliteBusy = 5; // SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy

/** Waits for the lock; `onWait` is called once if another holds it. Throws the signal's reason when aborted. */
export async function lock(file: string, signal?: AbortSignal, onWait?: () => void): Promise<Lock> {
  for (let told = false; ; ) {
    signal?.throwIfAborted();
    const taken = tryLock(file);
    if (taken) return taken;
    if (!told) onWait?.();
    told = true;
    await sleep(50);
  }
}
