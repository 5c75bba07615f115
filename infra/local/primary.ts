import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import { runChild } from '../process/run-child.ts';
import { connect, identifier } from '../topology/session.ts';
import { archiveSettings } from './archive-settings.ts';
import {
  giveTo,
  makePrivateFolder,
  partFolder,
  type Server,
  type Site,
  serverEnvironment,
} from './local-topology.ts';
import { accounts, databaseName, localUrl } from './login.ts';
import { startPostgres, stopPostgres } from './postgres.ts';
import { scramVerifier } from './scram.ts';
import type { LocalState } from './state.ts';

/**
 * Starts the primary: on its data, or on a new cluster with the logins and the database where it has none.
 * `finished` is called when the data directory is whole.
 */
export async function runPrimary(
  site: Site,
  state: LocalState,
  finished: () => Promise<void>,
): Promise<Server> {
  const folder = partFolder(site, 'primary');
  const port = state.ports.primary;
  if (state.finished.includes('primary')) {
    requireSameMajor(site, folder);
    return startPostgres(site, 'primary', { port, settings: primarySettings(state) });
  }
  await stopPostgres(folder, 'immediate'); // of a start that was cut short
  await rm(folder, { recursive: true, force: true });
  await initialise(site, folder, state);
  const server = await startPostgres(site, 'primary', { port });
  await createLogins(server.port, state);
  await finished();
  return server;
}

/** On top of every server's: whether its WAL is archived. */
export const primarySettings = ({ archive }: Pick<LocalState, 'archive'>): Record<string, string> =>
  archive === undefined ? {} : archiveSettings(archive);

function requireSameMajor(site: Site, folder: string): void {
  const major = Number.parseInt(readFileSync(join(folder, 'PG_VERSION'), 'utf8'), 10);
  if (major !== site.build.major)
    throw usage(
      `${folder} holds data of PostgreSQL ${major}, and ${site.build.bin} is ${site.build.version}.`,
      'Remove the data with `./olympus down --wipe local`, or name the binaries of their version with OLYMPUS_PG_BIN.',
    );
}

/**
 * initdb with the admin's verifier (never the password), code point order on every version, and no sync: the first
 * checkpoint writes what matters.
 */
async function initialise(site: Site, folder: string, state: LocalState): Promise<void> {
  await makePrivateFolder(site, folder);
  const secret = join(site.folder, `initdb-${randomBytes(4).toString('hex')}`);
  const checksums = site.checksums === false && site.build.major >= 18 ? ['--no-data-checksums'] : [];
  const locale = site.build.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  try {
    await writeFile(secret, scramVerifier(state.passwords.admin), { mode: 0o600 });
    await giveTo(site, secret);
    const { code, last } = await runChild(
      join(site.build.bin, 'initdb'),
      [
        ...['-D', folder, '-U', accounts.admin, `--pwfile=${secret}`, '-A', 'scram-sha-256'],
        ...['--encoding=UTF8', '--locale=C', ...locale, ...checksums, '--no-sync', '--no-instructions'],
      ],
      { cwd: site.folder, env: serverEnvironment(site), user: site.account, signal: site.signal },
    );
    if (code !== 0)
      throw missing(
        `initdb of PostgreSQL ${site.build.version} failed: ${last.slice(-4).join('\n')}`,
        'Is there room on the disk, and do the binaries fit this machine? OLYMPUS_PG_BIN names others.',
      );
  } finally {
    await rm(secret, { force: true });
  }
  await appendFile(join(folder, 'postgresql.conf'), "\ninclude = 'olympus.conf'\n");
  await writeFile(join(folder, 'pg_hba.conf'), hostRules);
}

export const hostRules = `# Written by Olympus Bench: one way in, always with a password.
# TYPE  DATABASE     USER                  ADDRESS       METHOD
host    replication  ${accounts.replication}  127.0.0.1/32  scram-sha-256
host    all          all                   127.0.0.1/32  scram-sha-256
`;

/** Roles with verifiers, so that no password passes through a log or pg_stat_statements. */
async function createLogins(port: number, state: LocalState): Promise<void> {
  await using admin = await connect(localUrl(accounts.admin, state.passwords.admin, port, 'postgres'));
  for (const login of ['app', 'owner', 'replication'] as const) {
    const attributes = login === 'replication' ? 'LOGIN REPLICATION' : 'LOGIN';
    const verifier = scramVerifier(state.passwords[login]);
    await admin.query(`CREATE ROLE ${identifier(accounts[login])} ${attributes} PASSWORD '${verifier}'`);
  }
  await admin.query(`CREATE DATABASE ${identifier(databaseName)}`);
}
