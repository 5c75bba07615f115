import { createInterface } from 'node:readline';
import { type Milliseconds, seconds } from '../../config/units.ts';
import { stopChild } from './stop.ts';
import { spawnTied, type TiedOptions } from './tied.ts';

export interface RunChildOptions
  extends Pick<TiedOptions, 'cwd' | 'env' | 'user' | 'openFiles' | 'deathSignal'> {
  readonly signal: AbortSignal;
  /** Called for each line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
  /** After an abort the child may take this long to end in order; then it is killed. */
  readonly patience?: Milliseconds;
}

/** How a child ended. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its output (at most 20). */
  readonly last: readonly string[];
}

/**
 * Runs a child to its end. It dies with us; an abort interrupts it, waits for its end and throws the signal's reason.
 * @throws Error when it cannot be started.
 */
export async function runChild(
  command: string,
  args: readonly string[],
  options: RunChildOptions,
): Promise<Ended> {
  const { signal, onLine, patience = seconds(10), ...rest } = options;
  signal.throwIfAborted();
  const child = spawnTied(command, args, { deathSignal: 'KILL', ...rest, stdio: ['ignore', 'pipe', 'pipe'] });
  const last: string[] = [];
  const take = (line: string) => {
    last.push(line);
    if (last.length > 20) last.shift();
    onLine?.(line);
  };
  for (const stream of [child.stdout!, child.stderr!]) createInterface({ input: stream }).on('line', take);
  const interrupt = () => void stopChild(child, { signal: 'SIGINT', deadline: patience });
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const ended = await new Promise<Omit<Ended, 'last'>>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve({ code, signal: by }));
    });
    signal.throwIfAborted();
    return { ...ended, last };
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}
