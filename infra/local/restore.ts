import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from '../process/lock.ts';
import { identifier } from '../topology/session.ts';
import { copyData, ofStopped } from './copy-data.ts';
import { entryFolder, examineEntry, lockFile, removeEntry, touch } from './kept.ts';
import { partFolder, type Site } from './local-topology.ts';
import { accounts } from './login.ts';
import { scramVerifier } from './scram.ts';
import { runSingleUser } from './single-user.ts';
import type { LocalState } from './state.ts';

/**
 * Makes the primary's data directory from what is kept under a key, with today's passwords, and says whether it did:
 * what is not whole, or cannot be used, is removed, with a note.
 */
export async function restoreData(
  site: Site,
  state: LocalState,
  cache: string,
  key: string,
): Promise<boolean> {
  const folder = entryFolder(cache, key);
  if (!existsSync(folder)) return false;
  using _own = await lock(lockFile(cache, key), site.signal);
  const entry = await examineEntry(folder);
  const target = partFolder(site, 'primary');
  try {
    if ('damage' in entry) throw new Error(entry.damage);
    await copyData(site, join(folder, 'data'), target, ofStopped);
    await runSingleUser(site, target, passwordCommands(state));
    touch(folder, new Date());
    site.progress.note(`starting from the kept data set of ${entry.label} (digest ${entry.digest})`);
    return true;
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    site.signal.throwIfAborted();
    site.progress.warn(`A kept data set cannot be used and is removed: ${(error as Error).message}`);
    await removeEntry(folder);
    return false;
  }
}

/** With verifiers: the passwords themselves are in state.json only. */
export const passwordCommands = ({ passwords }: LocalState): string[] =>
  (Object.keys(accounts) as (keyof typeof accounts)[]).map(
    (login) => `ALTER ROLE ${identifier(accounts[login])} PASSWORD '${scramVerifier(passwords[login])}'`,
  );
