import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Queries that differ between versions: for each, the major versions from which a file is right, newest first. */
const files = {
  counters: [17, 15],
  io: [18, 16],
} as const;

/** The query for this major version; undefined where the version has no such view. */
export async function versionQuery(name: keyof typeof files, major: number): Promise<string | undefined> {
  const from = files[name].find((version) => version <= major);
  return from === undefined ? undefined : sqlFile(`${name}-${from}`);
}

export const sqlFile = (name: string): Promise<string> =>
  readFile(join(import.meta.dirname, `${name}.sql`), 'utf8');
