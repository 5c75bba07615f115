import { setTimeout as sleep } from 'node:timers/promises';
import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { migrate } from '../../migrations/runner.ts';
import { createEmptyDatabase, dropDatabase, dropLeftover } from '../own-database.ts';

const name = 'olympus_self';
const lock = `hashtextextended('olympus-bench self', 0)`;

/**
 * A migrated database without data beside the one that is measured, on the primary and on replicas that follow.
 * What a killed run left behind is dropped first. Disposing it drops it.
 * @throws Fault (usage) when another self-test uses it, or the name is taken by a database that we did not make.
 */
export async function scratchDatabase(
  topology: Topology,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<AsyncDisposable & { readonly name: string }> {
  const primary = topology.get('primary');
  const control = await connect(primary.url('admin'), 'olympus-self');
  let created = false;
  const made = {
    name,
    async [Symbol.asyncDispose]() {
      try {
        if (created) await dropDatabase(control, name);
      } finally {
        await control[Symbol.asyncDispose](); // lets go of the lock
      }
    },
  };
  try {
    const { rows } = await control.query<{ free: boolean }>(`SELECT pg_try_advisory_lock(${lock}) AS free`);
    if (!rows[0]!.free)
      throw usage('Another self-test runs on this server.', 'Wait for it to end, or stop it.');
  } catch (error) {
    await control[Symbol.asyncDispose]();
    throw error;
  }
  try {
    await dropLeftover(control, name);
    await createEmptyDatabase(control, name);
    created = true;
    {
      await using session = await connect(primary.url('admin', name), 'olympus-self');
      await migrate(session, { progress });
    }
    for (const replica of ['replica1', 'replica2'] as const) {
      const endpoint = topology.find(replica);
      if (endpoint) await followed(endpoint, signal);
    }
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits until the replica has the database. */
async function followed(replica: Endpoint, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    signal.throwIfAborted();
    try {
      await using _ = await connect(replica.url('admin', name), 'olympus-self');
      return;
    } catch {
      await sleep(100);
    }
  }
  throw missing(`${replica.name} does not follow the primary.`, 'See `./olympus status`.');
}
