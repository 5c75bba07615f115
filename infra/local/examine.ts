import { type EndpointName, endpointNames, endpoints, isService } from '../endpoints/endpoints.ts';
import { connect } from '../topology/session.ts';
import { localEndpoint, type Secrets } from './login.ts';
import { poolerVersion } from './pooler.ts';
import { slotTrouble } from './slot.ts';
import type { LocalState } from './state.ts';
import { furtherPids, runningPart } from './stop-parts.ts';

/** How a part of a held topology does. degraded: its process runs, and does not do its work. */
export type Examined = { readonly part: EndpointName; readonly port: number } & (
  | {
      readonly state: 'running';
      readonly pid: number;
      readonly alsoPids: readonly number[];
      readonly version: string;
    }
  | { readonly state: 'degraded'; readonly why: string }
  | { readonly state: 'stopped'; readonly why: string }
);

/** Looks at each part that the topology in `folder` has: its process, its answer, and whether a replica streams. */
export function examine(folder: string, state: LocalState): Promise<Examined[]> {
  const planned = endpointNames
    .filter((part) => state.ports[part] !== undefined || state.parts?.includes(part))
    .map((part) => ({ part, port: state.ports[part] }));
  return Promise.all(
    planned.map(async ({ part, port = 0 }): Promise<Examined> => {
      const pid = runningPart(folder, part);
      const cut = 'an `up` was ended while it started';
      if (pid === undefined)
        return { part, port, state: 'stopped', why: port === 0 ? cut : 'its process does not run' };
      if (port === 0) return { part, port, state: 'degraded', why: cut };
      try {
        return {
          part,
          port,
          state: 'running',
          pid,
          alsoPids: furtherPids(folder, part),
          version: await serverVersion(part, { pid, port }, state),
        };
      } catch (error) {
        const why = await whyIll(part, error, state);
        return { part, port, state: 'degraded', why };
      }
    }),
  );
}

/** What a part answered; of a replica that receives nothing, what the primary says of its slot. */
export async function whyIll(
  part: EndpointName,
  error: unknown,
  { ports, ...secrets }: Secrets & { readonly ports: LocalState['ports'] },
): Promise<string> {
  const { message } = error as Error;
  if (!(error instanceof Cut) || ports.primary === undefined) return message;
  try {
    const primary = localEndpoint('primary', { pid: 0, port: ports.primary }, '', secrets);
    await using session = await connect(primary.url('admin', 'postgres'));
    return (await slotTrouble(session, part)) ?? message;
  } catch {
    return message;
  }
}

/** A replica that receives nothing. */
class Cut extends Error {}

/**
 * "PostgreSQL 18.4", "Redis 7.0.15" or "PgBouncer 1.18.0", as the server reports it.
 * @throws when it does not answer, and when it is a replica that receives nothing.
 */
export async function serverVersion(
  part: EndpointName,
  server: { readonly pid: number; readonly port: number },
  state: Secrets,
): Promise<string> {
  const place = localEndpoint(part, server, '', state);
  if (isService(part)) return endpoints[part].version(place.url('app'));
  if (part === 'pooler') {
    await using console = await connect(place.url('admin', 'pgbouncer'));
    return await poolerVersion(console); // awaited here, or the connection is closed before it answers
  }
  await using session = await connect(place.url('admin', 'postgres'));
  const { rows } = await session.query<{ version: string; cut: boolean }>(health);
  if (rows[0]!.cut) throw new Cut('it receives no WAL from the primary');
  return `PostgreSQL ${rows[0]!.version}`;
}

const health = `
SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
       pg_is_in_recovery() AND NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS cut`;
