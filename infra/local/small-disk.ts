import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { copyData, ofStopped } from './copy-data.ts';
import { giveTo, type Site } from './local-topology.ts';

/** Why a folder cannot be put on a small disk here; undefined where it can. */
export function smallDiskTrouble(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is a tmpfs, which only Linux has';
  if (process.getuid?.() !== 0) return 'mounting a small tmpfs needs root';
  return undefined;
}

/** The folder as it was on the large disk. */
const asideOf = (folder: string) => `${folder}.on-disk`;

const isMounted = (folder: string): boolean => mountsBelow(folder).includes(folder);

/** Mount points at or below a path, the innermost first. */
function mountsBelow(path: string): string[] {
  if (!existsSync('/proc/self/mounts')) return [];
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((point) => point === path || point.startsWith(`${path}/`))
    .sort((a, b) => b.length - a.length);
}

/** Lets go of what a dead drill mounted, so that the folder can be removed with what is in it. */
export function unmountBelow(path: string): void {
  for (const point of mountsBelow(path)) spawnSync('umount', ['-l', point]);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0)
    throw missing(
      `${command} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`,
      'A container needs the right to mount (CAP_SYS_ADMIN); leave this drill out, or run it on a machine of its own.',
    );
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? 4096 + statSync(join(entry.parentPath, entry.name)).size : 4096),
    0,
  );

/** Puts a folder of a stopped server on a tmpfs with so much room left. @throws Fault (component) where it may not */
export async function putOnSmallDisk(site: Site, folder: string, roomBytes: number): Promise<void> {
  const size = bytesIn(folder) + roomBytes;
  await rename(folder, asideOf(folder));
  try {
    await mkdir(folder, { mode: 0o700 });
    run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'olympus-drill', folder]);
    await giveTo(site, folder);
    await copyData(site, asideOf(folder), folder, ofStopped);
  } catch (error) {
    unmountBelow(folder);
    await rm(folder, { recursive: true, force: true });
    await rename(asideOf(folder), folder);
    throw error;
  }
}

/** Takes it back, with what the server wrote meanwhile. The server must not run. */
export async function takeOffSmallDisk(site: Site, folder: string): Promise<void> {
  if (!existsSync(asideOf(folder))) return;
  const back = `${folder}.back`;
  await rm(back, { recursive: true, force: true });
  if (isMounted(folder)) {
    await rm(ballastIn(folder), { force: true });
    await copyData(site, folder, back, ofStopped);
    run('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
    await rename(back, folder);
  } else {
    await rm(folder, { recursive: true, force: true }); // the mount never came about
    await rename(asideOf(folder), folder);
  }
  await rm(asideOf(folder), { recursive: true, force: true });
}

/** Takes up the room of a small disk. */
export const ballastIn = (folder: string): string => join(folder, 'olympus-drill-ballast');

/** The folders of a data directory that are on small disks. */
export const onSmallDisks = (data: string): string[] =>
  mountsBelow(data).filter((point) => existsSync(asideOf(point)));
