import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { endpoints, isService } from '../endpoints/endpoints.ts';
import type { EndpointName, Login } from '../topology/endpoint.ts';
import { isTlsMode, tlsModes } from '../topology/tls.ts';
import type { ExternalEntry } from '../topology/topology-file.ts';
import { type Conninfo, hostsOf, isConninfo, readConninfo, uriOf } from './conninfo.ts';
import { resolveSecret } from './secret.ts';
import { withOptions } from './startup-options.ts';

/** Where an external endpoint is, with everything that a connection string must say. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Of PostgreSQL's URLs. */
  readonly database?: string;
  url(login: Login, database?: string): string;
}

const defaultPorts: Readonly<Record<string, number>> = {
  'redis:': 6379,
  'rediss:': 6379,
  'http:': 80,
  'https:': 443,
};

export interface PlaceOptions {
  /** Every session of PostgreSQL begins read-only. */
  readonly readOnly: boolean;
  /** Sessions in the primary's own database begin read-only, whatever may be made beside it. */
  readonly sourceReadOnly?: boolean;
  /** Roles as which a login acts that has no URL of its own; null: as itself. */
  readonly roles: Readonly<Record<'app' | 'owner', string | null>>;
  /** Of every session, in place of the login's own. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Which of several servers is meant, as libpq has it. */
const sessionAttributes = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttributes = (typeof sessionAttributes)[number];

export interface Places {
  /** In the order in which they are tried; of a service that is not PostgreSQL one. */
  readonly places: readonly [Place, ...Place[]];
  readonly attributes: SessionAttributes;
}

/**
 * @throws Fault (usage) for a connection that is none, that is another service's, or that is not encrypted without being
 * told so. None is ever repeated: it may hold a password.
 */
export function placesOf(name: EndpointName, entry: ExternalEntry, options: PlaceOptions): Places {
  if (isService(name)) return { places: [servicePlace(name, entry)], attributes: 'any' };
  const read = (text: string, option: string) => readPostgres(text, `${option} of ${name}`);
  const main = read(entry.url, 'url');
  const logins: Readonly<Partial<Record<Login, Conninfo>>> = {
    ...(entry.app && { app: read(entry.app, 'app') }),
    ...(entry.owner && { owner: read(entry.owner, 'owner') }),
  };
  const attributes = (main.target_session_attrs ?? 'any') as SessionAttributes;
  if (!sessionAttributes.includes(attributes))
    throw usage(`target_session_attrs of ${name} is none.`, `It takes ${sessionAttributes.join(', ')}.`);
  const isSource = (database: string | undefined) =>
    options.sourceReadOnly === true &&
    name === 'primary' &&
    (database === undefined || database === main.dbname);
  const hosts = hostsOf(main, `url of ${name}`);
  const places = hosts.map(
    ({ host, port }, i): Place => ({
      host,
      port,
      database: main.dbname!,
      url(login, database) {
        const info = logins[login] ?? main;
        const own = hostsOf(info, `${login} of ${name}`);
        const role = logins[login] || login === 'admin' ? null : options.roles[login];
        return uriOf(
          {
            ...info,
            ...(database !== undefined && { dbname: database }),
            ...withOptions(info.options, {
              ...((options.readOnly || isSource(database)) && { default_transaction_read_only: 'on' }),
              ...(role !== null && { role }),
              ...options.settings,
            }),
            sslmode: info.sslmode ?? entry.tls ?? 'verify-full',
            ...(entry.ca && { sslrootcert: entry.ca }),
          },
          own[i] ?? own[0]!,
        );
      },
    }),
  );
  places[0]!.url('app'); // options that contradict each other are an error before anything is connected to
  return { places: places as [Place, ...Place[]], attributes };
}

function readPostgres(text: string, what: string): Conninfo {
  const secret = resolveSecret(text, what);
  if (!isConninfo(secret))
    throw usage(
      `${what} is no connection to PostgreSQL: it begins with neither postgres:// nor a keyword like host=.`,
      'For example: postgres://user:password@host.example.com/olympus, or host=host.example.com dbname=olympus',
    );
  const info = readConninfo(secret, what);
  const mode = info.sslmode;
  if (mode !== undefined && !isTlsMode(mode))
    throw usage(`sslmode in ${what} is "${mode}", which is none.`, suggest(mode, tlsModes));
  const dbname = info.dbname ?? info.user; // as libpq has it
  if (!dbname)
    throw usage(
      `${what} names no database.`,
      'For example: postgres://user:password@host.example.com/olympus',
    );
  return { ...info, dbname };
}

function servicePlace(name: EndpointName, entry: ExternalEntry): Place {
  const url = parse(name, resolveSecret(entry.url, `url of ${name}`), 'url');
  requireEncrypted(name, url, entry);
  return { host: url.hostname, port: Number(url.port || defaultPorts[url.protocol]), url: () => url.href };
}

function parse(name: EndpointName, text: string, option: string): URL {
  const allowed = endpoints[name].schemes.map((scheme) => `${scheme}//`).join(' or ');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !endpoints[name].schemes.includes(url.protocol) || !url.hostname)
    throw usage(
      `${option} of ${name} is no URL that begins with ${allowed}.`,
      `For example: ${endpoints[name].schemes[0]}//user:password@host.example.com`,
    );
  return url;
}

/** PostgreSQL says it by sslmode; the services by their scheme. */
function requireEncrypted(name: EndpointName, { protocol }: URL, { tls, ca }: ExternalEntry): void {
  const [encrypted] = endpoints[name].schemes;
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
