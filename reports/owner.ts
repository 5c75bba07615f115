import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** The process that writes a run. A pid alone is used again; with its start time it names one process. */
export interface Owner {
  readonly pid: number;
  /** As the system tells it, with the boot's id; null where it does not tell. */
  readonly started: string | null;
}

export const owner = (pid = process.pid): Owner => ({ pid, started: startOf(pid) });

/** Whether this very process still runs. */
export function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return started === null || now === null ? true : started === now;
}

/** @returns the owner of a partial run, or null if the file says nothing that can be used. */
export async function readOwner(file: string): Promise<Owner | null> {
  try {
    const { pid, started } = JSON.parse(await readFile(file, 'utf8')) as Partial<Owner>;
    return Number.isInteger(pid) && pid! > 0 ? { pid: pid!, started: started ?? null } : null;
  } catch {
    return null;
  }
}

/** Field 22 of /proc/<pid>/stat (ticks since boot; proc(5)), after the parenthesised name that may hold anything. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return 'ended'; // a zombie runs no more
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return null;
  }
}
