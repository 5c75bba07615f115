import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Progress } from '../../config/progress.ts';
import type { Endpoint, Login } from '../../infra/topology/endpoint.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Environment } from '../../result/result.ts';
import { fingerprint, fingerprintInput } from './fingerprint.ts';
import { hostFacts } from './host.ts';

const settingsQuery = await readFile(join(import.meta.dirname, 'settings.sql'), 'utf8');

/** PgBouncer's settings that may change a figure. */
const poolerSettings = [
  'pool_mode',
  'auth_type',
  'default_pool_size',
  'min_pool_size',
  'reserve_pool_size',
  'max_client_conn',
  'max_db_connections',
  'max_user_connections',
  'max_prepared_statements',
  'query_wait_timeout',
  'server_idle_timeout',
  'server_lifetime',
  'server_reset_query',
  'server_reset_query_always',
  'so_reuseport',
  'pkt_buf',
  'listen_backlog',
  'client_tls_sslmode',
  'server_tls_sslmode',
];

export interface EnvironmentOptions {
  /** The dataset's digest; null when there is none. */
  readonly dataset: string | null;
  /** As k6 reports itself; null when it is not used. */
  readonly k6: string | null;
  readonly progress: Progress;
}

/**
 * Where the figures were taken: harness, machine, every endpoint with the settings that matter, and the fingerprint
 * over all of it and the dataset. An endpoint that does not tell its settings has none, and a warning says why.
 */
export async function environment(
  topology: Topology,
  database: string,
  { dataset, k6, progress }: EnvironmentOptions,
): Promise<Environment> {
  const endpoints = await Promise.all(
    topology.endpoints.map(async (endpoint) => ({
      name: endpoint.name,
      provider: endpoint.provider,
      version: endpoint.version,
      settings: await readSettings(endpoint, database).catch((error: Error) => {
        progress.warn(`The settings of ${endpoint.name} could not be read: ${error.message}`);
        return {};
      }),
    })),
  );
  const facts = {
    harness: { version: packageJson.version, commit: await commit(), node: process.version, k6 },
    host: hostFacts(),
    endpoints,
  };
  return { fingerprint: fingerprint(fingerprintInput(facts, dataset)), ...facts };
}

/** A PostgreSQL server's settings that may change a figure. */
export async function readServerSettings(session: Session): Promise<Record<string, string>> {
  const { rows } = await session.query<{ name: string; value: string }>(settingsQuery);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** The logins as which statements are measured: what ALTER ROLE ... SET gave them changes plans like a server's setting. */
const measured: readonly Login[] = ['app', 'owner'];

async function settingsAs(login: Login, endpoint: Endpoint, database: string) {
  await using session = await connect(endpoint.url(login, database));
  return await readServerSettings(session);
}

/** Those that the login has otherwise than the administrator. */
const ownSettings = (login: Login, own: Record<string, string>, server: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(own)
      .filter(([name, value]) => server[name] !== value)
      .map(([name, value]) => [`${name} of the login ${login}`, value]),
  );

async function readSettings(endpoint: Endpoint, database: string): Promise<Record<string, string>> {
  switch (endpoint.name) {
    case 'primary':
    case 'replica1':
    case 'replica2': {
      const settings = await settingsAs('admin', endpoint, database);
      for (const login of measured)
        Object.assign(settings, ownSettings(login, await settingsAs(login, endpoint, database), settings));
      return settings;
    }
    case 'pooler': {
      // PgBouncer's console takes the simple protocol only, which is what a query without values is sent by.
      await using console = await connect(endpoint.url('admin', 'pgbouncer'));
      const { rows } = await console.query<{ key: string; value: string | null }>('SHOW CONFIG');
      const known = rows.filter(({ key }) => poolerSettings.includes(key));
      return Object.fromEntries(known.map(({ key, value }) => [key, value ?? '']));
    }
    case 'cache':
    case 'cacheCluster':
    case 'vector':
    case 'olap':
    case 'objects':
      return {};
  }
}

/** The commit of this working copy, with "+" when files were changed; null outside of one. */
async function commit(): Promise<string | null> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: import.meta.dirname })).stdout.trim();
  try {
    return `${await git('rev-parse', 'HEAD')}${(await git('status', '--porcelain')) === '' ? '' : '+'}`;
  } catch {
    return null;
  }
}
