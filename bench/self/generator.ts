import { benchmarkGenerator } from '../../generators/benchmark/benchmark.ts';
import { connect } from '../../infra/topology/session.ts';
import type { SelfTest } from './goal.ts';
import { findPgbench } from './pgbench.ts';

/** The data generator against the server's own COPY, pgbench -i and a naive loop. */
export const generator: SelfTest = async ({ topology, database, progress, signal }) => {
  const url = topology.get('primary').url('admin', database);
  const pgbench = findPgbench();
  return await benchmarkGenerator(() => connect(url, 'olympus-self'), {
    ...{ url, progress, signal },
    ...(pgbench !== undefined && { pgbench }),
  });
};
