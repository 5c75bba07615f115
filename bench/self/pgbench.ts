import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { runChild } from '../../infra/process/run-child.ts';
import { findProgram } from '../../infra/setup/program.ts';

/** One run of `pgbench -S -M prepared`, the reference. */
export interface PgbenchRun {
  readonly rate: number;
  readonly cpuMicroseconds: number;
}

/** pgbench from PATH or from where Debian puts it (the newest version), or undefined. */
export function findPgbench(): string | undefined {
  const onPath = findProgram('pgbench');
  if (onPath) return onPath;
  const folder = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a));
    for (const version of versions) {
      const found = findProgram('pgbench', join(folder, version, 'bin', 'pgbench'));
      if (found) return found;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** Rows of pgbench's own table at scale 5. */
export const accounts = 500_000;

export async function fillPgbench(pgbench: string, url: string, signal: AbortSignal): Promise<void> {
  const ended = await runChild(pgbench, ['-i', '-s', String(accounts / 100_000), '-q'], {
    signal,
    env: environmentOf(url),
  });
  if (ended.code !== 0) throw failed(ended.last);
}

/** Selects by primary key on `connections` connections for `length` seconds; its CPU time is what the shell saw. */
export async function runPgbench(
  pgbench: string,
  url: string,
  { connections, length, signal }: { connections: number; length: number; signal: AbortSignal },
): Promise<PgbenchRun> {
  const lines: string[] = [];
  const args = ['-S', '-M', 'prepared', '-n', '-c', String(connections), '-j', '1', '-T', String(length)];
  const ended = await runChild('sh', ['-c', '"$@"; code=$?; times; exit $code', 'sh', pgbench, ...args], {
    signal,
    env: environmentOf(url),
    onLine: (line) => lines.push(line),
  });
  const text = lines.join('\n');
  const rate = Number(/tps = ([\d.]+)/.exec(text)?.[1]);
  const processed = Number(/processed: (\d+)/.exec(text)?.[1]);
  const times = [...text.matchAll(/(\d+)m([\d.]+)s/g)].slice(2); // the children's, behind the shell's own
  const cpu = times.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
  if (ended.code !== 0 || !(rate > 0) || !(processed > 0)) throw failed(ended.last);
  return { rate, cpuMicroseconds: (cpu / processed) * 1e6 };
}

/** The connection in libpq's environment, so that the password is in no argument. */
function environmentOf(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    ...process.env,
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGOPTIONS: '-c search_path=public',
  };
}

const failed = (last: readonly string[]) =>
  missing(`pgbench failed: ${last.join('\n')}`, 'Run it by hand against the same server to see more.');
