import { usage } from '../../config/fault.ts';
import type { EndpointName, Login } from '../topology/endpoint.ts';
import type { ExternalEntry } from '../topology/topology-file.ts';
import { resolveSecret } from './secret.ts';

/** Where an external endpoint is, with everything that a connection string must say. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Of PostgreSQL's URLs. */
  readonly database?: string;
  url(login: Login, database?: string): string;
}

const schemes: Readonly<Record<EndpointName, readonly string[]>> = {
  primary: ['postgres:', 'postgresql:'],
  replica1: ['postgres:', 'postgresql:'],
  replica2: ['postgres:', 'postgresql:'],
  pooler: ['postgres:', 'postgresql:'],
  cache: ['rediss:', 'redis:'],
  cacheCluster: ['rediss:', 'redis:'],
  vector: ['https:', 'http:'],
  olap: ['https:', 'http:'],
  objects: ['https:', 'http:'],
};
const defaultPorts: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
  'http:': 80,
  'https:': 443,
};

export const isPostgres = (name: EndpointName): boolean => schemes[name][0] === 'postgres:';

/** The roles that the migrations make: a URL that logs in as somebody else acts as them. */
const roles: Readonly<Partial<Record<Login, string>>> = { app: 'olympus_app', owner: 'olympus_owner' };

export interface PlaceOptions {
  /** Every session of PostgreSQL begins read-only. */
  readonly readOnly: boolean;
}

/**
 * @throws Fault (usage) for a URL that is none, that is another service's, or that is not encrypted without being
 * told so. No URL is ever repeated: it may hold a password.
 */
export function placeOf(name: EndpointName, entry: ExternalEntry, { readOnly }: PlaceOptions): Place {
  const main = parse(name, resolveSecret(entry.url, `url of ${name}`), 'url');
  requireEncrypted(name, main, entry);
  const logins: Readonly<Partial<Record<Login, URL>>> = {
    ...(entry.app && { app: parse(name, resolveSecret(entry.app, `app of ${name}`), 'app') }),
    ...(entry.owner && { owner: parse(name, resolveSecret(entry.owner, `owner of ${name}`), 'owner') }),
  };
  return {
    host: main.hostname,
    port: Number(main.port || defaultPorts[main.protocol]),
    ...(isPostgres(name) && { database: decodeURIComponent(main.pathname.slice(1)) }),
    url(login, database) {
      const url = new URL(logins[login] ?? main);
      if (!isPostgres(name)) return url.href;
      if (database !== undefined) url.pathname = `/${encodeURIComponent(database)}`;
      const role = logins[login] ? undefined : roles[login];
      const options = [
        ...(readOnly ? ['-c default_transaction_read_only=on'] : []),
        ...(role ? [`-c role=${role}`] : []),
      ];
      if (options.length > 0) url.searchParams.set('options', options.join(' '));
      if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', entry.tls ?? 'verify-full');
      if (entry.ca) url.searchParams.set('sslrootcert', entry.ca);
      url.search = url.search.replaceAll('+', '%20'); // libpq takes no + for a space
      return url.href;
    },
  };
}

function parse(name: EndpointName, text: string, option: string): URL {
  const allowed = schemes[name].map((scheme) => `${scheme}//`).join(' or ');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !schemes[name].includes(url.protocol) || !url.hostname)
    throw usage(
      `${option} of ${name} is no URL that begins with ${allowed}.`,
      `For example: ${schemes[name][0]}//user:password@host.example.com${isPostgres(name) ? '/olympus' : ''}`,
    );
  if (isPostgres(name) && url.pathname.length < 2)
    throw usage(
      `${option} of ${name} names no database.`,
      'For example: postgres://user:password@host.example.com/olympus',
    );
  return url;
}

/** PostgreSQL says it by sslmode; the others by their scheme. */
function requireEncrypted(name: EndpointName, { protocol }: URL, { tls, ca }: ExternalEntry): void {
  if (isPostgres(name)) return;
  const [encrypted] = schemes[name];
  if (tls !== undefined && tls !== 'verify-full' && tls !== 'disable')
    throw usage(`tls of ${name} can be verify-full or disable.`, `${encrypted}// verifies the certificate.`);
  if (ca)
    throw usage(
      `ca of ${name} is for PostgreSQL only.`,
      'Name the authority to Node.js: export NODE_EXTRA_CA_CERTS=/path/ca.pem',
    );
  if (protocol !== encrypted && tls !== 'disable')
    throw usage(
      `url of ${name} is not encrypted (${protocol}//).`,
      `Use ${encrypted}//, or say that no encryption is wanted: tls: disable.`,
    );
}
