import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';

/** A connection to PostgreSQL by libpq's keywords: host, port, dbname, user, password, sslmode, options, ... */
export type Conninfo = Readonly<Record<string, string>>;

/** libpq's environment variables and the keywords that they stand for. */
const variables = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGOPTIONS: 'options',
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
  PGPASSFILE: 'passfile',
} as const;

const isUri = /^postgres(ql)?:\/\//i;
const isKeywords = /^\s*\w+\s*=/;

/** Whether a text is one of libpq's two forms of a connection. */
export const isConninfo = (text: string): boolean => isUri.test(text) || isKeywords.test(text);

/**
 * Reads a connection as libpq does: a URI (one or several hosts, a socket's folder as `?host=`) or keywords and values;
 * what it leaves open comes from its service, then from the PG* variables.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 * @param what for messages: "url of primary"
 * @throws Fault (usage); the text is never repeated, because it may hold a password
 */
export function readConninfo(
  text: string,
  what: string,
  environment: NodeJS.ProcessEnv = process.env,
): Conninfo {
  const own = isUri.test(text) ? readUri(text, what) : readKeywords(text, what);
  const service = own.service ?? environment.PGSERVICE;
  requireKnown(own, what);
  const fromEnvironment = Object.entries(variables).flatMap(([variable, keyword]) => {
    const value = environment[variable];
    return value ? [[keyword, value] as const] : [];
  });
  return {
    ...Object.fromEntries(fromEnvironment),
    ...(service ? readService(service, what, environment) : {}),
    ...own,
  };
}

/** `user:password@host:port,host:port/dbname?keyword=value`; each part may be absent. */
const uriShape = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#@]*)(?:\/([^?#@]*))?(?:\?([^#]*))?$/i;

function readUri(text: string, what: string): Conninfo {
  const [, login, places = '', dbname, query] = uriShape.exec(text) ?? [];
  if (!uriShape.test(text)) throw notEncoded(what);
  const found: Record<string, string> = {};
  const put = (keyword: string, value: string | undefined) => {
    if (value) found[keyword] = decoded(value, what);
  };
  const [user, ...password] = (login ?? '').split(':');
  put('user', user);
  put('password', password.join(':'));
  const hosts = places === '' ? [] : places.split(',').map((place) => hostAndPort(place, what));
  put('host', hosts.map(({ host }) => host).join(','));
  if (hosts.some(({ port }) => port !== '')) put('port', hosts.map(({ port }) => port).join(','));
  put('dbname', dbname);
  for (const pair of (query ?? '').split('&').filter(Boolean)) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw usage(`${what} has a parameter without a value after the "?".`, 'Write each as keyword=value.');
    found[decoded(pair.slice(0, at), what)] = decoded(pair.slice(at + 1), what);
  }
  return found;
}

function hostAndPort(place: string, what: string): { host: string; port: string } {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(place) ?? [];
  if (bracketed === undefined && plain === undefined) throw notEncoded(what);
  return { host: bracketed ?? plain ?? '', port };
}

const notEncoded = (what: string) =>
  usage(
    `${what} cannot be split into user, password, host and database: one of them holds a character that has a meaning in a URL (@ : / ? # %).`,
    'Percent-encode it: @ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25. Or use the other form: host=... dbname=... user=... password=...',
  );

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notEncoded(what);
  }
}

/** `keyword = value`, a value with spaces in single quotes, \ before a quote or a backslash. */
const pairShape = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/y;

function readKeywords(text: string, what: string): Conninfo {
  const found: Record<string, string> = {};
  pairShape.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    const pair = pairShape.exec(text);
    if (!pair)
      throw usage(
        `${what} cannot be read after its ${Object.keys(found).length} ${Object.keys(found).length === 1 ? 'keyword' : 'keywords'}.`,
        "Write keyword=value pairs, values with spaces in single quotes: host=localhost dbname=shop options='-c work_mem=8MB'",
      );
    const [, keyword = '', quoted, plain] = pair;
    found[keyword] = (quoted ?? plain ?? '').replace(/\\(.)/g, '$1');
    at = pairShape.lastIndex;
  }
  return found;
}

/** A section of the user's service file, or else of the machine's. */
function readService(name: string, what: string, environment: NodeJS.ProcessEnv): Conninfo {
  const files = [
    environment.PGSERVICEFILE || join(environment.HOME || homedir(), '.pg_service.conf'),
    join(environment.PGSYSCONFDIR || '/etc/postgresql-common', 'pg_service.conf'),
  ];
  for (const file of files.filter((path) => existsSync(path))) {
    const section = sectionOf(readFileSync(file, 'utf8'), name);
    if (section) return section;
  }
  throw usage(
    `${what} names the service "${name}", which no service file has (looked into ${files.join(' and ')}).`,
    `Add a section [${name}] with lines keyword=value, or name the file: export PGSERVICEFILE=/path/pg_service.conf`,
  );
}

