import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { accounts, type Passwords } from '../local/login.ts';
import { poolerSettings } from '../local/pooler-settings.ts';
import { postgresSettings, settingsFile } from '../local/postgres-settings.ts';
import { identifier } from '../topology/session.ts';
import { type DockerState, writePrivate, writeReadable } from './state.ts';

/** Settings that a container needs otherwise than a process on 127.0.0.1; all others are those of the local provider. */
const containerSettings = (): Record<string, string> => ({
  ...postgresSettings(),
  listen_addresses: '*', // of the container; the host publishes it on 127.0.0.1
  unix_socket_directories: '/var/run/postgresql',
  hba_file: '/etc/olympus/pg_hba.conf',
});

/** The socket inside the container is for its health check; from outside always with a password. */
const hostRules = `# Written by Olympus Bench.
# TYPE  DATABASE     USER                  ADDRESS  METHOD
local   all          all                            trust
host    replication  ${accounts.replication}  samenet  scram-sha-256
host    all          all                   all      scram-sha-256
`;

/** Writes below `folder` what compose.yaml's configs and secrets name. */
export async function writeFiles(folder: string, state: DockerState): Promise<void> {
  for (const [file, text] of Object.entries(configs()))
    await writeReadable(join(folder, 'config', file), text);
  for (const [file, text] of Object.entries(secrets(state)))
    await writePrivate(join(folder, 'secrets', file), text);
}

/** The same in one folder, which stands in for both. */
export async function writeFlat(folder: string, state: DockerState): Promise<void> {
  for (const [file, text] of Object.entries(configs())) await writeReadable(join(folder, file), text);
  for (const [file, text] of Object.entries(secrets(state))) await writePrivate(join(folder, file), text);
}

const configs = (): Record<string, string> => ({
  'postgresql.conf': settingsFile(containerSettings()),
  'pg_hba.conf': hostRules,
  'pgbouncer.ini': poolerSettings({
    listen: '0.0.0.0',
    port: 6432,
    primaryHost: 'primary',
    primaryPort: 5432,
    folder: '/run/olympus',
    clients: 5000,
    minor: 24,
  }),
});

const secrets = ({ verifiers, passwords, secret }: DockerState): Record<string, string> => ({
  'admin.verifier': verifiers.admin,
  'logins.sql': loginStatements(verifiers),
  'replication.pgpass': `*:*:*:${accounts.replication}:${passwords.replication}\n`,
  'users.txt': userList(verifiers),
  'redis.conf': redisSettings(secret),
  'cache.password': secret,
  'qdrant.yaml': `service:\n  api_key: ${secret}\n`,
  'clickhouse-users.xml': clickhouseUsers(secret),
  'objects.secret': secret,
});

/** Run once by the new primary; a server that is given verifiers never sees a password, so neither can its log. */
const loginStatements = (verifiers: Passwords): string =>
  (['app', 'owner', 'replication'] as const)
    .map((login) => {
      const attributes = login === 'replication' ? 'LOGIN REPLICATION' : 'LOGIN';
      return `CREATE ROLE ${identifier(accounts[login])} ${attributes} PASSWORD '${verifiers[login]}';\n`;
    })
    .join('');

const userList = (verifiers: Passwords): string =>
  (['app', 'owner', 'admin'] as const)
    .map((login) => `"${accounts[login]}" "${verifiers[login]}"\n`)
    .join('');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** As the local provider's cache: it writes nothing to the disk, and forgets all when it ends. */
const redisSettings = (secret: string): string => `# Written by Olympus Bench.
bind 0.0.0.0
user default on #${sha256(secret)} ~* &* +@all
save ""
appendonly no
maxmemory 512mb
maxmemory-policy allkeys-lru
`;

const clickhouseUsers = (secret: string): string => `<clickhouse><users><default>
  <password remove="1"/>
  <password_sha256_hex>${sha256(secret)}</password_sha256_hex>
  <networks replace="1"><ip>::/0</ip></networks>
</default></users></clickhouse>
`;
