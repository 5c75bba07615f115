import type { EndpointName } from '../endpoints/endpoints.ts';

export type { EndpointName };
export type ProviderName = 'local' | 'docker' | 'external' | 'off';

/**
 * Who connects.
 * app: a member of olympus_app, row-level security applies.
 * owner: acts as olympus_owner (BYPASSRLS), owns every object.
 * admin: a superuser, for EXPLAIN's settings, statistics, clones.
 */
export type Login = 'app' | 'owner' | 'admin';
export const logins: readonly Login[] = ['app', 'owner', 'admin'];

/** A started endpoint. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly provider: Exclude<ProviderName, 'off'>;
  /** As the server reports it: "PostgreSQL 18.4", "PgBouncer 1.18.0". */
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** The database that holds the data, where it is not called `olympus`. */
  readonly database?: string;
  /** Connection string with password; never printed, logged or stored outside the 0600 state file. */
  url(login: Login, database?: string): string;
  /** Has the topology's own pooler close the sessions of a database that no client uses; absent where it has none. */
  closePooled?(database: string): Promise<void>;
  /** The process to watch for CPU, where it is ours. */
  readonly pid?: number;
  /** Its further processes, where it has several that are ours: the other nodes of a cluster. */
  readonly alsoPids?: readonly number[];
}

/** What a topology could not have, as data for the report. */
export interface Absent {
  readonly part: EndpointName;
  readonly why: string;
  readonly how: string;
}
