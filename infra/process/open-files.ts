import { spawnSync } from 'node:child_process';

/**
 * The command line that raises the limit of open files and then becomes `command`. The soft limit cannot be set above
 * the hard one except by root; then the hard one, the nearest, is taken.
 */
export function withOpenFiles(limit: number | undefined, command: readonly string[]): [string, ...string[]] {
  if (limit === undefined) return command as [string, ...string[]];
  return ['sh', '-c', raise, 'sh', `${limit}`, ...command];
}

const raise = 'ulimit -n "$1" 2>/dev/null || ulimit -n "$(ulimit -Hn)" 2>/dev/null; shift; exec "$@"';

/** The most open files that this process may have and give; undefined when there is no limit. */
export function mostOpenFiles(): number | undefined {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  const limit = Number(stdout);
  return Number.isInteger(limit) && limit > 0 ? limit : undefined;
}
