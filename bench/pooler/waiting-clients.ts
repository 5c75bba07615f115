import type { Connection } from '../../infra/topology/session.ts';
import { pause } from '../pause.ts';
import { poolerClient } from './pooler-client.ts';

/** One wait for a server connection. Milliseconds; `at` since 1970, when it began. */
export interface Wait {
  readonly at: number;
  readonly ms: number;
}

/** Between two transactions of one client: these clients are to be no load themselves. */
const restMs = 5;

/**
 * Clients among the crowd that only wait: a pooler answers BEGIN when it has a server connection for it, and BEGIN
 * itself costs the server next to nothing. So its round trip is the wait, as a client sees it.
 * Goes on until `ended` is aborted. A client that the pooler turns away only ends its own waiting.
 */
export async function waitingClients(url: string, clients: number, ended: AbortSignal): Promise<Wait[]> {
  const waits: Wait[] = [];
  await using owned = new AsyncDisposableStack();
  const open = [];
  for (let i = 0; i < clients; i++) open.push(owned.use(await poolerClient(url)));
  await Promise.allSettled(open.map((client) => waitAgain(client, waits, ended)));
  return waits;
}

async function waitAgain(client: Connection, waits: Wait[], ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const [at, sent] = [Date.now(), performance.now()];
    await client.query('BEGIN');
    waits.push({ at, ms: performance.now() - sent });
    await client.query('COMMIT');
    await pause(restMs, ended);
  }
}
