import type { Progress } from '../config/progress.ts';
import { isDenied } from '../infra/topology/denied.ts';
import type { Session } from '../infra/topology/session.ts';

/** A position in the WAL that a recovery can be told by its name. */
export interface NamedPosition {
  readonly name: string;
  readonly lsn: string;
  readonly at: Date;
  readonly timeline: number;
}

export type OnRestorePoint = (point: NamedPosition) => Promise<void>;

/**
 * Names the position before a migration in the WAL (the specification's B9), where WAL is archived; elsewhere no
 * recovery comes to it. Undefined where there is none.
 */
export async function markPosition(
  session: Session,
  name: string,
  progress: Progress,
): Promise<NamedPosition | undefined> {
  const { rows } = await session.query<{ archived: boolean }>(
    "SELECT current_setting('archive_mode') <> 'off' AND NOT pg_is_in_recovery() AS archived",
  );
  if (!rows[0]!.archived) return undefined;
  try {
    const { rows: made } = await session.query<Omit<NamedPosition, 'name'>>(
      `SELECT pg_create_restore_point($1)::text AS lsn, clock_timestamp() AS at, timeline_id AS timeline
         FROM pg_control_checkpoint()`,
      [name],
    );
    return { name, ...made[0]! };
  } catch (error) {
    if (!isDenied(error)) throw error;
    progress.warn(`No restore point ${name}: this login may not make one (${(error as Error).message}).`);
    return undefined;
  }
}
