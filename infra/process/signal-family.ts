import { childPids } from './child-pids.ts';

/** Sends a signal to a process and to what it forked; one that ended meanwhile is no error. */
export function signalFamily(pid: number, signal: NodeJS.Signals): void {
  for (const each of [pid, ...childPids(pid)])
    try {
      process.kill(each, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}
