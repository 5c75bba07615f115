import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { lock } from '../process/lock.ts';
import { runChild } from '../process/run-child.ts';
import { cacheFolder } from './cache-folder.ts';
import { findGo } from './go.ts';

/** The Go module that is built. */
export const k6Module = join(import.meta.dirname, '..', 'k6');
/** What k6 must not do on its own: fetch other builds, report its use. */
export const k6Environment = { K6_AUTO_EXTENSION_RESOLUTION: 'false', K6_NO_USAGE_REPORT: 'true' } as const;
/** Builds that stay in the cache: this one and the one before. */
const kept = 2;

export interface FindK6Options {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Cache folder; the default one when absent. */
  readonly cache?: string | undefined;
}

/**
 * Path of a k6 that carries our module: $K6_BINARY, else the build of these sources in the cache, else a new build.
 * @throws Fault (component) when it cannot be built, with what is missing; (usage) when K6_BINARY lacks our module.
 */
export async function findK6({ progress, signal, cache }: FindK6Options): Promise<string> {
  const named = process.env.K6_BINARY;
  if (named) return checked(named);
  const folder = join(cacheFolder(cache), 'k6');
  const binary = join(folder, digestSources(k6Module), 'k6');
  if (used(binary)) return binary;
  await mkdir(folder, { recursive: true });
  using _one = await lock(join(folder, 'lock'), signal, () =>
    progress.note('waiting for another process that is building k6'),
  );
  if (used(binary)) return binary;
  await build(binary, { progress, signal, cache: cacheFolder(cache) });
  await prune(folder);
  return binary;
}

async function build(
  binary: string,
  { progress, signal, cache }: { progress: Progress; signal: AbortSignal; cache: string },
): Promise<void> {
  const go = await findGo({ cache, progress, signal });
  if (go.kind === 'absent') throw missing(`k6 with our module cannot be built: ${go.why}.`, go.how);
  progress.note(
    `building k6 with our PostgreSQL module by Go ${go.version}, because the cache has no build of these sources (about two minutes, once)`,
  );
  const folder = await mkdtemp(join(cache, 'k6', 'build-'));
  const started = performance.now();
  let downloaded = 0;
  try {
    const ended = await runChild(go.path, ['build', '-trimpath', '-o', join(folder, 'k6'), '.'], {
      cwd: k6Module,
      // CGO_ENABLED=0: no C compiler is needed, and the build is the same on every machine
      env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' },
      signal,
      onLine: (line) => {
        if (line.startsWith('go: downloading')) downloaded += 1;
      },
    });
    if (ended.code !== 0) {
      throw missing(
        `go build ended with ${ended.code ?? ended.signal}:\n${ended.last.join('\n')}`,
        'Is the Go module proxy (GOPROXY) reachable, and is there room on the disk? Or set K6_BINARY.',
      );
    }
    await rename(folder, join(binary, '..'));
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const modules = downloaded > 0 ? `, ${downloaded} modules downloaded` : '';
    progress.note(`k6 is built, in ${seconds} s${modules}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Marks a build as used, so that pruning spares it. */
function used(binary: string): boolean {
  if (!existsSync(binary)) return false;
  const now = new Date();
  utimesSync(join(binary, '..'), now, now);
  return true;
}

async function prune(folder: string): Promise<void> {
  const builds = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{16}$/.test(name) || name.startsWith('build-'))
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of builds.slice(kept)) await rm(path, { recursive: true, force: true });
}

/** Changes with anything that goes into the binary. */
export function digestSources(module: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(module, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /^go\.(mod|sum)$|\.go$/.test(entry.name) && !entry.name.endsWith('_test.go'),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${relative(module, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function checked(binary: string): string {
  const { stdout, error } = spawnSync(binary, ['version'], {
    encoding: 'utf8',
    env: { ...process.env, ...k6Environment },
  });
  if (!error && stdout.includes('k6/x/olympus')) return binary;
  throw usage(
    `K6_BINARY is ${binary}, which ${error ? `cannot be run: ${error.message}` : 'lacks the module k6/x/olympus'}.`,
    'Build one with `go build -trimpath` in infra/k6, or unset K6_BINARY.',
  );
}
