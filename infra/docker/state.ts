import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { newPasswords, newSecret, type Passwords } from '../local/login.ts';
import { scramVerifier } from '../local/scram.ts';
import type { EndpointName } from '../topology/endpoint.ts';

/** What a later command must know of a topology in Docker; state.json (mode 0600). */
export interface DockerState {
  readonly version: 1;
  readonly passwords: Passwords;
  /** Of the passwords: server and pooler must hold the same ones. */
  readonly verifiers: Passwords;
  /** Of cache, vector, olap and objects. */
  readonly secret: string;
  /** The parts that it has, with the ports on 127.0.0.1 that lead to them. */
  ports: Partial<Record<EndpointName, number>>;
  /** Of the second and third node of the Redis cluster. */
  clusterPorts: number[];
  /** Variables that name images: OLYMPUS_POSTGRES_IMAGE and the like, where they are not the default. */
  images: Record<string, string>;
}

export const newState = (): DockerState => stateWith(newPasswords(), newSecret());

/** Nothing started yet, with these passwords. */
export function stateWith(passwords: Passwords, secret: string): DockerState {
  const verifiers = Object.fromEntries(
    Object.entries(passwords).map(([login, password]) => [login, scramVerifier(password)]),
  );
  return {
    version: 1,
    passwords,
    verifiers: verifiers as Passwords,
    secret,
    ports: {},
    clusterPorts: [],
    images: {},
  };
}

const stateFile = (folder: string) => join(folder, 'state.json');

/** @throws Fault (component) when it cannot be read or is no state of ours. */
export function readState(folder: string): DockerState | undefined {
  const file = stateFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as DockerState;
    if (state.version === 1 && state.passwords?.admin && state.verifiers && state.secret && state.ports)
      return state;
    throw new Error('it is not a state of this version');
  } catch (error) {
    throw missing(
      `${file} cannot be read: ${(error as Error).message}`,
      'Remove the topology with `./olympus down --wipe docker`, as the user who brought it up.',
      error,
    );
  }
}

/** Written whole or not at all, readable by its owner only. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.partial`, text, { mode: 0o600 });
  await rename(`${file}.partial`, file);
}

/** A file without secrets, which the accounts inside the containers read. */
export async function writeReadable(file: string, text: string): Promise<void> {
  await writePrivate(file, text);
  await chmod(file, 0o644);
}

export const writeState = (folder: string, state: DockerState): Promise<void> =>
  writePrivate(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`);
