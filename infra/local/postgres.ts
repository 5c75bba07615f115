import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { type Milliseconds, seconds } from '../../config/units.ts';
import type { EndpointName } from '../endpoints/endpoints.ts';
import { commandLine } from '../process/command-line.ts';
import { findProcess } from '../process/find-process.ts';
import { onPort, PortTaken } from '../process/ports.ts';
import { signalFamily } from '../process/signal-family.ts';
import { stopChild, stopProcess } from '../process/stop.ts';
import {
  giveTo,
  launch,
  logAdvice,
  logSize,
  logTail,
  partFolder,
  type Server,
  type Site,
} from './local-topology.ts';
import { postgresSettings, rewindable, settingsFile } from './postgres-settings.ts';

const readyWithin: Milliseconds = seconds(60);

/**
 * Starts a server on its data directory and waits until it takes connections. olympus.conf is written anew, so that
 * ports and settings are today's. A server that runs already is returned as it is.
 * @throws Fault (component) with the log's last lines when it ends; Fault (usage) when the named port is taken.
 */
export async function startPostgres(
  site: Site,
  part: EndpointName,
  options: {
    port?: number | undefined;
    settings?: Readonly<Record<string, string>>;
    /** How long until it takes connections: a recovery takes as long as its WAL. */
    readyWithin?: Milliseconds;
  },
): Promise<Server> {
  const folder = partFolder(site, part);
  const running = findPostmaster(folder);
  if (running) return { pid: running.pid, port: running.port, started: false };
  return onPort(options.port, part, async (port) => {
    await writeSettings(site, part, port, options.settings);
    const end = performance.now() + remainsGoneWithin;
    for (;;) {
      const pid = await launchPostgres(site, part, folder, {
        mayWait: () => performance.now() < end,
        within: options.readyWithin ?? readyWithin,
      });
      if (pid !== undefined) return { pid, port, started: true };
      await sleep(100);
    }
  });
}

/** olympus.conf, which a running server reads at its next reload. */
export async function writeSettings(
  site: Site,
  part: EndpointName,
  port: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = join(partFolder(site, part), 'olympus.conf');
  const all = {
    ...postgresSettings(),
    ...rewindable(site.build),
    cluster_name: part,
    ...settings,
    port: `${port}`,
  };
  await writeFile(file, settingsFile(all), { mode: 0o600 });
  await giveTo(site, file);
}

/** A killed server's process and shared memory are seen for a moment after it died, and refuse its successor. */
const remainsGoneWithin: Milliseconds = seconds(10);
const remains = /lock file "postmaster.pid" already exists|pre-existing shared memory block/;

/** Resolves with the pid when it takes connections; with undefined when remains are in the way and may go. */
async function launchPostgres(
  site: Site,
  part: EndpointName,
  folder: string,
  { mayWait, within }: { mayWait: () => boolean; within: Milliseconds },
): Promise<number | undefined> {
  site.signal.throwIfAborted();
  const logFrom = logSize(site, part);
  const child = launch(site, part, join(site.build.bin, 'postgres'), ['-D', folder]);
  try {
    await untilReady(site, folder, child, within);
    return child.pid;
  } catch (error) {
    await stopChild(child, { signal: 'SIGQUIT', deadline: seconds(5) });
    if (site.signal.aborted) throw site.signal.reason;
    const tail = logTail(site, part, logFrom);
    if (/could not bind .*Address already in use/.test(tail)) throw new PortTaken();
    if (remains.test(tail) && mayWait()) return undefined;
    throw missing(
      `PostgreSQL ${site.build.version} (${part}) did not start: ${(error as Error).message}\n${tail}`,
      logAdvice(site, part),
      error,
    );
  }
}

/** The postmaster says in line 8 of postmaster.pid when it takes connections, as pg_ctl reads it. */
async function untilReady(
  site: Site,
  folder: string,
  child: ChildProcess,
  within: Milliseconds,
): Promise<void> {
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once(
    'exit',
    (code, signal) => (ended = signal ? `it was ended by ${signal}` : `it ended with code ${code}`),
  );
  const end = performance.now() + within;
  while (performance.now() < end) {
    await sleep(10);
    site.signal.throwIfAborted();
    if (ended !== undefined) throw new Error(ended);
    const postmaster = readPostmaster(folder);
    if (postmaster?.pid === child.pid && postmaster?.ready) return;
  }
  throw new Error(`it took no connections within ${within / 1000} s`);
}

/**
 * Stops the server of a data directory, if one runs. 'fast' writes a checkpoint; 'immediate' does not, for data that
 * are removed anyway.
 */
export async function stopPostgres(folder: string, mode: 'fast' | 'immediate'): Promise<boolean> {
  const pid = findServer(folder);
  if (pid === undefined) return false;
  signalFamily(pid, 'SIGCONT'); // a drill that was killed may have left it stopped, and then no signal reaches it
  await stopProcess(pid, () => isPostmaster(pid, folder), {
    signal: mode === 'fast' ? 'SIGINT' : 'SIGQUIT',
    deadline: mode === 'fast' ? seconds(60) : seconds(5),
  });
  return true;
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The living postmaster of a data directory: postmaster.pid may be a leftover, and its pid another's by now. */
function findPostmaster(folder: string): Postmaster | undefined {
  const postmaster = readPostmaster(folder);
  return postmaster && isPostmaster(postmaster.pid, folder) ? postmaster : undefined;
}

function readPostmaster(folder: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The pid of the server of a data directory, also of one that has not written its postmaster.pid yet. */
export const findServer = (folder: string): number | undefined =>
  findPostmaster(folder)?.pid ?? findProcess((command) => command.endsWith(ending(folder)));

const ending = (folder: string) => ` -D ${folder}`;
const isPostmaster = (pid: number, folder: string) => commandLine(pid)?.endsWith(ending(folder)) ?? false;
