import { randomBytes } from 'node:crypto';
import type { Endpoint, EndpointName, Login } from '../topology/endpoint.ts';

/** The roles of a local topology: the three that stages connect as, and the replicas'. */
export const accounts = {
  app: 'olympus_app_login',
  owner: 'olympus_owner_login',
  admin: 'olympus_admin',
  replication: 'olympus_replication',
} as const satisfies Record<Login | 'replication', string>;

export const databaseName = 'olympus';

export type Passwords = Readonly<Record<keyof typeof accounts, string>>;

/** 192 random bits each, in letters that need no escaping in a URL, a passfile or a configuration file. */
export const newPasswords = (): Passwords => {
  const password = () => randomBytes(24).toString('base64url');
  return { app: password(), owner: password(), admin: password(), replication: password() };
};

export const localUrl = (user: string, password: string, port: number, database: string) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

export function localEndpoint(
  name: EndpointName,
  { pid, port }: { pid: number; port: number },
  version: string,
  passwords: Passwords,
): Endpoint {
  return {
    name,
    provider: 'local',
    version,
    host: '127.0.0.1',
    port,
    pid,
    url: (login, database = databaseName) => localUrl(accounts[login], passwords[login], port, database),
  };
}
