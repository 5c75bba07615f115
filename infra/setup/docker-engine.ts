import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../config/progress.ts';
import { seconds } from '../../config/units.ts';
import { lock } from '../process/lock.ts';
import { stopChild } from '../process/stop.ts';
import { spawnTied } from '../process/tied.ts';
import { cacheFolder } from './cache-folder.ts';
import { fetchCompose, fetchedCompose } from './compose-plugin.ts';
import { ensureDebianPackages } from './debian.ts';
import { findProgram } from './program.ts';

/** An engine for the time of a test run. Disposing it ends what was started for it. */
export interface TestEngine extends AsyncDisposable {
  /** What a process must have in its environment to speak to it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Why there is none, and how to get one. */
export interface NoEngine {
  readonly why: string;
  readonly how: string;
}

interface Work {
  readonly cache?: string | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * The engine that answers, else one of our own: it has its data in the cache, a socket of its own, and ends with us.
 * What it takes is installed where that can be done without asking (as root, by apt-get).
 */
export async function engineForTests({ cache: named, ...work }: Work): Promise<TestEngine | NoEngine> {
  const cache = cacheFolder(named);
  const none = (why: string): NoEngine => ({
    why,
    how: 'Install Docker with Compose 2 and start it (Debian: apt-get install docker.io docker-compose), then run the tests again.',
  });
  if (answers() && hasCompose()) return { environment: {}, async [Symbol.asyncDispose]() {} };
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return none('no Docker engine answers, and only root can start one here');
  const why = 'the topology in Docker is tested for real';
  const lacking = await ensureDebianPackages(
    ['dockerd', 'iptables', 'mmdebstrap'].map((provides) => ({
      package: provides === 'dockerd' ? 'docker.io' : provides,
      provides,
      why,
    })),
    work,
  );
  if (lacking[0]) return none(lacking[0].why);
  const trouble = hasCompose() ? undefined : await fetchCompose({ cache, ...work });
  if (trouble !== undefined) return none(`Docker Compose 2 is missing: ${trouble}`);
  return startEngine(
    cache,
    work,
    none,
    existsSync(fetchedCompose(cache)) ? dirname(fetchedCompose(cache)) : undefined,
  );
}

const answers = (environment: NodeJS.ProcessEnv = process.env): boolean =>
  spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { env: environment, timeout: 20_000 })
    .status === 0;

const hasCompose = (): boolean =>
  [['docker', 'compose'], ['docker-compose']].some(([program = '', ...args]) =>
    /^v?[2-9]\./.test(
      spawnSync(program, [...args, 'version', '--short'], { encoding: 'utf8' }).stdout?.trim() ?? '',
    ),
  );

async function startEngine(
  cache: string,
  { progress, signal }: Omit<Work, 'cache'>,
  none: (why: string) => NoEngine,
  programs: string | undefined,
): Promise<TestEngine | NoEngine> {
  const folder = join(cache, 'docker-engine');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await using undo = new AsyncDisposableStack();
  undo.use(
    await lock(join(folder, 'lock'), signal, () =>
      progress.note('waiting for another run that has the engine'),
    ),
  );
  progress.note('starting a Docker engine of our own');
  const host = `unix://${join(folder, 'docker.sock')}`;
  const logFile = join(folder, 'dockerd.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawnTied(
    findProgram('dockerd')!,
    [
      ...['--host', host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run')],
      ...['--pidfile', join(folder, 'dockerd.pid'), '--group', 'root', '--log-level', 'warn'],
    ],
    { stdio: ['ignore', log, log], deathSignal: 'TERM', env: { ...process.env, DOCKER_HOST: undefined } },
  );
  closeSync(log);
  // it stops its containers and its containerd before it ends
  undo.defer(() => stopChild(child, { signal: 'SIGTERM', deadline: seconds(60) }));
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  const environment = {
    DOCKER_HOST: host,
    ...(programs !== undefined && { PATH: [programs, process.env.PATH].join(delimiter) }),
  };
  const end = performance.now() + seconds(120); // only a hang: when it fails it ends
  while (!answers({ ...process.env, ...environment })) {
    signal.throwIfAborted();
    if (ended || performance.now() > end) {
      const said = readFileSync(logFile, 'utf8').trim().split('\n').at(-1);
      return none(`dockerd does not start here: ${said}`);
    }
    await sleep(100);
  }
  const all = undo.move();
  return { environment, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
