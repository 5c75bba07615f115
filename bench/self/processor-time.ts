import { readdir, readFile } from 'node:fs/promises';
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

/** CPU seconds that the programs which this process started, and which still run, have used so far; null: not told here. */
export async function childSeconds(): Promise<number | null> {
  try {
    const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
    const threads = await Promise.all(
      children
        .split(' ')
        .filter(Boolean)
        .map(async (pid) =>
          (await readdir(`/proc/${pid}/task`)).map((thread) => `/proc/${pid}/task/${thread}`),
        ),
    );
    const times = await Promise.all(threads.flat().map((path) => readFile(`${path}/schedstat`, 'utf8')));
    return times.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e9, 0);
  } catch {
    return null;
  }
}
