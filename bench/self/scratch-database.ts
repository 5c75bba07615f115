import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { migrate } from '../../migrations/runner.ts';
import { makeEmptyDatabase } from '../own-database.ts';

/**
 * A migrated database without data beside the one that is measured, on the primary and on replicas that follow.
 * Disposing it drops it.
 */
export async function scratchDatabase(
  topology: Topology,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<AsyncDisposable & { readonly name: string }> {
  const primary = topology.get('primary');
  const { database: name, ...made } = await makeEmptyDatabase(primary, 'olympus_self');
  try {
    {
      await using session = await connect(primary.url('admin', name), 'olympus-self');
      await migrate(session, { progress });
    }
    for (const replica of ['replica1', 'replica2'] as const) {
      const endpoint = topology.find(replica);
      if (endpoint) await followed(endpoint, name, signal);
    }
    return { name, ...made };
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits until the replica has the database. */
async function followed(replica: Endpoint, name: string, signal: AbortSignal): Promise<void> {
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
