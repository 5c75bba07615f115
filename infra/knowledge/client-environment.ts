import { hostsOf, passwordOf, readConninfo } from '../external/conninfo.ts';

/** libpq's variables by the keyword of the connection. */
const variables = {
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  options: 'PGOPTIONS',
  channel_binding: 'PGCHANNELBINDING',
} as const;

/** A connection for PostgreSQL's own programs, in their environment: an argument would show its password to everybody. */
export function clientEnvironment(url: string): NodeJS.ProcessEnv {
  const info = readConninfo(url, 'the connection', {});
  const [server] = hostsOf(info, 'the connection');
  const password = passwordOf(info, server!);
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    PGHOST: server!.host,
    PGPORT: String(server!.port),
    ...Object.fromEntries(
      Object.entries(variables).flatMap(([keyword, variable]) =>
        info[keyword] === undefined ? [] : [[variable, info[keyword]]],
      ),
    ),
    ...(password !== undefined && { PGPASSWORD: password }),
    PGAPPNAME: 'olympus-knowledge',
  };
}

/** Whether a connection is refused where the server offers no encryption. */
export const mustEncrypt = (url: string): boolean =>
  ['require', 'verify-ca', 'verify-full'].includes(readConninfo(url, 'the connection', {}).sslmode ?? '');
