import { usage } from '../config/fault.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';

/** @throws Fault (usage) for a primary of the user's that is not to be changed. */
export async function requireWritable(topology: Topology): Promise<void> {
  if (!topology.mayWrite) return;
  await using session = await connect(topology.get('primary').url('admin'));
  if (await topology.mayWrite(session)) return;
  throw usage(
    'This database is marked as ours, on a server that is yours: without your word it is only read.',
    'Say it: --allow-writes',
  );
}
