import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../config/progress.ts';
import { seconds } from '../../config/units.ts';
import { commandLine } from '../process/command-line.ts';
import { spawnHeld } from '../process/held.ts';
import { lock, tryLock } from '../process/lock.ts';
import { stopChild, stopProcess } from '../process/stop.ts';
import { spawnTied } from '../process/tied.ts';
import { fetchedCompose } from './compose-plugin.ts';
import { ensureDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';

/** A dockerd of our own: its data in the cache, a socket of its own, no part in the machine's start. */
const engineFolder = (cache: string) => join(cache, 'docker-engine');
/** Whether one ran here before: then it has data. */
export const hasOwnEngine = (cache: string): boolean => existsSync(join(engineFolder(cache), 'data'));
export const enginePidFile = (cache: string) => join(engineFolder(cache), 'dockerd.pid');

/** What a process must have in its environment to speak to it. */
export const engineEnvironment = (cache: string): Record<string, string> => ({
  DOCKER_HOST: `unix://${join(engineFolder(cache), 'docker.sock')}`,
  PATH: [process.env.PATH, dirname(fetchedCompose(cache))].join(delimiter),
});

/** Whether the engine that this environment leads to answers. */
export const engineAnswers = (environment: Readonly<Record<string, string>> = {}): boolean =>
  spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    env: { ...process.env, ...environment },
    timeout: 20_000,
  }).status === 0;

interface Work {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * What it takes to run one is installed, where that can be done without asking: as root, by apt-get.
 * Undefined when it is all there, else what stands in the way.
 */
export async function installEngine(why: string, work: Work): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'no Docker engine answers, and only root can start one here';
  const programs = { 'docker.io': 'dockerd', iptables: 'iptables' };
  const lacking = await ensureDebianPackages(
    Object.entries(programs).map(([name, provides]) => ({ package: name, provides, why })),
    work,
  );
  return lacking[0]?.why;
}

/** An engine that was started. Disposing it stops a tied one, and lets go of the lock on starts and stops. */
export interface StartedEngine extends AsyncDisposable {
  readonly trouble?: undefined;
}

/**
 * Starts it. tied: it ends with us, and nobody else starts or stops one meanwhile. held: it stays, until
 * `stopIdleEngine`.
 */
export async function startEngine(
  cache: string,
  lifetime: 'tied' | 'held',
  { progress, signal }: Work,
): Promise<StartedEngine | { readonly trouble: string }> {
  const folder = engineFolder(cache);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await using undo = new AsyncDisposableStack();
  undo.use(
    await lock(join(folder, 'lock'), signal, () =>
      progress.note('waiting for another process that starts, stops or has the engine'),
    ),
  );
  if (lifetime === 'held' && engineAnswers(engineEnvironment(cache))) return undo.move();
  progress.note(`starting a Docker engine of our own, because none answers (its data: ${folder})`);
  const logFile = join(folder, 'dockerd.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = launch(cache, lifetime, log);
  closeSync(log);
  await using failing = new AsyncDisposableStack();
  // it stops its containers and its containerd before it ends
  failing.defer(() => stopChild(child, { signal: 'SIGTERM', deadline: seconds(60) }));
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  const end = performance.now() + seconds(120); // only a hang: when it fails it ends
  while (!engineAnswers(engineEnvironment(cache))) {
    signal.throwIfAborted();
    if (ended || performance.now() > end)
      return {
        trouble: `dockerd does not start here: ${readFileSync(logFile, 'utf8').trim().split('\n').at(-1)}`,
      };
    await sleep(100);
  }
  const own = failing.move();
  if (lifetime === 'tied') undo.use(own);
  return undo.move();
}

function launch(cache: string, lifetime: 'tied' | 'held', log: number): ChildProcess {
  const folder = engineFolder(cache);
  const args = [
    ...['--host', engineEnvironment(cache).DOCKER_HOST!, '--data-root', join(folder, 'data')],
    ...['--exec-root', join(folder, 'run'), '--pidfile', enginePidFile(cache)],
    ...['--group', 'root', '--log-level', 'warn'],
  ];
  const env = { ...process.env, DOCKER_HOST: undefined };
  const program = findProgram('dockerd')!;
  return lifetime === 'held'
    ? spawnHeld(program, args, { log, env })
    : spawnTied(program, args, { stdio: ['ignore', log, log], deathSignal: 'TERM', env });
}

/** As long as it is not disposed, nobody takes the engine for idle. It vanishes with this process. */
export function useEngine(cache: string): Disposable {
  const folder = join(engineFolder(cache), 'users');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return tryLock(join(folder, `${process.pid}`)) ?? { [Symbol.dispose]() {} };
}

/** Stops our engine where it is held, nobody uses it and no container runs in it. Its images and volumes stay. */
export async function stopIdleEngine(cache: string, progress: Progress): Promise<void> {
  if (enginePid(cache) === undefined) return;
  using alone = tryLock(join(engineFolder(cache), 'lock'));
  if (!alone || inUse(cache)) return;
  const pid = enginePid(cache);
  if (pid === undefined || runsContainers(cache)) return;
  progress.note('stopping our Docker engine, which nothing uses');
  await stopProcess(pid, () => enginePid(cache) === pid, { signal: 'SIGTERM', deadline: seconds(60) });
}

function inUse(cache: string): boolean {
  const folder = join(engineFolder(cache), 'users');
  return readdirSync(folder).some((name) => {
    using free = tryLock(join(folder, name));
    return free === undefined;
  });
}

const runsContainers = (cache: string): boolean => {
  const { status, stdout } = spawnSync('docker', ['ps', '--quiet'], {
    env: { ...process.env, ...engineEnvironment(cache) },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return status !== 0 || stdout.trim() !== '';
};

/** A pid may be another's by now: ours names its folder in its command line. */
function enginePid(cache: string): number | undefined {
  try {
    const pid = Number(readFileSync(enginePidFile(cache), 'utf8'));
    return commandLine(pid)?.includes(engineFolder(cache)) ? pid : undefined;
  } catch {
    return undefined;
  }
}