function sectionOf(text: string, name: string): Conninfo | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const start = lines.indexOf(`[${name}]`);
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('['));
  const own = (end < 0 ? rest : rest.slice(0, end)).filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    own.map((line) => {
      const [keyword = '', ...value] = line.split('=');
      return [keyword.trim(), value.join('=').trim()];
    }),
  );
}

/** One server of a connection: a name, an address, or the folder of a socket. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

const socketFolders = ['/var/run/postgresql', '/tmp'];

/**
 * The servers of a connection in its order. Without a host it is the socket of this machine where there is one, as libpq has it.
 * @throws Fault (usage) for ports that do not belong to the hosts
 */
export function hostsOf({ host = '', hostaddr = '', port = '' }: Conninfo, what: string): readonly Host[] {
  const names = host === '' && hostaddr !== '' ? hostaddr.split(',') : host.split(',');
  const ports = port.split(',');
  if (ports.length !== 1 && ports.length !== names.length)
    throw usage(
      `${what} names ${names.length} ${names.length === 1 ? 'host' : 'hosts'} and ${ports.length} ports.`,
      'Name one port for all hosts, or one for each.',
    );
  return names.map((name, i) => {
    const text = ports.length === 1 ? ports[0] : ports[i];
    const number = text === '' || text === undefined ? 5432 : Number(text);
    if (!Number.isInteger(number) || number < 1 || number > 65_535)
      throw usage(`${what} has a port that is none.`, 'A port is a number from 1 to 65535.');
    return { host: name || defaultHost(number), port: number };
  });
}

const defaultHost = (port: number): string =>
  socketFolders.find((folder) => existsSync(join(folder, `.s.PGSQL.${port}`))) ?? 'localhost';

/** Keywords of libpq that concern the drivers too, and stand after the "?" of a URL. */
const passedOn = [
  'application_name',
  'channel_binding',
  'client_encoding',
  'connect_timeout',
  'options',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslpassword',
  'sslrootcert',
];
/** Keywords that a URL says in another place, that are resolved here, or that only libpq acts upon. */
const notPassedOn = (
  'dbname fallback_application_name gssdelegation gssencmode gsslib host hostaddr keepalives keepalives_count ' +
  'keepalives_idle keepalives_interval krbsrvname load_balance_hosts max_protocol_version min_protocol_version passfile ' +
  'password port replication require_auth requirepeer service ssl_max_protocol_version ssl_min_protocol_version ' +
  'sslcertmode sslcompression sslcrl sslcrldir sslnegotiation sslsni target_session_attrs tcp_user_timeout user'
).split(' ');

/** @throws Fault (usage) for a keyword that libpq does not know either */
function requireKnown(info: Conninfo, what: string): void {
  const known = [...passedOn, ...notPassedOn];
  const unknown = Object.keys(info).find((keyword) => !known.includes(keyword));
  if (unknown === undefined) return;
  throw usage(
    `${what} has the parameter "${unknown}", which PostgreSQL's clients do not know.`,
    suggest(unknown, known),
  );
}

/**
 * The password of a connection: its own, or that of the first line of the password file that fits. libpq ignores a
 * file that others may read; so does this.
 * https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export function passwordOf(info: Conninfo, { host, port }: Host): string | undefined {
  if (info.password !== undefined) return info.password;
  const file = info.passfile ?? join(homedir(), '.pgpass');
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts?.isFile() || (facts.mode & 0o077) !== 0) return undefined;
  const wanted = [
    socketFolders.includes(host) ? 'localhost' : host,
    String(port),
    info.dbname ?? '',
    info.user ?? '',
  ];
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = line
      .match(/(?:[^:\\]|\\.)*(?::|$)/g)
      ?.map((field) => field.replace(/:$/, '').replace(/\\(.)/g, '$1'));
    const [password] = fields?.slice(4) ?? [];
    if (password && wanted.every((value, i) => fields![i] === '*' || fields![i] === value)) return password;
  }
  return undefined;
}

/** The same connection to one of its servers, in the form that node-postgres and pgx read alike. */
export function uriOf(info: Conninfo, server: Host): string {
  const { host, port } = server;
  const part = encodeURIComponent;
  const login = [info.user, passwordOf(info, server)]
    .filter((each) => each !== undefined)
    .map(part)
    .join(':');
  const place = host.includes(':') ? `[${host}]` : host.startsWith('/') ? part(host) : host;
  const parameters = Object.entries(info)
    .filter(([keyword]) => passedOn.includes(keyword))
    .map(([keyword, value]) => `${part(keyword)}=${part(value)}`); // libpq takes no + for a space
  const query = parameters.length > 0 ? `?${parameters.join('&')}` : '';
  return `postgres://${login && `${login}@`}${place}:${port}/${part(info.dbname ?? '')}${query}`;
}
