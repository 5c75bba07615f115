import type { Session } from '../../infra/topology/session.ts';
import { ownersByIndex } from '../postgres/row-owner.ts';

/** An id that was seen, the tenant whose rows its reader may see, and the reader ('' for nobody). */
export type SeenId = readonly [id: string, tenant: string | null, user: string];

/**
 * How many of the ids an index finds, and how many of those their reader must not see: rows of another tenant; users who
 * are neither himself nor members of his tenant. The others are `waiting`.
 */
export async function foreignIds(
  everything: Session,
  seen: readonly SeenId[],
): Promise<{ known: number; foreign: number; waiting: SeenId[] }> {
  if (seen.length === 0) return { known: 0, foreign: 0, waiting: [] };
  const { owners, rest } = await ownersByIndex(
    everything,
    seen.map(([id]) => id),
  );
  const owned = seen.filter(([id]) => owners.has(id));
  const users = await foreignUsers(
    everything,
    seen.filter(([id]) => !owners.has(id) && !rest.has(id)),
  );
  return {
    known: owned.length + users.known,
    foreign: owned.filter(([id, tenant]) => owners.get(id) !== tenant).length + users.foreign,
    waiting: seen.filter(([id]) => rest.has(id)),
  };
}

async function foreignUsers(everything: Session, seen: readonly SeenId[]) {
  if (seen.length === 0) return { known: 0, foreign: 0 };
  const { rows } = await everything.query<{ known: number; foreign: number }>(
    `SELECT count(*)::int AS known,
            count(*) FILTER (WHERE seen.id::text <> seen.reader AND NOT EXISTS (
              SELECT FROM core.organization_members AS m
              WHERE m.organization_id = seen.tenant AND m.user_id = seen.id
                AND m.status = 'active' AND m.accepted_at IS NOT NULL))::int AS foreign
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS seen (id, tenant, reader)
     JOIN core.users AS u ON u.id = seen.id`,
    [seen.map(([id]) => id), seen.map(([, tenant]) => tenant), seen.map(([, , user]) => user)],
  );
  return rows[0]!;
}
