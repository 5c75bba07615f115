/**
 * The command line that raises the limit of open files and then becomes `command`. The soft limit cannot be set above
 * the hard one except by root; then the hard one, the nearest, is taken.
 */
export function withOpenFiles(limit: number | undefined, command: readonly string[]): [string, ...string[]] {
  if (limit === undefined) return command as [string, ...string[]];
  return ['sh', '-c', raise, 'sh', `${limit}`, ...command];
}

const raise = 'ulimit -n "$1" 2>/dev/null || ulimit -n "$(ulimit -Hn)" 2>/dev/null; shift; exec "$@"';
