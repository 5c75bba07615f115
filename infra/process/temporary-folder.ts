import { mkdtempSync, readdirSync, renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { tryLock } from './lock.ts';

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

const lockIn = (folder: string) => join(folder, '.owner.lock');
const name = /^olympus-[a-z]+-run-\w{6}$/;

/**
 * A folder of this process alone below the temporary directory; disposing it removes it. Its lock is the kernel's: one
 * whose lock is free was left by a process that is dead, and is removed by the next that wants a folder. It gets its
 * name only when its lock is taken, so that no other takes it for a leftover before.
 * @param purpose lower-case letters
 */
export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  await removeAbandonedFolders();
  const unborn = mkdtempSync(join(tmpdir(), `.olympus-${purpose}-run-`)); // mode 0700
  const own = tryLock(lockIn(unborn))!; // the name is ours alone
  const path = join(tmpdir(), basename(unborn).slice(1));
  renameSync(unborn, path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      own[Symbol.dispose]();
    },
  };
}

/** Removes the folders of this user's dead processes, and returns them. */
export async function removeAbandonedFolders(parent = tmpdir()): Promise<string[]> {
  const removed: string[] = [];
  for (const entry of readdirSync(parent, { withFileTypes: true })) {
    const folder = join(parent, entry.name);
    if (!entry.isDirectory() || !name.test(entry.name) || !isOwn(folder)) continue;
    try {
      using dead = tryLock(lockIn(folder));
      if (!dead) continue;
      await rm(folder, { recursive: true, force: true });
      removed.push(folder);
    } catch {
      // Its owner removes it just now.
    }
  }
  return removed;
}

const isOwn = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
