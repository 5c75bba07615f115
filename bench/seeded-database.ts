import type { Progress } from '../config/progress.ts';
import type { Scale } from '../generators/scales.ts';
import { seed } from '../generators/seed.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { migrate } from '../migrations/runner.ts';
import type { DatasetResult } from '../result/result.ts';
import { createEmptyDatabase, dropDatabase, dropLeftover } from './own-database.ts';

export interface SeededDatabase extends AsyncDisposable {
  readonly name: string;
  readonly dataset: DatasetResult;
}

/**
 * A migrated database of this name with a data set of its own, on the primary. What a killed run left behind under the
 * name is dropped first. Disposing it drops it.
 * @throws Fault (usage) when the name is taken by a database that we did not make.
 */
export async function seededDatabase(
  { topology, progress, signal }: { topology: Topology; progress: Progress; signal: AbortSignal },
  name: string,
  data: { readonly scale: string | Scale; readonly seed: number },
): Promise<SeededDatabase> {
  const primary = topology.get('primary');
  const control = () => connect(primary.url('admin', 'postgres'), 'olympus-seeded');
  const drop = async () => {
    await using last = await control();
    await dropDatabase(last, name);
  };
  {
    await using first = await control();
    await dropLeftover(first, name);
    await createEmptyDatabase(first, name);
  }
  try {
    const open = () => connect(primary.url('admin', name), 'olympus-seeded');
    {
      await using session = await open();
      await migrate(session, { progress });
    }
    const dataset = await seed(open, { ...data, progress, signal });
    return { name, dataset, [Symbol.asyncDispose]: drop };
  } catch (error) {
    await drop();
    throw error;
  }
}
