import { randomBytes } from 'node:crypto';
import { endpoints, isService } from '../endpoints/endpoints.ts';
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
  return { app: newSecret(), owner: newSecret(), admin: newSecret(), replication: newSecret() };
};

export const newSecret = (): string => randomBytes(24).toString('base64url');

export const localUrl = (user: string, password: string, port: number, database: string) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

/** What a state must hold to connect to its endpoints. */
export interface Secrets {
  readonly passwords: Passwords;
  readonly secret?: string;
}

export function localEndpoint(
  name: EndpointName,
  { pid, port, alsoPids }: { pid: number; port: number; alsoPids?: readonly number[] },
  version: string,
  { passwords, secret = '' }: Secrets,
): Endpoint {
  return {
    name,
    provider: 'local',
    version,
    host: '127.0.0.1',
    port,
    pid,
    ...(alsoPids && alsoPids.length > 0 && { alsoPids }),
    url: (login, database = databaseName) =>
      isService(name)
        ? endpoints[name].localUrl(secret, port)
        : localUrl(accounts[login], passwords[login], port, database),
  };
}
