import pg from 'pg';
import { tlsOf } from '../../infra/topology/tls.ts';
import type { Client } from './ledger-load.ts';
import { insertToken, readToken } from './ledger-table.ts';

/** ms */
const connectWithin = 2000;

/** What is written instead of a token. */
export interface OtherWrite {
  readonly text: string;
  values(): unknown[];
}

/** One connection that writes or reads tokens. `answerWithin`: then it is closed from our side. */
export async function pgClient(url: string, answerWithin: number, other?: OtherWrite): Promise<Client> {
  const { connectionString, ways } = tlsOf(url);
  const client = new pg.Client({
    ...{ connectionString, application_name: 'olympus-drill', connectionTimeoutMillis: connectWithin },
    query_timeout: answerWithin,
    ...(ways[0] !== undefined && { ssl: ways[0] }),
  });
  let alive = true;
  const dead = () => {
    alive = false;
  };
  client.on('error', dead); // it also shows at the next query
  client.once('end', dead);
  const close = () => {
    alive = false;
    // end() would wait for a server that does not answer
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  try {
    await client.connect();
  } catch (error) {
    close();
    throw error;
  }
  return {
    alive: () => alive,
    write: (token) => (other ? client.query(other.text, other.values()) : client.query(insertToken, [token])),
    read: (token) => client.query(readToken, [token]),
    close,
  };
}
