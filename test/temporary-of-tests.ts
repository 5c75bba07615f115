import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server may take to end by itself before it is killed. Its data are removed anyway. */
const patience = 5000; // ms

/** The temporary directory of one run of the tests, with what they start in it. */
export interface TemporaryOfTests extends AsyncDisposable {
  readonly path: string;
  /** Ends what still runs there, and says what it was: a test that was cut off takes down nothing. */
  endAll(): Promise<string[]>;
}

/** Short, because the tests' own paths come behind it, and open to servers that run as another user. */
export async function temporaryOfTests(): Promise<TemporaryOfTests> {
  const path = mkdtempSync(join(tmpdir(), 'olt-'));
  await chmod(path, 0o755);
  const endAll = () => endProcesses(path);
  return {
    path,
    endAll,
    async [Symbol.asyncDispose]() {
      await endAll();
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function endProcesses(path: string): Promise<string[]> {
  const ended = new Set<string>();
  for (const end = performance.now() + 2 * patience; ; await sleep(100)) {
    const there = processesIn(path); // again: a command that is just starting servers starts more
    if (there.length === 0 || performance.now() > end) return [...ended];
    const signal = performance.now() > end - patience ? 'SIGKILL' : 'SIGINT'; // fast of PostgreSQL and PgBouncer
    for (const { pid, command } of there) {
      if (signal === 'SIGINT' && ended.has(command)) continue;
      ended.add(command);
      try {
        process.kill(pid, signal);
      } catch {} // it has ended
    }
  }
}

/** Those that name it in their command line, or whose temporary directory it is. */
function processesIn(path: string): { pid: number; command: string }[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .flatMap((pid) => {
      const command = read(pid, 'cmdline');
      const isThere = command.includes(path) || read(pid, 'environ').includes(`TMPDIR=${path}`);
      return isThere && command !== '' ? [{ pid, command }] : [];
    });
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return ''; // it has ended, or is somebody else's
  }
}
