import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Session } from '../../infra/topology/session.ts';

export const cores = availableParallelism();

/**
 * CPU seconds that the server's sessions of this application name have used so far; 0 when there are none, null when
 * their processes are not on this machine.
 */
export async function backendSeconds(session: Session, applicationName: string): Promise<number | null> {
  const { rows } = await session.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
    [applicationName],
  );
  let sum = 0;
  for (const { pid } of rows) {
    try {
      const [command, scheduled] = await Promise.all([
        readFile(`/proc/${pid}/comm`, 'utf8'),
        readFile(`/proc/${pid}/schedstat`, 'utf8'),
      ]);
      if (!command.startsWith('postgres')) return null;
      sum += Number(scheduled.split(' ')[0]) / 1e9; // nanoseconds on a CPU (Documentation/scheduler/sched-stats)
    } catch {
      return null;
    }
  }
  return sum;
}
