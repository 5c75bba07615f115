import { join } from 'node:path';
import { accounts } from './login.ts';

/**
 * pgbouncer.ini's text. Transaction mode; verifiers instead of passwords (users.txt in `folder`); 50 server
 * connections a login and database, so that the three logins stay below PostgreSQL's max_connections; a client is
 * told in time when the primary is away. After every transaction the connection forgets what it was told
 * (docs/schema.md, "Through a pooler"): an identity, a cursor or a setting that a request left would be the next one's.
 * With it, named statements are followed from 1.22 on: 1.21 believes that what DISCARD ALL forgot is still prepared.
 */
export function poolerSettings(options: {
  port: number;
  /** Where it listens; 127.0.0.1 when absent. */
  listen?: string;
  /** 127.0.0.1 when absent. */
  primaryHost?: string;
  primaryPort: number;
  folder: string;
  /** Clients at once. */
  clients: number;
  /** 18 of PgBouncer 1.18: a setting that it does not know stops it. */
  minor: number;
}): string {
  return `[databases]
* = host=${options.primaryHost ?? '127.0.0.1'} port=${options.primaryPort}

[pgbouncer]
listen_addr = ${options.listen ?? '127.0.0.1'}
listen_port = ${options.port}
unix_socket_dir =
pidfile = ${join(options.folder, 'pgbouncer.pid')}
auth_type = scram-sha-256
auth_file = ${join(options.folder, 'users.txt')}
admin_users = ${accounts.admin}
pool_mode = transaction
server_reset_query = DISCARD ALL
server_reset_query_always = 1
max_client_conn = ${options.clients}
default_pool_size = 50
listen_backlog = 4096
query_wait_timeout = 30
server_connect_timeout = 5
server_login_retry = 1
server_tls_sslmode = disable
client_tls_sslmode = disable
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
${options.minor >= 22 ? 'max_prepared_statements = 200\n' : ''}`;
}
