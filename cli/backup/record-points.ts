import { basename, dirname } from 'node:path';
import type { RestorePoint } from '../../infra/backup/manifest.ts';
import { addPoint, type Repository, repositoryOf } from '../../infra/backup/repository.ts';
import { ownPrimary } from '../../infra/local/own-primary.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { NamedPosition, OnRestorePoint } from '../../migrations/restore-point.ts';
import type { Context } from '../command.ts';

export async function recordPoint(repository: Repository, made: NamedPosition): Promise<RestorePoint> {
  const point = { ...made, at: made.at.toISOString() };
  await addPoint(repository, point);
  return point;
}

/** Writes restore points down beside the backups, where the primary is ours and its WAL is archived. */
export async function restorePointsOf(
  { cache, progress, signal }: Context,
  topology: Topology,
): Promise<OnRestorePoint | undefined> {
  const primary = topology.get('primary');
  if (primary.provider !== 'local') return undefined;
  const { state } = await ownPrimary(primary, { lifetime: 'held', cache, progress, signal });
  if (state.archive === undefined) return undefined;
  const cluster = dirname(state.archive); // …/SYSTEM/wal
  const repository = repositoryOf(dirname(cluster), basename(cluster));
  return async (point) => {
    await recordPoint(repository, point);
    progress.note(`restore point ${point.name} at ${point.lsn}`);
  };
}
