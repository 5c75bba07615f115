import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { isMainThread } from 'node:worker_threads';
import { withOpenFiles } from './open-files.ts';
import type { Account } from './unprivileged.ts';

/** How a child learns of our death: the kernel tells it, or a shell does that watches a pipe of ours. */
export type Tie = 'setpriv' | 'watcher';

export interface TiedOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  /** stdin, stdout and stderr as in child_process; 'ignore' each by default. */
  readonly stdio?: readonly ('ignore' | 'pipe' | 'inherit' | number)[];
  readonly user?: Account | undefined;
  /** Sent to the child when we die. */
  readonly deathSignal?: 'QUIT' | 'TERM' | 'INT' | 'KILL';
  /** Wanted limit of open files; the nearest that the machine allows is set. */
  readonly openFiles?: number | undefined;
  readonly tie?: Tie;
}

/**
 * Starts a child that dies with us, even when we are killed with kill -9. Its pid is the command's own.
 *
 * It gets a session of its own, so that Ctrl-C at the terminal reaches us only and we stop things in order: whoever
 * starts it must also stop it (`stopChild`).
 *
 * The kernel's parent-death signal follows the thread that forked, so this must run on the main thread; and it is
 * cleared when the uid changes after it was set, so setpriv does both (prctl(2), PR_SET_PDEATHSIG).
 */
export function spawnTied(command: string, args: readonly string[], options: TiedOptions = {}): ChildProcess {
  if (!isMainThread)
    throw new Error('spawnTied follows the thread that calls it: call it on the main thread');
  const { user, deathSignal = 'QUIT', openFiles, tie = availableTie() } = options;
  const stdio = options.stdio ?? ['ignore', 'ignore', 'ignore'];
  const shared = { cwd: options.cwd, env: options.env ?? process.env, detached: true };
  if (tie === 'setpriv') {
    const identity = user ? ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups'] : [];
    const tied = ['--pdeathsig', deathSignal, '--', 'sh', '-c', unlessOrphan, 'sh', `${process.pid}`];
    const [file, ...rest] = withOpenFiles(openFiles, ['setpriv', ...identity, ...tied, command, ...args]);
    return spawn(file, rest, { ...shared, stdio: [...stdio] });
  }
  const [file, ...rest] = withOpenFiles(openFiles, ['sh', '-c', watch, 'sh', deathSignal, command, ...args]);
  const child = spawn(file, rest, {
    ...shared,
    ...(user && { uid: user.uid, gid: user.gid }),
    stdio: [...stdio, 'pipe'],
  });
  const lifeline = child.stdio[3];
  lifeline?.on('error', () => {});
  child.once('exit', () => lifeline?.destroy());
  return child;
}

/** If we died before setpriv spoke to the kernel, no signal will come: the child looks who its parent is. */
const unlessOrphan = '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"';

/**
 * The command takes the shell's place and keeps its pid. The watcher reads the pipe that we hold open (fd 3) and is
 * forked twice, so that the command does not find an unknown child of its own.
 */
const watch = `
signal=$1; shift
( ( trap '' INT TERM HUP QUIT; exec >/dev/null 2>&1 </dev/null; cat <&3; kill -s "$signal" $$ ) & )
exec 3<&-
exec "$@"
`;

let known: Tie | undefined;
/** setpriv of util-linux has --pdeathsig; busybox's has not, and macOS has none. */
function availableTie(): Tie {
  known ??= spawnSync('setpriv', ['--help'], { encoding: 'utf8' }).stdout?.includes('--pdeathsig')
    ? 'setpriv'
    : 'watcher';
  return known;
}
