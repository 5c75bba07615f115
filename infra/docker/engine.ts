import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { missing } from '../../config/fault.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { fetchedCompose } from '../setup/compose-plugin.ts';
import { findProgram } from '../setup/program.ts';

/** A Docker engine that answers, and how to speak to it. */
export interface Engine {
  /** The command line's program. */
  readonly docker: string;
  /** Compose of version 2, as the start of a command line: `docker compose`, or a program of its own. */
  readonly compose: readonly [string, ...string[]];
  /** The engine's version, "28.5.1". */
  readonly version: string;
}

const install =
  'Install it (Debian, Ubuntu: apt-get install docker.io docker-compose; others: Docker Desktop or docs.docker.com/engine/install), or use --topology local, which needs none.';

/**
 * The engine that `docker` speaks to: DOCKER_HOST and contexts are its own business.
 * @throws Fault (component) when there is no docker, no engine behind it, or no Compose, each with what to do.
 */
export async function findEngine(cache?: string): Promise<Engine> {
  const docker = findProgram('docker');
  if (!docker) throw missing('Docker is not installed: there is no program docker.', install);
  const answer = await ask(docker, ['version', '--format', '{{.Server.Version}}']);
  if ('trouble' in answer) throw engineFault(answer.trouble);
  const compose = await findCompose(docker, cacheFolder(cache));
  if (!compose)
    throw missing(
      'Docker has no Compose of version 2: neither `docker compose` nor `docker-compose` is one.',
      'Install the plugin (Debian 13: docker-compose; Ubuntu: docker-compose-v2; Docker’s packages: docker-compose-plugin).',
    );
  return { docker, compose, version: answer.said };
}

function engineFault(trouble: string) {
  const where = process.env.DOCKER_HOST ? ` at DOCKER_HOST=${process.env.DOCKER_HOST}` : '';
  if (/permission denied/i.test(trouble))
    return missing(
      `The Docker engine${where} refuses this user: ${trouble}`,
      'Add yourself to its group (sudo usermod -aG docker $USER, then log in again), or use --topology local.',
    );
  return missing(
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

async function ask(program: string, args: readonly string[]): Promise<Answer> {
  try {
    return { said: (await promisify(execFile)(program, args, { timeout: 20_000 })).stdout.trim() };
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
