import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { usage } from '../../config/fault.ts';
import { replaceFolder } from './replace-folder.ts';

/** A build of the schema: its migrations and its statements, as folders, and what identifies them. */
export interface Build {
  /** As the user named it. */
  readonly label: string;
  readonly digest: string;
  /** Of a Git revision. */
  readonly commit: string | null;
  readonly migrations: string;
  readonly statements: string;
}

const root = join(import.meta.dirname, '../..');
/** Where a working copy has them. */
const places = { migrations: 'migrations/sql', statements: 'scenarios/statements' } as const;

/** The build of this working copy. */
export const headBuild = async (): Promise<Build> => {
  const folders = { migrations: join(root, places.migrations), statements: join(root, places.statements) };
  return { label: 'head', digest: await digestOf(folders), commit: await revision('HEAD'), ...folders };
};

/**
 * The pinned control in `folder`. With `wanted`, a directory or a Git revision, that one is pinned from now on; without,
 * the one that is there, or this build as it is now.
 * @throws Fault (usage) for what is neither
 */
export async function pinnedControl(folder: string, wanted: string | undefined): Promise<Build> {
  const pinned = wanted === undefined ? await readPinned(folder) : null;
  if (pinned) return pinned;
  await replaceFolder(folder, async (fresh) => {
    const facts = await copyBuild(fresh, wanted);
    const folders = { migrations: join(fresh, 'migrations'), statements: join(fresh, 'statements') };
    const digest = await digestOf(folders);
    await writeFile(join(fresh, 'control.json'), JSON.stringify({ ...facts, digest }));
  });
  return (await readPinned(folder))!;
}

async function readPinned(folder: string): Promise<Build | null> {
  const text = await readFile(join(folder, 'control.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const folders = { migrations: join(folder, 'migrations'), statements: join(folder, 'statements') };
  try {
    const { label, commit, digest } = JSON.parse(text) as Pick<Build, 'label' | 'commit' | 'digest'>;
    if ((await digestOf(folders)) === digest) return { label, commit, digest, ...folders };
  } catch {} // told below
  throw usage(
    `The pinned control in ${folder} was changed.`,
    'Pin it again: --control DIR or --control REVISION.',
  );
}

async function copyBuild(target: string, wanted: string | undefined) {
  if (wanted !== undefined && (await isDirectory(wanted))) {
    for (const [what, from] of Object.entries(await foldersIn(wanted)))
      await cp(from, join(target, what), { recursive: true });
    return { label: wanted, commit: null };
  }
  const commit = await revision(wanted ?? 'HEAD');
  if (wanted === undefined) {
    for (const [what, place] of Object.entries(places))
      await cp(join(root, place), join(target, what), { recursive: true });
    return { label: 'this build, as it was when it was pinned', commit };
  }
  if (commit === null)
    throw usage(
      `There is neither a directory nor a Git revision "${wanted}".`,
      'For example: --control v1.2.0, --control HEAD~5, or a directory with migrations/sql.',
    );
  for (const [what, place] of Object.entries(places)) await extract(commit, place, join(target, what));
  return { label: wanted, commit };
}

/** A working copy, a folder with migrations/ and statements/, or migrations alone (the statements are then head's). */
async function foldersIn(directory: string): Promise<Record<keyof typeof places, string>> {
  const first = async (...candidates: string[]) => {
    for (const one of candidates) if (await isDirectory(join(directory, one))) return join(directory, one);
    return null;
  };
  const hasFiles = (await readdir(directory)).some((name) => /^\d{4}_\w+\.up\.sql$/.test(name));
  const migrations = hasFiles ? directory : await first('migrations/sql', 'migrations');
  if (migrations === null)
    throw usage(
      `${directory} holds no migrations.`,
      'Name a folder of NNNN_name.up.sql files, or a working copy.',
    );
  const statements = await first('scenarios/statements', 'statements');
  return { migrations: resolve(migrations), statements: statements ?? join(root, places.statements) };
}

async function extract(commit: string, place: string, target: string): Promise<void> {
  const files = (await git('ls-tree', '-r', '--name-only', commit, '--', place)).split('\n').filter(Boolean);
  if (files.length === 0)
    throw usage(`The revision ${commit.slice(0, 12)} has no ${place}.`, 'Name a later one.');
  for (const file of files) {
    const to = join(target, file.slice(place.length + 1));
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, await git('show', `${commit}:${file}`));
  }
}

/** The commit that a name stands for; null where there is none, or no Git. */
async function revision(name: string): Promise<string | null> {
  return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).then(
    (text) => text.trim(),
    () => null,
  );
}

/** Of this working copy. */
export const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 })).stdout;

async function digestOf(folders: Readonly<Record<keyof typeof places, string>>): Promise<string> {
  const hash = createHash('sha256');
  for (const what of ['migrations', 'statements'] as const) {
    const names = (await readdir(folders[what], { recursive: true })).filter((name) => name.endsWith('.sql'));
    for (const name of names.sort()) {
      const content = createHash('sha256').update(await readFile(join(folders[what], name)));
      hash.update(`${what}/${name} ${content.digest('hex')}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

const isDirectory = async (path: string) => (await stat(path).catch(() => null))?.isDirectory() ?? false;
