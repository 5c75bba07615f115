import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silent } from '../config/progress.ts';
import type { LocalOptions } from '../infra/local/local.ts';
import { findPostgres } from '../infra/local/postgres-build.ts';
import { commandLine } from '../infra/process/command-line.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';

/** A cache folder for tests of the local provider, with the build of the real cache (it is copied once). */
export async function testCache() {
  const cache = mkdtempSync(join(tmpdir(), 'olympus-local-'));
  chmodSync(cache, 0o755); // the servers' account has to pass
  const { bin } = await findPostgres(cacheFolder(), silent);
  const options = (changes: Partial<LocalOptions> = {}): LocalOptions => ({
    cache,
    name: 'bench',
    parts: ['primary'],
    lifetime: 'tied',
    progress: silent,
    signal: new AbortController().signal,
    postgres: bin,
    ...changes,
  });
  return { cache, options, [Symbol.dispose]: () => rmSync(cache, { recursive: true, force: true }) };
}

/** Topologies' folders in a cache. */
export const topologyFolders = (cache: string) =>
  readdirSync(join(cache, 'local'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(cache, 'local', entry.name));

/** Living processes that work in `folder` or name it, as "pid command line". */
export function processesIn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid, command: commandLine(Number(pid)) ?? '', cwd: workingFolder(pid) }))
    .filter(({ command, cwd }) => command.includes(folder) || cwd.startsWith(folder))
    .map(({ pid, command }) => `${pid} ${command}`);
}

const workingFolder = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
};

/** What is left of the processes in `folder` once they had two minutes to end: a busy machine takes many seconds. */
export async function lingering(folder: string): Promise<string[]> {
  for (const end = performance.now() + 120_000; processesIn(folder).length > 0; await sleep(20))
    if (performance.now() > end) break;
  return processesIn(folder);
}

/** Files below `folder` that hold one of the texts. */
export function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const content = statSync(path).size > 64 * 1024 ** 2 ? '' : readFileSync(path, 'latin1');
      return texts.some((text) => content.includes(text));
    });
}
