import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import type { ServicePart } from '../local/local-topology.ts';
import { poolerVersion } from '../local/pooler.ts';
import { serviceVersion } from '../local/service-version.ts';
import type { Absent, Endpoint, EndpointName } from '../topology/endpoint.ts';
import { connect } from '../topology/session.ts';
import type { ExternalEntry } from '../topology/topology-file.ts';
import { willMake } from './announce.ts';
import { isPostgres, type Place, placeOf } from './place.ts';

export interface ExternalOptions {
  readonly entries: Readonly<Partial<Record<EndpointName, ExternalEntry>>>;
  /** Without it PostgreSQL's sessions are read-only, and what can only be measured by writing is absent. */
  readonly allowWrites: boolean;
  readonly progress: Progress;
}

export interface Connected {
  readonly endpoints: readonly Endpoint[];
  readonly absent: readonly Absent[];
}

/**
 * The user's own servers as endpoints: each is connected to once, so that a wrong password, an untrusted certificate
 * or a server in another role is told before anything is done; and so is what may be made on them. Nothing on them is
 * started, stopped or changed here.
 * @throws Fault naming the endpoint; never with a password.
 */
export async function connectExternal({
  entries,
  allowWrites,
  progress,
}: ExternalOptions): Promise<Connected> {
  const endpoints: Endpoint[] = [];
  const absent: Absent[] = [];
  for (const [key, entry] of Object.entries(entries)) {
    const name = key as EndpointName;
    const place = placeOf(name, entry, { readOnly: !allowWrites });
    const why = allowWrites ? undefined : needsWrites(name);
    if (why !== undefined) {
      absent.push({ part: name, why, how: 'Say --allow-writes if it may be written to.' });
      continue;
    }
    const version = await versionOf(name, place);
    progress.note(`${name} is ${version} at ${place.host}:${place.port}${allowWrites ? '' : ', read only'}`);
    const making = allowWrites ? willMake(name, place) : undefined;
    if (making !== undefined) progress.note(making);
    endpoints.push({ name, provider: 'external', version, ...place });
  }
  return { endpoints, absent };
}

/** Why an endpoint cannot be used when nothing may be written. */
function needsWrites(name: EndpointName): string | undefined {
  if (name === 'pooler') return 'a pooler shares its sessions, so that they cannot be held read-only';
  if (isPostgres(name)) return undefined;
  return 'it is yours, and it is measured by writing to it';
}

/** As the server reports itself. @throws Fault when it does not answer, or is in another role than it should be. */
export async function versionOf(name: EndpointName, place: Place): Promise<string> {
  if (!isPostgres(name)) {
    try {
      return await serviceVersion(name as ServicePart, place.url('app'));
    } catch (error) {
      throw missing(
        `${name} at ${place.host}:${place.port} does not answer: ${(error as Error).message}`,
        'Check its URL, and its certificate if it is encrypted.',
        error,
      );
    }
  }
  if (name === 'pooler') return poolersVersion(place);
  await using session = await connect(place.url('admin'));
  const { rows } = await session.query<{ version: string; recovering: boolean }>(
    "SELECT split_part(current_setting('server_version'), ' ', 1) AS version, pg_is_in_recovery() AS recovering",
  );
  const { version, recovering } = rows[0]!;
  if (recovering !== (name !== 'primary'))
    throw usage(
      `${name} at ${place.host}:${place.port} is ${recovering ? 'a replica, and takes no writes' : 'no replica: it takes writes of its own'}.`,
      `Name ${recovering ? 'the primary' : 'a streaming replica of the primary'} as ${name}, or set it off.`,
    );
  return `PostgreSQL ${version}`;
}

/** PgBouncer tells its version on its console; another pooler, or a login without the console, is known as what it serves. */
async function poolersVersion(place: Place): Promise<string> {
  await using session = await connect(place.url('admin'));
  await session.query('SELECT 1');
  try {
    await using console = await connect(place.url('admin', 'pgbouncer'));
    return await poolerVersion(console);
  } catch {
    const { rows } = await session.query<{ server_version: string }>('SHOW server_version');
    return `a pooler of PostgreSQL ${rows[0]!.server_version.split(' ')[0]}`;
  }
}
