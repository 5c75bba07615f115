import { existsSync } from 'node:fs';
import type { Progress } from '../../config/progress.ts';
import { type Milliseconds, seconds } from '../../config/units.ts';
import { runChild } from '../process/run-child.ts';
import { findProgram } from './program.ts';

export interface WantedPackage {
  readonly package: string;
  /** The program that tells whether it is here, wherever it came from; or a file, by its path. */
  readonly provides: string;
  /** What it is for: "the pooler endpoint". */
  readonly why: string;
}

/** A program that could not be had, and how the user gets it. */
export interface MissingPackage {
  readonly package: string;
  readonly why: string;
  readonly how: string;
}

/** One apt-get may take this long; then it is interrupted. */
const longest: Milliseconds = seconds(300);

/**
 * Installs what is missing, where that can be done without asking: as root, on a system with apt-get. Says each step
 * with its reason, and nothing when all is here. Returns what is still missing; only an abort throws.
 */
export async function ensureDebianPackages(
  wanted: readonly WantedPackage[],
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<MissingPackage[]> {
  const missing: MissingPackage[] = [];
  for (const entry of wanted) {
    if (isHere(entry.provides)) continue;
    signal.throwIfAborted();
    const trouble = await tryInstall(entry, progress, signal);
    if (trouble === undefined) continue;
    missing.push({
      package: entry.package,
      why: `${entry.provides} is not installed (${entry.why}): ${trouble}`,
      how: `sudo apt-get install ${entry.package} (Debian, Ubuntu), or your system's package of that name`,
    });
  }
  return missing;
}

const isHere = (provides: string): boolean =>
  provides.startsWith('/') ? existsSync(provides) : findProgram(provides) !== undefined;

/** What stood in the way, or undefined when the program is here now. */
async function tryInstall(
  { package: name, provides, why }: WantedPackage,
  progress: Progress,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!findProgram('apt-get')) return 'this system has no apt-get';
  if (process.getuid?.() !== 0) return 'only root may install it';
  progress.note(`installing ${name} by apt-get, for ${why}`);
  let trouble = 'apt-get does not know it';
  const known = (await apt('apt-cache', ['show', '--quiet=0', name], signal)) === undefined;
  if (known) trouble = (await install(name, signal)) ?? '';
  if (trouble !== '') {
    progress.note(`refreshing apt's lists, because ${trouble}`);
    trouble = (await apt('apt-get', [...options, 'update'], signal)) ?? (await install(name, signal)) ?? '';
  }
  if (trouble === '') await quieten(name, signal);
  if (isHere(provides)) return undefined;
  return trouble || `the package ${name} has no ${provides}`;
}

const options = [
  ...['-q', '-y', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=60'],
  ...['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20'],
];

const install = (name: string, signal: AbortSignal) =>
  apt('apt-get', [...options, '--no-install-recommends', 'install', name], signal);

/** A package that brings a service starts it, now and at each boot. Ours is started by us, with our configuration. */
async function quieten(name: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(`/etc/init.d/${name}`) && !existsSync(`/lib/systemd/system/${name}.service`)) return;
  await apt('invoke-rc.d', [name, 'stop'], signal);
  await apt('update-rc.d', [name, 'disable'], signal);
}

/** Runs one of apt's programs to its end. Undefined when it did its work, else what it complained of. */
async function apt(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { code, last } = await runChild(command, args, {
      // RUNLEVEL=1 tells invoke-rc.d that services are not to be started now (where there is no systemd)
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(longest)]),
      // Interrupted, apt-get lets dpkg finish the package it is at; killed, it would leave the system half done.
      deathSignal: 'INT',
      patience: seconds(60),
    });
    if (code === 0) return undefined;
    return last.findLast((line) => line.startsWith('E:'))?.slice(3) ?? `${command} ended with ${code}`;
  } catch (error) {
    signal.throwIfAborted();
    return `${command}: ${(error as Error).message}`;
  }
}
