import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../config/fault.ts';
import { attachDocker } from '../infra/docker/docker.ts';
import { endpointNames } from '../infra/endpoints/endpoints.ts';
import { connectExternal } from '../infra/external/external.ts';
import { mayWrite, type Permission } from '../infra/external/permission.ts';
import { attachLocal } from '../infra/local/local.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import type { Absent, EndpointName } from '../infra/topology/endpoint.ts';
import { mergeTopologies } from '../infra/topology/merge.ts';
import { type NamedTopology, namedTopology } from '../infra/topology/named-topology.ts';
import { type MayWrite, Topology } from '../infra/topology/topology.ts';
import type { ExternalEntry } from '../infra/topology/topology-file.ts';
import type { Project } from '../project/project.ts';
import type { Context } from './command.ts';
import type { Holder } from './holder.ts';

/** What `up` holds: which topology, and what may be done to what of it is the user's. No secret is in it. */
export interface Held extends NamedTopology {
  readonly permission: Permission;
  /** Whose it is; unknown of one that was brought up by an older version. */
  readonly holder?: Holder | undefined;
}

const heldFile = (cache: string) => join(cache, 'held.json');
/** Whoever brings up or takes down what is held has this lock. */
export const heldLock = (cache: string) => `${heldFile(cache)}.lock`;

/** @throws Fault (component) when it cannot be read. */
export function readHeld(cache: string): Held | undefined {
  const file = heldFile(cache);
  if (!existsSync(file)) return undefined;
  try {
    const held = JSON.parse(readFileSync(file, 'utf8')) as Held;
    if (held.source && held.entries && held.permission) return held;
    throw new Error('it is not of this version');
  } catch (error) {
    throw missing(
      `${file}, which says what is up, cannot be read: ${(error as Error).message}`,
      'Take it down with `./olympus down`, and bring it up again.',
      error,
    );
  }
}

export async function writeHeld(
  cache: string,
  { source, explicit, entries, permission, holder }: Held,
): Promise<void> {
  const file = heldFile(cache);
  await writeFile(
    `${file}.partial`,
    `${JSON.stringify({ source, explicit, entries, permission, holder }, null, 2)}\n`,
  );
  await rename(`${file}.partial`, file);
}

export const forgetHeld = (cache: string): Promise<void> => rm(heldFile(cache), { force: true });

/** The endpoints that come from the user, by their names. */
export const externalEntries = ({ entries }: NamedTopology): Record<string, ExternalEntry> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([name, entry]) =>
      entry.provider === 'external' ? [[name, entry]] : [],
    ),
  );

/** The user's servers as a topology of their own. */
export async function externalTopology(
  context: Pick<Context, 'progress' | 'project'>,
  named: NamedTopology,
  { allowWrites }: Permission,
): Promise<Topology> {
  const entries = externalEntries(named);
  const { endpoints, absent } = await connectExternal({
    entries,
    allowWrites,
    schema: context.project.data === 'generated',
    roles: context.project.roles,
    progress: context.progress,
  });
  return new Topology(endpoints, absent, async () => {});
}

/** For the database of a primary that is the user's; one that is measured as it is is never filled. */
export function guardOf(
  named: NamedTopology,
  permission: Permission,
  project: Project,
): MayWrite | undefined {
  if (project.data === 'asIs') return async () => false;
  if (named.entries.primary?.provider !== 'external') return undefined;
  return (session) => mayWrite(session, permission);
}

/**
 * The topology that `up` holds, or undefined when its primary does not work. What it does not have is absent with
 * the command that adds it. Disposing it leaves it up.
 */
export async function attach({
  cache,
  progress,
  project,
}: Pick<Context, 'cache' | 'progress' | 'project'>): Promise<{ held: Held; topology: Topology } | undefined> {
  const held = readHeld(cacheFolder(cache)) ?? byDefault();
  const providers = new Set(Object.values(held.entries).map(({ provider }) => provider));
  const parts = [
    providers.has('docker') ? await attachDocker({ cache }) : undefined,
    providers.has('local') ? await attachLocal({ cache }) : undefined,
    providers.has('external')
      ? await externalTopology({ progress, project }, held, held.permission)
      : undefined,
  ].filter((part) => part !== undefined);
  const known = parts.flatMap(({ endpoints, absent }) => [
    ...endpoints.map(({ name }) => name),
    ...absent.map(({ part }) => part),
  ]);
  const absent = endpointNames.filter((name) => !known.includes(name)).map((name) => notUp(held, name));
  const topology = mergeTopologies(parts, absent, guardOf(held, held.permission, project), true);
  return topology.find('primary') ? { held, topology } : undefined;
}

/** A local topology of before this record was kept. */
const byDefault = (): Held => ({
  ...namedTopology('local'),
  permission: { allowWrites: false, notOurs: undefined },
});

function notUp({ entries, source }: Held, name: EndpointName): Absent {
  return entries[name] && entries[name].provider !== 'off'
    ? { part: name, why: 'it is not up', how: `Bring it up: ./olympus up --with ${name}` }
    : { part: name, why: 'it is off', how: `Name a provider for it in ${source}.` };
}
