import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../infra/topology/session.ts';
import type { Identity } from '../../../scenarios/identity.ts';
import { literal } from '../../postgres/prepared.ts';
import type { Attacker } from './attack.ts';

const id = (suffix: string) => `00000000-0000-4a00-8000-000000000${suffix}`;

/** What every text of the attacked tenant contains. */
export const mark = 'victimsecret';
export const victimOrganization = id('b01');
export const victimIdentity: Identity = { userId: id('b11'), organizationId: victimOrganization };

const idsOf = (tenant: 'a' | 'b', ...users: string[]) =>
  [...['01', '02', '03', '04', '05', '06', '07', '08'].map((kind) => `${tenant}${kind}`), ...users].map(id);
/** Every identifier of the attacked tenant's rows and users. */
export const victimIds: readonly string[] = idsOf('b', 'b11');
/** And of the attackers'. */
export const attackerIds: readonly string[] = idsOf('a', 'a11', 'a12', 'a13', 'a14', 'a15', 'a16');

const users: Readonly<Record<Attacker, string | null>> = {
  owner: 'a11',
  admin: 'a12',
  manager: 'a13',
  member: 'a14',
  viewer: 'a15',
  both: 'a16',
  former: 'c11',
  pending: 'c12',
  claimer: 'a11',
  noorg: 'a11',
  nobody: null,
};

/** Who this attacker says to be; empty where they say nothing. */
export function identityOfAttacker(as: Attacker): Identity {
  const user = users[as];
  const organization = { claimer: victimOrganization, noorg: '', nobody: '' }[as as string] ?? id('a01');
  return { userId: user === null ? '' : id(user), organizationId: organization };
}

/** What the attacks call by name, as it stands in the copy. */
export type Planted = ReadonlyMap<string, string>;

const sql = (file: string) => readFile(join(import.meta.dirname, file), 'utf8');

/** Makes both tenants in a copy of the database. */
export async function plant(admin: Session): Promise<Planted> {
  const answers = (await admin.query(await sql('plant.sql'))) as unknown as {
    rows: Record<string, string>[];
  }[];
  const { month, ordered_at, largest_org } = answers.at(-1)!.rows[0]!;
  const kinds = ['org', 'category', 'product', 'variant', 'location', 'level', 'order', 'item'];
  return new Map<string, string>([
    ...kinds.flatMap((kind, i): [string, string][] => [
      [`own_${kind}`, id(`a0${i + 1}`)],
      [`other_${kind}`, id(`b0${i + 1}`)],
    ]),
    ...(['own', 'other'] as const).map((whose): [string, string] => [`${whose}_order_at`, ordered_at!]),
    ['other_user', id('b11')],
    ['other_email', `${mark}-b11@victim.example`],
    ['other_slug', `${mark}-slug`],
    ['pending_user', id('c12')],
    ['former_user', id('c11')],
    ['missing', id('fff')],
    ['largest_org', largest_org!],
    ['month', month!],
  ]);
}

/** One text for all rows of the attacked tenant. */
export async function victimRows(admin: Session): Promise<string> {
  const { rows } = await admin.query<{ digest: string }>(await sql('victim-rows.sql'), [victimOrganization]);
  return rows[0]!.digest;
}

/**
 * The SQL with :name and {month} filled in, as it is typed.
 * @throws where it names what was not planted
 */
export function typed(text: string, planted: Planted, as: Attacker): string {
  const user = identityOfAttacker(as).userId;
  return text
    .replaceAll('{month}', planted.get('month')!)
    .replaceAll(/(?<![:\w]):([a-z]\w*)/g, (_, name: string) => {
      const value = name === 'own_user' ? user : planted.get(name);
      if (value === undefined)
        throw new Error(`the catalogue of attacks names :${name}, which nothing planted`);
      return literal(value);
    });
}
