import { usage } from '../config/fault.ts';
import { reach, rightsOf } from '../infra/external/external.ts';
import { missingRights, type RightLevel, rights } from '../infra/external/rights.ts';
import { namedTopology } from '../infra/topology/named-topology.ts';
import type { Context } from './command.ts';

export interface RightRow {
  readonly right: string;
  readonly level: RightLevel;
  readonly ok: boolean;
  readonly why: string;
  readonly how: string;
}

/** Every right of docs/topology.md, and whether the primary's login has it. @throws Fault (usage) without a server of the user's */
export async function externalRights(
  { project }: Pick<Context, 'project'>,
  topology: string | undefined,
): Promise<RightRow[]> {
  const named = topology === undefined ? project.topology! : namedTopology(topology);
  const entry = named.entries.primary;
  if (entry?.provider !== 'external')
    throw usage(
      `${named.source} names no server of yours as primary, so there are no rights to look at.`,
      'Name a file whose primary has the provider external, or leave --topology out.',
    );
  // a shop's roles are made with its schema: before that there is nothing to act as
  const roles = project.data === 'asIs' ? project.roles : { app: null, owner: null };
  const { place } = await reach('primary', entry, { readOnly: true, roles });
  const missing = missingRights(await rightsOf(place, entry, roles));
  return rights.map(({ name, level }) => {
    const found = missing.find((one) => one.name === name);
    return { right: name, level, ok: !found, why: found?.why ?? '', how: found?.how ?? '' };
  });
}
