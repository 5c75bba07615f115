import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import type { ServiceName } from '../endpoints/endpoints.ts';
import { commandLine } from '../process/command-line.ts';
import { PortTaken } from '../process/ports.ts';
import { stopChild, stopProcess } from '../process/stop.ts';
import { type LaunchOptions, launch, logAdvice, logSize, logTail, type Site } from './local-topology.ts';

const readyWithin = seconds(120);

export interface Starting extends LaunchOptions {
  readonly command: string;
  /** One of them names `folder`, by which the process is recognised later. */
  readonly args: readonly string[];
  readonly folder: string;
  /** Whether it does its work; what it throws means not yet. */
  ready(): Promise<unknown>;
}

/**
 * Starts one process of a service and waits until it is ready. Its pid is kept in `folder`.
 * @throws Fault (component) with the log's end when it ends or is not ready in time; PortTaken.
 */
export async function startService(site: Site, part: ServiceName, starting: Starting): Promise<number> {
  const { command, args, folder, ready, ...options } = starting;
  site.signal.throwIfAborted();
  const logFrom = logSize(site, part);
  const child = launch(site, part, command, args, { cwd: folder, ...options });
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `it ended with ${code ?? signal}`));
  try {
    if (child.pid !== undefined) writeFileSync(pidFile(folder), `${child.pid}`); // at once: we may be killed
    const end = performance.now() + readyWithin;
    for (let last = ''; ; ) {
      site.signal.throwIfAborted();
      if (ended !== undefined) throw new Error(ended);
      try {
        await ready();
        if (ended === undefined) return child.pid!;
      } catch (error) {
        last = (error as Error).message;
      }
      if (performance.now() > end) throw new Error(`it was not ready within 120 s: ${last}`);
      await sleep(20);
    }
  } catch (error) {
    await stopChild(child, { signal: 'SIGTERM', deadline: seconds(1) });
    if (site.signal.aborted) throw site.signal.reason;
    const tail = logTail(site, part, logFrom);
    if (/already in use|EADDRINUSE/i.test(tail)) throw new PortTaken();
    throw missing(
      `${part} did not start: ${(error as Error).message}\n${tail}`,
      logAdvice(site, part),
      error,
    );
  }
}

const pidFile = (folder: string) => join(folder, 'pid');

/** The folders of a service's processes: its own, or node1, node2, ... below it. */
function processFolders(folder: string): string[] {
  try {
    const nodes = readdirSync(folder).filter((name) => /^node\d$/.test(name));
    return nodes.length > 0 ? nodes.map((name) => join(folder, name)) : [folder];
  } catch {
    return [];
  }
}

function pidIn(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile(folder), 'utf8'));
    return isOurs(pid, folder) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A pid may be another's by now: ours names its folder in its command line. */
const isOurs = (pid: number, folder: string) => commandLine(pid)?.includes(folder) ?? false;

/** The pids of a service all of whose processes live; empty of one that lacks any. */
export function servicePids(folder: string): number[] {
  const folders = processFolders(folder);
  const pids = folders.map(pidIn).filter((pid) => pid !== undefined);
  return pids.length === folders.length ? pids : [];
}

/** Stops what lives of a service, and says whether anything did. */
export async function stopService(folder: string): Promise<boolean> {
  const living = processFolders(folder).flatMap((each) => {
    const pid = pidIn(each);
    return pid === undefined ? [] : [{ pid, each }];
  });
  await Promise.all(
    living.map(({ pid, each }) =>
      stopProcess(pid, () => isOurs(pid, each), { signal: 'SIGTERM', deadline: seconds(5) }),
    ),
  );
  return living.length > 0;
}

/** A folder of a process that runs as we do. */
export async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}
