import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault, missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { fetchCompose, fetchedCompose } from '../setup/compose-plugin.ts';
import {
  engineEnvironment,
  enginePidFile,
  hasOwnEngine,
  installEngine,
  startEngine,
} from '../setup/own-engine.ts';
import { findProgram } from '../setup/program.ts';

/** A Docker engine that answers, and how to speak to it. */
export interface Engine {
  /** The command line's program. */
  readonly docker: string;
  /** Compose of version 2, as the start of a command line: `docker compose`, or a program of its own. */
  readonly compose: readonly [string, ...string[]];
  /** The engine's version, "28.5.1". */
  readonly version: string;
  /** Of an engine of our own. */
  readonly pidFile?: string;
}

const install =
  'Install it (Debian, Ubuntu: apt-get install docker.io; others: Docker Desktop or docs.docker.com/engine/install), or use --topology local, which needs none.';

/**
 * The engine that `docker` speaks to: DOCKER_HOST and contexts are its own business. Where none answers and we hold
 * one of our own, that one: from then on this process and its children speak to it.
 * @throws Fault (component) when there is no docker, no engine behind it, or no Compose, each with what to do.
 */
export async function findEngine(cache?: string): Promise<Engine> {
  const engine = await look(cacheFolder(cache));
  if (engine instanceof Fault) throw engine;
  return engine;
}

/**
 * As findEngine, but gets what is missing where that can be done without asking: Compose from the packages of Debian
 * into the cache, and as root on Debian an engine that `stopIdleEngine` ends.
 */
export async function ensureEngine(
  cache: string,
  work: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<Engine> {
  const found = await look(cache);
  if (!(found instanceof NoEngineFault) || !mayBeOurs(cache)) return withCompose(cache, found, work);
  const trouble = await installEngine('the topology in Docker', work);
  if (trouble !== undefined)
    throw missing(`${found.message} One of our own cannot be started: ${trouble}.`, found.next);
  const started = await startEngine(cache, 'held', work);
  if (started.trouble !== undefined) throw missing(started.trouble, found.next);
  await started[Symbol.asyncDispose](); // it stays; what ends is the lock on starting one
  return withCompose(cache, await look(cache), work);
}

/** As findEngine, but undefined when what was brought up is in an engine of ours that does not run. */
export async function findRunningEngine(cache: string): Promise<Engine | undefined> {
  const found = await look(cache);
  if (!(found instanceof Fault)) return found;
  if (found instanceof NoEngineFault && mayBeOurs(cache) && hasOwnEngine(cache)) return undefined;
  throw found;
}

/** Nothing answers: one of our own would do. */
class NoEngineFault extends Fault {}
/** Only Compose is missing. */
class NoComposeFault extends Fault {}

async function withCompose(
  cache: string,
  found: Engine | Fault,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<Engine> {
  if (!(found instanceof Fault)) return found;
  if (!(found instanceof NoComposeFault)) throw found;
  const trouble = await fetchCompose({ cache, progress, signal });
  if (trouble !== undefined) throw missing(`${found.message} It cannot be fetched: ${trouble}.`, found.next);
  return findEngine(cache);
}

/** An engine that the user names is theirs to start. */
const mayBeOurs = (cache: string): boolean =>
  process.env.DOCKER_HOST === undefined || process.env.DOCKER_HOST === engineEnvironment(cache).DOCKER_HOST;

async function look(cache: string): Promise<Engine | Fault> {
  const docker = findProgram('docker');
  if (!docker)
    return new NoEngineFault('component', 'Docker is not installed: there is no program docker.', install);
  const question = ['version', '--format', '{{.Server.Version}}'];
  const own = mayBeOurs(cache) && hasOwnEngine(cache) ? engineEnvironment(cache) : undefined;
  let answer = await ask(docker, question);
  if ('trouble' in answer && own) {
    answer = await ask(docker, question, { ...process.env, ...own });
    if ('said' in answer) Object.assign(process.env, own);
  }
  if ('trouble' in answer) return engineFault(answer.trouble);
  const compose = await findCompose(docker, cache);
  if (compose)
    return {
      docker,
      compose,
      version: answer.said,
      ...(own && process.env.DOCKER_HOST === own.DOCKER_HOST && { pidFile: enginePidFile(cache) }),
    };
  return new NoComposeFault(
    'component',
    'Docker has no Compose of version 2: neither `docker compose` nor `docker-compose` is one.',
    'Install the plugin: Debian 13 docker-compose, Ubuntu docker-compose-v2, Docker’s own packages docker-compose-plugin. Debian 12 has only version 1: there `./olympus up --topology docker` gets it from the packages of Debian 13.',
  );
}

function engineFault(trouble: string) {
  const where = process.env.DOCKER_HOST ? ` at DOCKER_HOST=${process.env.DOCKER_HOST}` : '';
  if (/permission denied/i.test(trouble))
    return missing(
      `The Docker engine${where} refuses this user: ${trouble}`,
      'Add yourself to its group (sudo usermod -aG docker $USER, then log in again), or use --topology local.',
    );
  return new NoEngineFault(
    'component',
    `No Docker engine answers${where}: ${trouble}`,
    'Start it (sudo systemctl start docker, or open Docker Desktop), or use --topology local, which needs none.',
  );
}

/** The first of them that is Compose 2, or undefined. */
export async function findCompose(docker: string, cache: string): Promise<Engine['compose'] | undefined> {
  const alone = findProgram('docker-compose');
  const candidates: [string, ...string[]][] = [
    [docker, 'compose'],
    ...(alone ? [[alone] as [string]] : []),
    [fetchedCompose(cache)],
  ];
  for (const [program, ...args] of candidates) {
    const answer = await ask(program, [...args, 'version', '--short']);
    if ('said' in answer && /^v?[2-9]\./.test(answer.said)) return [program, ...args];
  }
  return undefined;
}

type Answer = { readonly said: string } | { readonly trouble: string };

async function ask(program: string, args: readonly string[], env = process.env): Promise<Answer> {
  try {
    return { said: (await promisify(execFile)(program, args, { env, timeout: 20_000 })).stdout.trim() };
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return { trouble: stderr?.trim() || message };
  }
}

/** What a program printed on stdout. @throws Error with what it complained of on stderr. */
export async function output(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { env, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(stderr?.trim() || message);
  }
}

/** Major and minor of Compose's version. */
export async function composeVersion({ compose: [program, ...args] }: Engine): Promise<[number, number]> {
  const said = await output(program, [...args, 'version', '--short']);
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(said) ?? [];
  return [Number(major), Number(minor)];
}
