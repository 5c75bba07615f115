import { seed } from '../../generators/seed.ts';
import { connect, identifier } from '../../infra/topology/session.ts';
import { migrate } from '../../migrations/runner.ts';
import type { SelfContext } from './goal.ts';

/** A database of its own with a data set, beside the self-test's empty one. Disposing it drops it. */
export async function seededDatabase(
  { topology, database, seed: number, progress, signal }: SelfContext,
  scale: 'tiny' | 'small',
): Promise<AsyncDisposable & { readonly name: string }> {
  const primary = topology.get('primary');
  const name = `${database}_${scale}`;
  const made = {
    name,
    async [Symbol.asyncDispose]() {
      await using control = await connect(primary.url('admin'), 'olympus-self');
      await control.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
    },
  };
  await made[Symbol.asyncDispose](); // what a killed run left behind
  try {
    await using control = await connect(primary.url('admin'), 'olympus-self');
    await control.query(`CREATE DATABASE ${identifier(name)} TEMPLATE template0 ENCODING 'UTF8'`);
    const open = () => connect(primary.url('admin', name), 'olympus-self');
    {
      await using session = await open();
      await migrate(session, { progress });
    }
    await seed(open, { scale, seed: number, progress, signal });
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}
