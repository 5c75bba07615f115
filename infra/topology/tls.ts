import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';

export const tlsModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];
export const isTlsMode = (word: string): word is TlsMode => (tlsModes as readonly string[]).includes(word);

/** How a connection may be encrypted: each way is tried when the one before was refused. false: not at all. */
export interface Tls {
  /** The URL without what was said of TLS. */
  readonly connectionString: string;
  /** undefined: the URL does not say. */
  readonly ways: readonly [ConnectionOptions | false | undefined, ...(ConnectionOptions | false)[]];
}

const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const;

/**
 * `sslmode` and its certificates with the meaning that libpq gives them, and every tool that uses it: `require` verifies
 * where a root certificate is named or is at its default place, `prefer` and `allow` take what the server has. pg's own
 * reading takes `require` for `verify-full`, and knows no name to check where the host is an address.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
 * @throws Fault (usage) for a mode that is none and a certificate that cannot be read
 */
export function tlsOf(text: string): Tls {
  if (!URL.canParse(text)) return { connectionString: text, ways: [undefined] }; // pg says what is wrong with it
  const url = new URL(text);
  const [mode, root, cert, key] = parameters.map((name) => url.searchParams.get(name));
  if (!mode) return { connectionString: text, ways: [undefined] };
  if (!isTlsMode(mode)) throw usage(`sslmode is "${mode}", which is none.`, suggest(mode, tlsModes));
  for (const name of parameters) url.searchParams.delete(name);
  if (decodeURIComponent(url.hostname).startsWith('/')) return { connectionString: url.href, ways: [false] }; // a socket has no TLS
  const authority = root ?? defaultRoot();
  if (authority === 'system' && mode !== 'verify-full' && mode !== 'disable')
    throw usage(
      `sslmode "${mode}" and sslrootcert "system" do not go together: any server with a public certificate would be taken for yours.`,
      'Say sslmode=verify-full, as libpq asks too, or name the authority of your own: sslrootcert=/path/ca.pem',
    );
  const own = {
    ...(cert && { cert: certificate(cert) }),
    ...(key && { key: certificate(key) }),
  };
  const ca = authority === undefined || authority === 'system' ? {} : { ca: certificate(authority) };
  const anyone: ConnectionOptions = { ...own, rejectUnauthorized: false };
  const anyName: ConnectionOptions = { ...own, ...ca, checkServerIdentity: () => undefined };
  const ways: Record<TlsMode, Tls['ways']> = {
    disable: [false],
    allow: [false, anyone],
    prefer: [anyone, false],
    require: [authority === undefined ? anyone : anyName],
    'verify-ca': [anyName],
    'verify-full': [{ ...own, ...ca, host: url.hostname.replace(/^\[(.*)\]$/, '$1') }],
  };
  return { connectionString: url.href, ways: ways[mode] };
}

/** Where libpq looks for the authority that nobody named. */
function defaultRoot(): string | undefined {
  const path = join(homedir(), '.postgresql', 'root.crt');
  return existsSync(path) ? path : undefined;
}

/** Whether another way of encryption may be had where this one was refused: `prefer` and `allow` go on then. */
export const refusedEncryption = (error: unknown): boolean => {
  const { code, message } = error as Error & { code?: string };
  return code === '28000' || /does not support SSL|SSL off|no encryption/i.test(message);
};

function certificate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(
      `The certificate ${path} cannot be read: ${(error as Error).message}`,
      'Name the file of the certificate authority that signed the server’s certificate (PEM).',
    );
  }
}
