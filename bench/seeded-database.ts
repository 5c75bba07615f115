import type { Progress } from '../config/progress.ts';
import type { Scale } from '../generators/scales.ts';
import { seed } from '../generators/seed.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { migrate } from '../migrations/runner.ts';
import type { DatasetResult } from '../result/result.ts';
import { makeEmptyDatabase } from './own-database.ts';

export interface SeededDatabase extends AsyncDisposable {
  readonly name: string;
  readonly dataset: DatasetResult;
}

/** A migrated database with a data set of its own, on the primary, named by `stem` and this run. Disposing it drops it. */
export async function seededDatabase(
  { topology, progress, signal }: { topology: Topology; progress: Progress; signal: AbortSignal },
  stem: string,
  data: { readonly scale: string | Scale; readonly seed: number },
): Promise<SeededDatabase> {
  const primary = topology.get('primary');
  const { database: name, ...made } = await makeEmptyDatabase(primary, stem);
  try {
    const open = () => connect(primary.url('admin', name), 'olympus-seeded');
    {
      await using session = await open();
      await migrate(session, { progress });
    }
    const dataset = await seed(open, { ...data, progress, signal });
    return { name, dataset, ...made };
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}
