/** What to do about a connection that was not to be had, by what the driver or the server said. */
export function connectAdvice(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  if (code !== undefined && code in byCode) return byCode[code]!;
  if (/SSL off|no encryption/i.test(message))
    return 'The server takes encrypted connections only, or none from here (pg_hba.conf): use sslmode=require, or ask for an entry.';
  if (/does not support SSL/i.test(message))
    return 'The server offers no TLS. Have it switched on, or say that none is wanted: tls: disable in the topology file, or sslmode=disable in the URL.';
  if (/self-signed|self signed|unable to (verify|get)|certificate/i.test(message)) return untrusted;
  return 'See `./olympus status`; `./olympus up` brings up a local topology.';
}

const untrusted =
  'The certificate is signed by nobody whom this machine trusts. Name the authority: ca: /path/ca.pem in the topology file, or sslrootcert=/path/ca.pem in the URL.';

const login = 'The login was refused: check the user and the password that the URL, or what it names, holds.';

const byCode: Readonly<Record<string, string>> = {
  '28P01': login, // invalid_password
  '28000': login, // invalid_authorization_specification
  '3D000':
    'There is no database of this name on the server: create it (CREATE DATABASE), or name another in the URL.',
  '42704':
    'The options of the connection (options=..., or PGOPTIONS) name a setting that the server does not know.', // undefined_object
  ECONNREFUSED: 'Nothing listens there. See `./olympus status`; `./olympus up` brings up a local topology.',
  ENOTFOUND: 'There is no host of this name: check the URL.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate is made for another name than the URL’s host. Name the host as the certificate does, or say that the name is not to be checked: tls: verify-ca, or sslmode=verify-ca.',
  CERT_HAS_EXPIRED: 'The server’s certificate has expired: have it renewed.',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
};
