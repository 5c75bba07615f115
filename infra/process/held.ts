import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { withOpenFiles } from './open-files.ts';
import type { Account } from './unprivileged.ts';

export interface HeldOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  /** An open file's descriptor that takes standard output and error. */
  readonly log: number;
  readonly user?: Account | undefined;
  /** Wanted limit of open files; the nearest that the machine allows is set. */
  readonly openFiles?: number | undefined;
}

/**
 * Starts a child that outlives us, in a session of its own. While we live it can be stopped with `stopChild`;
 * afterwards with `stopProcess`.
 */
export function spawnHeld(command: string, args: readonly string[], options: HeldOptions): ChildProcess {
  const { user, log } = options;
  const [file, ...rest] = withOpenFiles(options.openFiles, [command, ...args]);
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  child.unref();
  return child;
}
