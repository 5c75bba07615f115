import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import { newPasswords, newSecret, type Passwords } from './login.ts';

/** What a later command must know of a local topology; state.json (mode 0600), the only place with passwords. */
export interface LocalState {
  readonly version: 1;
  /** Folder of the PostgreSQL binaries. */
  readonly bin: string;
  readonly passwords: Passwords;
  /** Of cache, vector, olap and objects; a state of before they came has none. */
  secret?: string;
  /** The parts that it has, with their ports. */
  ports: Partial<Record<EndpointName, number>>;
  /** Parts that were ever to be started; a part is among them before its process is. */
  parts?: EndpointName[];
  /** Parts whose data directory is whole; another's is made anew at the next start. */
  finished: EndpointName[];
  /** Folder that the primary's WAL is archived into; absent: it is not archived. */
  archive?: string;
}

export const newState = (bin: string): LocalState => ({
  version: 1,
  bin,
  passwords: newPasswords(),
  secret: newSecret(),
  ports: {},
  finished: [],
});

const stateFile = (folder: string) => join(folder, 'state.json');

/** @throws Fault (component) when it cannot be read or is no state of ours. */
export function readState(folder: string): LocalState | undefined {
  const next = 'Remove it with `./olympus down --wipe local`, as the user who brought it up.';
  try {
    const state = JSON.parse(readFileSync(stateFile(folder), 'utf8')) as LocalState;
    if (state.version === 1 && state.passwords?.admin && state.ports && Array.isArray(state.finished))
      return state;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw missing(`${stateFile(folder)} cannot be read: ${(error as Error).message}`, next, error);
  }
  throw missing(`${stateFile(folder)} is not a state of this version.`, next);
}

export async function writeState(folder: string, state: LocalState): Promise<void> {
  const partial = `${stateFile(folder)}.partial`;
  await writeFile(partial, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, stateFile(folder));
}
