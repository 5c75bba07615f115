import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The arguments of a living process joined by spaces, or undefined when there is none with this pid (or a zombie). */
export function commandLine(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  if (!existsSync('/proc/self/cmdline')) {
    const { status, stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', `${pid}`], {
      encoding: 'utf8',
    });
    return status === 0 ? stdout.trim() : undefined;
  }
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return text === '' ? undefined : text; // a zombie has none
  } catch {
    return undefined;
  }
}
