/** A connection string taken apart: clients of HTTP interfaces take the secret beside the address. */
export interface Place {
  /** "http://127.0.0.1:6333" */
  readonly origin: string;
  readonly user: string;
  readonly secret: string;
  /** What follows the host, without its slash. */
  readonly path: string;
}

export function placeOf(url: string): Place {
  const { protocol, host, username, password, pathname } = new URL(url);
  return {
    origin: `${protocol}//${host}`,
    user: decodeURIComponent(username),
    secret: decodeURIComponent(password),
    path: decodeURIComponent(pathname.slice(1)),
  };
}
