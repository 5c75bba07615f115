import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { missing } from '../../config/fault.ts';

export type Olap = ClickHouseClient & AsyncDisposable;

/** Disposing it closes its connections. Nothing is asked yet. */
export function openOlap(url: string): Olap {
  const client = createClient({ url, request_timeout: 300_000, log: { level: ClickHouseLogLevel.OFF } });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** Rows of a query, in ClickHouse's JSON: 64-bit integers and decimals come as the server was told to write them. */
export async function rowsOf<Row>(
  client: ClickHouseClient,
  query: string,
  query_params: Record<string, unknown> = {},
): Promise<Row[]> {
  const answer = await client.query({ query, query_params, format: 'JSONEachRow' });
  return answer.json<Row>();
}

/** "ClickHouse 26.7.2.1", or "chDB 26.7.2.1 (ClickHouse engine)". */
export async function olapVersion(url: string): Promise<string> {
  await using client = openOlap(url);
  const answer = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
  const [row] = await answer.json<{ version: string }>();
  if (!row) throw missing('ClickHouse answers without a version.', 'Is it ClickHouse?');
  const name = answer.response_headers['x-clickhouse-server-display-name'];
  return name === 'chDB' ? `chDB ${row.version} (ClickHouse engine)` : `ClickHouse ${row.version}`;
}
