import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, missing } from '../../config/fault.ts';
import { embeddedPostgres } from '../setup/embedded-postgres.ts';
import type { Fetching } from '../setup/install-cached.ts';
import { findProgram } from '../setup/program.ts';

/** pg_dump and pg_restore of one build. */
export interface ClientPrograms {
  readonly pgDump: string;
  readonly pgRestore: string;
  readonly major: number;
}

/** The first whose pg_dump writes statistics (--statistics). */
const oldest = 18;

/**
 * pg_dump and pg_restore that can dump a server of this version, statistics included: those on PATH or of Debian's packages,
 * else those of the pinned Python package that the vector endpoint uses too.
 * @param encrypted the connection must be encrypted, which the Python package's programs cannot do
 * @throws Fault (component) with how to get them
 */
export async function findClientPrograms(
  server: number,
  encrypted: boolean,
  fetching: Fetching,
): Promise<ClientPrograms> {
  const wanted = Math.max(oldest, server);
  const installed = [findProgram('pg_dump'), ...debianPrograms()].flatMap((path) => programsOf(path) ?? []);
  const found = installed.find(({ major }) => major >= wanted);
  if (found) return found;
  const how = `Install PostgreSQL's client programs, ${wanted} or newer: apt-get install postgresql-client-${wanted} (Debian, with PostgreSQL's own package source).`;
  if (encrypted)
    throw missing(
      `A copy of the planner's knowledge needs pg_dump ${wanted} or newer for an encrypted connection, and this machine has none${seen(installed)}.`,
      how,
    );
  const fetched = programsOf(join(await embedded(fetching, how), 'pg_dump'));
  if (fetched && fetched.major >= wanted) return fetched;
  throw missing(
    `A copy of the planner's knowledge needs pg_dump ${wanted} or newer, and this machine has none${seen(installed)}.`,
    how,
  );
}

const seen = (installed: readonly ClientPrograms[]) =>
  installed.length === 0 ? '' : ` (it has ${installed.map(({ major }) => major).join(', ')})`;

async function embedded(fetching: Fetching, how: string): Promise<string> {
  try {
    return await embeddedPostgres(fetching);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw missing(`There is no pg_dump to take the planner's knowledge with: ${error.message}`, how, error);
  }
}

const debianFolder = '/usr/lib/postgresql';
const debianPrograms = () =>
  existsSync(debianFolder)
    ? readdirSync(debianFolder).map((major) => join(debianFolder, major, 'bin/pg_dump'))
    : [];

/** Undefined where the program does not run or pg_restore is not beside it. */
function programsOf(pgDump: string | undefined): ClientPrograms | undefined {
  if (pgDump === undefined || !existsSync(pgDump)) return undefined;
  const { stdout } = spawnSync(pgDump, ['--version'], { encoding: 'utf8' });
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1]);
  const pgRestore = join(dirname(pgDump), 'pg_restore');
  return major > 0 && existsSync(pgRestore) ? { pgDump, pgRestore, major } : undefined;
}
