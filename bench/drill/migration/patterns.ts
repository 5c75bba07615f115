import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MigrationFile, readMigrationFiles } from './migration-file.ts';

const folder = join(import.meta.dirname, 'patterns');

/** The specification's six changes without downtime, each in a safe and in an unsafe way. */
export const patterns = [
  'volatile-default',
  'not-null',
  'index',
  'rename',
  'type-change',
  'foreign-key',
] as const;

export const ways = ['safe', 'unsafe'] as const;

export async function patternFile(
  pattern: (typeof patterns)[number],
  way: (typeof ways)[number],
): Promise<MigrationFile> {
  const [file] = await readMigrationFiles(join(folder, `${pattern}.${way}.up.sql`));
  return file!;
}

/** The tables that they change. */
export const patternSetup = (): Promise<string> => readFile(join(folder, 'setup.sql'), 'utf8');
