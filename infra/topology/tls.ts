import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { usage } from '../../config/fault.ts';

/** How a connection is encrypted; false: not at all; undefined: the URL does not say. */
export interface Tls {
  /** The URL without what was said of TLS. */
  readonly connectionString: string;
  readonly ssl: ConnectionOptions | false | undefined;
}

/**
 * `sslmode` and `sslrootcert` of a connection string with the meaning that libpq gives them, and every tool that uses
 * it; pg's own reading takes `require` for `verify-full`, and knows no name to check where the host is an address.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
 * @throws Fault (usage) for a certificate that cannot be read
 */
export function tlsOf(text: string): Tls {
  if (!URL.canParse(text)) return { connectionString: text, ssl: undefined }; // pg says what is wrong with it
  const url = new URL(text);
  const [mode, root] = [url.searchParams.get('sslmode'), url.searchParams.get('sslrootcert')];
  const ca = root === null || root === 'system' ? {} : { ca: certificate(root) };
  const modes: Record<string, ConnectionOptions | false> = {
    disable: false,
    require: { rejectUnauthorized: false },
    'verify-ca': { ...ca, checkServerIdentity: () => undefined },
    'verify-full': { ...ca, host: url.hostname },
  };
  if (mode === null || !(mode in modes)) return { connectionString: text, ssl: undefined };
  url.searchParams.delete('sslmode');
  url.searchParams.delete('sslrootcert');
  return { connectionString: url.href, ssl: modes[mode] };
}

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
