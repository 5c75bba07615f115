import type { ChildProcess } from 'node:child_process';
import { commandLine } from './command-line.ts';

/** How a process that we started ended. */
export interface ProcessEnd {
  /** By performance.now(). */
  readonly at: number;
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const ends = new Map<number, ProcessEnd>();

/** Remembers how a child ends: whoever measures with it knows only its pid. */
export function noteEnd(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  ends.delete(pid); // of an earlier process with that pid
  child.once('exit', (code, signal) => ends.set(pid, { at: performance.now(), code, signal }));
}

/** How the child of this pid ended; undefined while it runs, and of a process that is no child of ours. */
export const endOf = (pid: number): ProcessEnd | undefined => ends.get(pid);

/** Whether a process of this pid runs, ours or not; a zombie does not. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || commandLine(pid) !== undefined;
}
