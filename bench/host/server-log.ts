import { closeSync, openSync, readlinkSync, readSync, statSync } from 'node:fs';

/** What a server has written to its log since it was first looked at. */
export interface ServerLog {
  /** The last reason for an end that stands there, without its time and process; undefined: none. */
  reason(): string | undefined;
}

/** So much of its end is read. */
const most = 256 * 1024;

/** The file behind a process' stderr, which is where servers of ours write their logs; undefined where that is no file. */
export function logOf(pid: number): ServerLog | undefined {
  try {
    const file = readlinkSync(`/proc/${pid}/fd/2`);
    const about = statSync(file);
    return about.isFile() ? { reason: () => lastReason(textFrom(file, about.size)) } : undefined;
  } catch {
    return undefined; // no /proc, another user's process, a pipe
  }
}

function textFrom(file: string, start: number): string {
  try {
    const { size } = statSync(file);
    const from = Math.max(start <= size ? start : 0, size - most); // a log that was begun anew is shorter
    const buffer = Buffer.alloc(size - from);
    const descriptor = openSync(file, 'r');
    try {
      return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, from));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return ''; // it was removed with the server's folder
  }
}

/** Pure: a panic, else the last that could not be done. What a session was refused is no reason for an end. */
export function lastReason(log: string): string | undefined {
  const lines = [...log.matchAll(/\b(PANIC|FATAL):\s+(.+)$/gm)].map(([, severity, text]) => ({
    severity,
    text,
  }));
  const last =
    lines.findLast(({ severity }) => severity === 'PANIC') ??
    lines.findLast(({ text }) => /^could not |out of memory/.test(text!));
  return last && `${last.severity}: ${last.text}`;
}
