import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Milliseconds, seconds } from '../../config/units.ts';

export interface StopOptions {
  /** Asks the process to end. SIGINT is PostgreSQL's fast shutdown. */
  readonly signal?: NodeJS.Signals;
  /** After this it is killed with SIGKILL. */
  readonly deadline?: Milliseconds;
}

/** Ends a child of ours and resolves when it is gone. A child that has ended already is no error. */
export async function stopChild(child: ChildProcess, options: StopOptions = {}): Promise<void> {
  const { signal = 'SIGINT', deadline = seconds(20) } = options;
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref(); // a held child was unreferenced: without this Node could end before it does
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
  await gone;
  clearTimeout(timer);
}

/**
 * Ends a process that is not our child, by its pid. `isOurs` is asked before each signal, so that a pid that was
 * given to another process meanwhile is never hit. Resolves when it is gone or no longer ours.
 */
export async function stopProcess(
  pid: number,
  isOurs: () => boolean,
  options: StopOptions = {},
): Promise<void> {
  const { signal = 'SIGINT', deadline = seconds(20) } = options;
  send(pid, isOurs, signal);
  const end = performance.now() + deadline;
  while (isOurs() && performance.now() < end) await sleep(20);
  send(pid, isOurs, 'SIGKILL');
  for (let i = 0; i < 250 && isOurs(); i++) await sleep(20);
}

function send(pid: number, isOurs: () => boolean, signal: NodeJS.Signals): void {
  try {
    if (isOurs()) process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
