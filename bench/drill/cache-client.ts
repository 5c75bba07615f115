import { Redis } from 'ioredis';
import type { Client } from './ledger-load.ts';

/** ms */
const connectWithin = 2000;

/** One connection to Redis that asks for a key, and is not opened again by itself. */
export async function cacheClient(url: string, answerWithin: number): Promise<Client> {
  const { hostname, port, username, password } = new URL(url);
  const client = new Redis({
    ...{ host: hostname, port: Number(port), username: username || 'default' },
    ...{ password: decodeURIComponent(password), lazyConnect: true, connectTimeout: connectWithin },
    ...{ commandTimeout: answerWithin, maxRetriesPerRequest: 0, enableOfflineQueue: false },
    retryStrategy: () => null,
  });
  let alive = true;
  let last: Error | undefined; // tells more than "Connection is closed"
  client.on('error', (error) => {
    last = error;
  });
  client.on('close', () => {
    alive = false;
  });
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw last ?? error;
  }
  return {
    alive: () => alive,
    write: (token) => client.set(`olympus-drill:${token}`, '', 'EX', 60),
    read: (token) => client.get(`olympus-drill:${token}`),
    close: () => client.disconnect(),
  };
}
