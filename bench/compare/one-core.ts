import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import type { Connection } from '../../infra/topology/session.ts';

/**
 * Lets the server processes of these sessions run on one core, another one each round: what shares that core, or its
 * other hardware thread, then disturbs both sides and not the one that happens to run there. (Measured beside other
 * load: the slots' ratio spread by 1.5 % with it and by 7.4 % without.)
 * @returns false where it cannot: the processes are not on this machine, not ours to move, or there is no taskset
 */
export async function shareCore(
  endpoints: readonly Endpoint[],
  sessions: readonly Connection[],
  round: number,
): Promise<boolean> {
  if (!endpoints.every(({ provider, name }) => provider === 'local' && name !== 'pooler')) return false;
  try {
    const cores = coresOf(await readFile('/proc/self/status', 'utf8'));
    const core = cores[round % cores.length]!;
    for (const session of sessions)
      await promisify(execFile)('taskset', ['-cp', `${core}`, await pidOf(session)]);
    return true;
  } catch {
    return false; // no Linux, no util-linux, or processes of another account
  }
}

async function pidOf(session: Connection): Promise<string> {
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = String(rows[0]!.pid);
  if (!(await readFile(`/proc/${pid}/comm`, 'utf8')).startsWith('postgres'))
    throw new Error(`${pid} is no server process of this machine`);
  return pid;
}

/** "Cpus_allowed_list: 0-2,5" as [0, 1, 2, 5]. */
export function coresOf(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [from, to] = range.split('-').map(Number);
    return Array.from({ length: (to ?? from!) - from! + 1 }, (_, i) => from! + i);
  });
}
