import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { missing, usage } from '../../config/fault.ts';

/**
 * Below the range from which the kernel takes ports of outgoing connections (32768 on Linux, 49152 on macOS), so that
 * no client takes one between our look and the server's bind; and so that port + 10000 (Redis' cluster bus) exists.
 */
const range = { from: 20_000, to: 32_700 } as const;

/** A free port on 127.0.0.1. A server must still be ready to find it taken, and to ask for another. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(range.from, range.to);
    if (await isFree(port)) return port;
  }
  throw missing(
    `No free port on 127.0.0.1 between ${range.from} and ${range.to} in 200 attempts.`,
    'End what listens there (ss -ltn shows it).',
  );
}

/** @throws Fault (usage) naming the port and who wanted it, when it cannot be listened on. */
export async function requirePort(port: number, what: string): Promise<number> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw usage(`Port ${port} for ${what} is not a port number.`, 'Give a number between 1024 and 65535.');
  if (!(await isFree(port))) throw takenPort(port, what);
  return port;
}

export const takenPort = (port: number, what: string) =>
  usage(
    `Port ${port} on 127.0.0.1, named for ${what}, is taken by another process or may not be used.`,
    `Name another port, or none: then a free one is taken. \`ss -ltnp sport = :${port}\` shows who has it.`,
  );

export async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (!server) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

/** A server found its port taken when it tried to bind it. */
export class PortTaken extends Error {}

/**
 * Runs `start` on the named port, or on a free one: another, when somebody was faster than the server's bind.
 * `start` throws PortTaken for that.
 * @throws Fault (usage) when the named port is taken.
 */
export async function onPort<T>(
  named: number | undefined,
  what: string,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const port = named === undefined ? await freePort() : await requirePort(named, what);
    try {
      return await start(port);
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error;
      if (named !== undefined || attempt === 5) throw takenPort(port, what);
    }
  }
}
