import type { Progress } from '../config/progress.ts';
import type { Scale } from '../generators/scales.ts';
import { seed } from '../generators/seed.ts';
import { connect, identifier } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { migrate } from '../migrations/runner.ts';
import type { DatasetResult } from '../result/result.ts';

export interface SeededDatabase extends AsyncDisposable {
  readonly name: string;
  readonly dataset: DatasetResult;
}

/**
 * A migrated database of this name with a data set of its own, on the primary. What a killed run left behind under the
 * name is dropped first. Disposing it drops it.
 */
export async function seededDatabase(
  { topology, progress, signal }: { topology: Topology; progress: Progress; signal: AbortSignal },
  name: string,
  data: { readonly scale: string | Scale; readonly seed: number },
): Promise<SeededDatabase> {
  const primary = topology.get('primary');
  const drop = async () => {
    await using control = await connect(primary.url('admin', 'postgres'), 'olympus-seeded');
    await control.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
  };
  await drop();
  try {
    await using control = await connect(primary.url('admin', 'postgres'), 'olympus-seeded');
    await control.query(`CREATE DATABASE ${identifier(name)} TEMPLATE template0 ENCODING 'UTF8'`);
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
