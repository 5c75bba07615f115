import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../config/fault.ts';
import { checksum } from './checksum.ts';
import { type Header, readHeader } from './header.ts';

/** One file of a migration, read and its header understood. */
export interface Script {
  readonly file: string;
  readonly text: string;
  readonly header: Header;
}

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly up: Script;
  readonly down: Script;
  /** Of the up script. */
  readonly checksum: string;
}

export const defaultDirectory = join(import.meta.dirname, 'sql');
export const label = (version: number, name: string) => `${String(version).padStart(4, '0')}_${name}`;

const form = /^(?<version>\d{4})_(?<name>[a-z0-9_]+)\.(?<direction>up|down)\.sql$/;

/**
 * The migrations of a directory in order: NNNN_name.up.sql with NNNN_name.down.sql, numbered from 0001 without gaps.
 * @throws Fault (usage) naming the file or number that is wrong.
 */
export async function readMigrations(directory = defaultDirectory): Promise<Migration[]> {
  const files = (await list(directory)).filter((file) => file.endsWith('.sql')).sort();
  const pairs = new Map<string, { up?: Script; down?: Script }>();
  for (const file of files) {
    const parts = form.exec(file)?.groups;
    if (!parts)
      throw usage(
        `${join(directory, file)} is no migration's name.`,
        'Migrations are named NNNN_name.up.sql and NNNN_name.down.sql; names are of a-z, 0-9 and _.',
      );
    const key = `${parts.version}_${parts.name}`;
    const script = await readScript(directory, file);
    pairs.set(key, { ...pairs.get(key), [parts.direction as 'up' | 'down']: script });
  }
  const migrations = [...pairs].map(([key, { up, down }]) => complete(directory, key, up, down));
  checkNumbers(directory, migrations);
  return migrations;
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw usage(
      `Cannot read migrations of ${directory}.`,
      'Name a directory of NNNN_name.up.sql files.',
      error,
    );
  }
}

async function readScript(directory: string, file: string): Promise<Script> {
  const path = join(directory, file);
  const text = await readFile(path, 'utf8');
  return { file: path, text, header: readHeader(text, path) };
}

function complete(directory: string, key: string, up?: Script, down?: Script): Migration {
  if (!up || !down) {
    const absent = `${key}.${up ? 'down' : 'up'}.sql`;
    throw usage(`${join(directory, absent)} is missing.`, 'Every migration has an up and a down file.');
  }
  return {
    version: Number(key.slice(0, 4)),
    name: key.slice(5),
    up,
    down,
    checksum: checksum(up.text),
  };
}

function checkNumbers(directory: string, migrations: readonly Migration[]): void {
  for (const [index, { version, name }] of migrations.entries()) {
    const before = migrations[index - 1];
    if (before?.version === version)
      throw usage(
        `${directory} has two migrations ${label(version, name)} and ${label(version, before.name)} of one number.`,
        'Give the one that is not applied yet the next free number.',
      );
    if (version !== index + 1)
      throw usage(
        `${directory} has a gap: ${label(version, name)} comes where number ${String(index + 1).padStart(4, '0')} is due.`,
        'Number migrations without gaps; if a file is lost, get it back from Git.',
      );
  }
}
