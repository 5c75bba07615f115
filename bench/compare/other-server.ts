import { missing, usage } from '../../config/fault.ts';
import { readMark } from '../../generators/load/dataset.ts';
import { seed } from '../../generators/seed.ts';
import { startLocal } from '../../infra/local/local.ts';
import { databaseName } from '../../infra/local/login.ts';
import { binariesOf } from '../../infra/local/postgres-version.ts';
import { cacheFolder } from '../../infra/setup/cache-folder.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { migrate } from '../../migrations/runner.ts';
import type { Setting } from '../measure.ts';

export interface OtherServer {
  readonly topology: Topology;
  readonly database: string;
}

/**
 * A server of another PostgreSQL, with the schema and the data set of the base: pages cannot be copied between
 * versions, so the same generator writes the same rows again, and the digests are compared afterwards as always. It ends
 * with `made`.
 * @throws Fault when the base holds no complete data set, or has appended days
 */
export async function otherServer(
  made: AsyncDisposableStack,
  { topology, database, progress, signal }: Setting,
  postgres: string,
): Promise<OtherServer> {
  const mark = await markOf(topology, database);
  const cache = cacheFolder();
  const bin = await binariesOf(postgres, { cache, progress, signal });
  const other = made.use(
    await startLocal({
      cache,
      name: 'compare',
      lifetime: 'tied',
      parts: ['primary'],
      postgres: bin,
      progress,
      signal,
    }),
  );
  const url = other.get('primary').url('admin', databaseName);
  {
    await using session = await connect(url, 'olympus-compare');
    await migrate(session);
  }
  progress.note(
    `Loading the same data into ${other.get('primary').version}: pages cannot be copied between versions.`,
  );
  await seed(() => connect(url, 'olympus-compare'), {
    scale: { name: mark.scale, ...mark.counts },
    seed: mark.seed,
    progress,
    signal,
  });
  return { topology: other, database: databaseName };
}

async function markOf(topology: Topology, database: string) {
  await using session = await connect(topology.get('primary').url('admin', database), 'olympus-compare');
  const mark = await readMark(session);
  if (mark?.state !== 'ready')
    throw missing(
      'The base holds no complete data set that could be made again.',
      'Make one: ./olympus seed.',
    );
  if (mark.appended > 0)
    throw usage(
      'The base has appended days, which another server is not filled with.',
      'Compare versions on a data set without them: another --seed or --scale.',
    );
  return mark;
}
