import type { Progress } from '../../config/progress.ts';
import { startLocal } from '../local/local.ts';
import type { Lifetime } from '../local/local-topology.ts';
import type { Topology } from '../topology/topology.ts';
import type { Manifest } from './manifest.ts';
import type { Recovery } from './recovery-target.ts';
import type { Repository } from './repository.ts';
import { type Restored, restoreData } from './restore-data.ts';

/** The name under which a restored server is held. */
export const restoredName = 'restored';

export interface RestoreOptions {
  readonly lifetime: Lifetime;
  readonly cache?: string | undefined;
  /** Folder of PostgreSQL's binaries; the usual ones when absent. */
  readonly postgres?: string | undefined;
  /** A free one when absent. */
  readonly port?: number | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A server of its own, on its own port and data, with what a backup and the WAL hold. Disposing the topology stops a tied one. */
export async function restoreServer(
  repository: Repository,
  recovery: Recovery<Manifest>,
  options: RestoreOptions,
): Promise<{ readonly topology: Topology; readonly restored: Restored; readonly tookMs: number }> {
  const started = performance.now();
  let restored: Restored | undefined;
  const topology = await startLocal({
    ...options,
    ...(options.port !== undefined && { ports: { primary: options.port } }),
    name: restoredName,
    parts: ['primary'],
    fill: async (site, state) => {
      restored = await restoreData(site, state, repository, recovery);
    },
  });
  return { topology, restored: restored!, tookMs: performance.now() - started };
}
