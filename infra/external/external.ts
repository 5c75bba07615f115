import { Fault, missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { seconds } from '../../config/units.ts';
import { endpoints as descriptions, isService } from '../endpoints/endpoints.ts';
import { poolerVersion } from '../local/pooler.ts';
import { isDenied } from '../topology/denied.ts';
import { type Absent, type Endpoint, type EndpointName, type Login, logins } from '../topology/endpoint.ts';
import { connect } from '../topology/session.ts';
import type { ExternalEntry } from '../topology/topology-file.ts';
import { willMake } from './announce.ts';
import { hurried, type NeededSettings, neededSettings, requireServersOwnNames } from './login-settings.ts';
import { type Place, type PlaceOptions, placesOf, type SessionAttributes } from './place.ts';
import { missingRights, type RightsFacts, readRights } from './rights.ts';
import { withOptions } from './startup-options.ts';

export interface ExternalOptions {
  readonly entries: Readonly<Partial<Record<EndpointName, ExternalEntry>>>;
  /** Without it PostgreSQL's sessions are read-only, and what can only be measured by writing is absent. */
  readonly allowWrites: boolean;
  /** Whether our schema and rows may go in; else the databases are measured as they are. */
  readonly schema: boolean;
  readonly roles: PlaceOptions['roles'];
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
  schema,
  roles,
  progress,
}: ExternalOptions): Promise<Connected> {
  const endpoints: Endpoint[] = [];
  const absent: Absent[] = [];
  for (const [key, entry] of Object.entries(entries)) {
    const name = key as EndpointName;
    const why = allowWrites ? undefined : needsWrites(name);
    if (why !== undefined) {
      placesOf(name, entry, { readOnly: true, roles }); // what is wrong with it is an error all the same
      absent.push({ part: name, why, how: 'Say --allow-writes if it may be written to.' });
      continue;
    }
    const options = {
      readOnly: !allowWrites,
      sourceReadOnly: !schema,
      roles,
      ...(await settingsFor(name, entry, { roles, progress })),
    };
    const { place, version } = await reach(name, entry, options);
    if (name === 'primary') await requireRights(place, { entry, roles, allowWrites, progress });
    progress.note(`${name} is ${version} at ${place.host}:${place.port}${allowWrites ? '' : ', read only'}`);
    const making = allowWrites ? willMake(name, place, { schema }) : undefined;
    if (making !== undefined) progress.note(making);
    endpoints.push({ name, provider: 'external', version, ...place });
  }
  await requireOneCluster(endpoints);
  return { endpoints, absent };
}

/** Only ends a hang: what is asked here is answered at once, or by nobody. */
const look = (url: string) => connect(url, undefined, { answerWithin: seconds(30) });

/**
 * What sessions need in place of the login's own settings; what its connection sets itself is refused where it would not do.
 * @throws Fault (usage) where objects of the database answer in the server's place
 */
async function settingsFor(
  name: EndpointName,
  entry: ExternalEntry,
  { roles, progress }: Pick<ExternalOptions, 'roles' | 'progress'>,
): Promise<Pick<PlaceOptions, 'settings'>> {
  if (descriptions[name].kind !== 'postgres') return {};
  const { places } = placesOf(name, entry, { readOnly: false, roles });
  const settings: Record<string, string> = {};
  const notes = new Set<string>();
  for (const login of logins.filter((each) => each === 'admin' || entry[each])) {
    const needed = await firstNeeds(places, login);
    Object.assign(settings, needed.settings);
    for (const note of needed.notes) notes.add(note);
  }
  placesOf(name, entry, { readOnly: false, roles, settings });
  for (const note of notes) progress.note(`${name}: ${note}`);
  return { settings };
}

/** Of a server that cannot be reached nothing is known: that shows with its reason where it is used. */
async function firstNeeds(places: readonly Place[], login: Login): Promise<NeededSettings> {
  for (const place of places)
    try {
      const needed = await needsAt(place.url(login));
      await using session = await look(withSettings(place.url(login), needed.settings));
      await requireServersOwnNames(session);
      return needed;
    } catch (error) {
      if (error instanceof Fault && error.reason === 'usage') throw error;
    }
  return { settings: {}, notes: [] };
}

async function needsAt(url: string): Promise<NeededSettings> {
  await using session = await look(url);
  const needed = await neededSettings(session);
  if (needed !== hurried) return needed;
  await using unhurried = await look(withSettings(url, hurried.settings));
  const others = await neededSettings(unhurried);
  return {
    settings: { ...others.settings, ...hurried.settings },
    notes: [...hurried.notes, ...others.notes],
  };
}

function withSettings(text: string, settings: NeededSettings['settings']): string {
  const url = new URL(text);
  const { options } = withOptions(url.searchParams.get('options') ?? undefined, settings);
  if (options !== undefined) url.searchParams.set('options', options);
  return url.href.replaceAll('+', '%20');
}

/**
 * Says which rights the login lacks, each with the command that gives it.
 * @throws Fault (usage) where nothing right could be measured without one
 */
async function requireRights(
  place: Place,
  {
    entry,
    roles,
    allowWrites,
    progress,
  }: Pick<ExternalOptions, 'roles' | 'allowWrites' | 'progress'> & { readonly entry: ExternalEntry },
): Promise<void> {
  const facts = await rightsOf(place, entry, roles);
  const lacking = missingRights(facts);
  // an empty database has nothing yet that a role could be kept from
  const refusing = lacking.find(({ level }) => level === 'refuses' && facts.tables > 0);
  if (refusing) throw usage(refusing.why, refusing.how);
  if (facts.tables > 0 && facts.readableTables === 0) {
    const [first] = lacking.filter(({ level }) => level === 'limits');
    throw usage(
      `${facts.login} may read none of the ${facts.tables} tables of ${facts.database}.`,
      first!.how,
    );
  }
  for (const { level, why, how } of lacking)
    if (level === 'limits' || (level === 'writes' && allowWrites)) progress.note(`${why} ${how}`);
}

/** What the login of an endpoint may do. */
export async function rightsOf(
  place: Place,
  { app, owner }: Pick<ExternalEntry, 'app' | 'owner'>,
  roles: ExternalOptions['roles'],
): Promise<RightsFacts> {
  await using session = await look(place.url('admin'));
  const asked = [app ? null : roles.app, owner ? null : roles.owner].filter((role) => role !== null);
  return await readRights(session, asked);
}

/**
 * Connects to the first server of an endpoint that is as its connection asks (target_session_attrs).
 * @throws Fault naming what each server said
 */
export async function reach(
  name: EndpointName,
  entry: ExternalEntry,
  options: PlaceOptions,
): Promise<{ place: Place; version: string }> {
  const { places, attributes } = placesOf(name, entry, options);
  const bare = placesOf(name, entry, { ...options, readOnly: false }).places;
  const order = attributes === 'prefer-standby' ? (['standby', 'any'] as const) : [attributes];
  const refusals: string[] = [];
  for (const wanted of order)
    for (const [i, place] of places.entries())
      try {
        await requireAttributes(bare[i]!, wanted);
        return { place, version: await versionOf(name, place) };
      } catch (error) {
        if (places.length === 1 || !(error instanceof Fault)) throw error;
        refusals.push(error.message);
      }
  throw missing(
    `None of the ${places.length} servers of ${name} can be used: ${[...new Set(refusals)].join(' ')}`,
    'Check the hosts and target_session_attrs of its connection.',
  );
}

/**
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 * @param place without our own read-only setting, which would hide the server's
 */
async function requireAttributes(
  place: Place,
  wanted: Exclude<SessionAttributes, 'prefer-standby'>,
): Promise<void> {
  if (wanted === 'any') return;
  await using session = await look(place.url('admin'));
  const { rows } = await session.query<{ standby: boolean; readOnly: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only')::boolean AS "readOnly"`,
  );
  const { standby, readOnly } = rows[0]!;
  const is = { primary: !standby, standby, 'read-only': readOnly, 'read-write': !readOnly };
  if (!is[wanted])
    throw usage(
      `${place.host}:${place.port} is not ${wanted}.`,
      'Name a server that is, or another target_session_attrs.',
    );
}

/** A replica of another cluster would be waited for in vain: each cluster has an identifier of its own. */
async function requireOneCluster(endpoints: readonly Endpoint[]): Promise<void> {
  const servers = endpoints.filter(({ name }) => descriptions[name].kind === 'postgres');
  const identified = await Promise.all(
    servers.map(async (server) => ({ server, id: await clusterOf(server) })),
  );
  const [first, ...others] = identified.filter(({ id }) => id !== null);
  const other = others.find(({ id }) => id !== first!.id);
  if (!first || !other) return;
  throw usage(
    `${other.server.name} belongs to another cluster than ${first.server.name}: their system identifiers are ${other.id} and ${first.id}.`,
    `Name a streaming replica of ${first.server.name} as ${other.server.name}, or set it off.`,
  );
}

/** null where the login may not ask; then replication itself shows whether it is one cluster. */
async function clusterOf(endpoint: Endpoint): Promise<string | null> {
  await using session = await look(endpoint.url('admin'));
  try {
    const { rows } = await session.query<{ id: string }>(
      'SELECT system_identifier::text AS id FROM pg_control_system()',
    );
    return rows[0]!.id;
  } catch (error) {
    if (isDenied(error)) return null;
    throw error;
  }
}

/** Why an endpoint cannot be used when nothing may be written. */
function needsWrites(name: EndpointName): string | undefined {
  if (name === 'pooler') return 'a pooler shares its sessions, so that they cannot be held read-only';
  if (!isService(name)) return undefined;
  return 'it is yours, and it is measured by writing to it';
}

/** As the server reports itself. @throws Fault when it does not answer, or is in another role than it should be. */
async function versionOf(name: EndpointName, place: Place): Promise<string> {
  if (isService(name)) {
    try {
      return await descriptions[name].version(place.url('app'));
    } catch (error) {
      throw missing(
        `${name} at ${place.host}:${place.port} does not answer: ${(error as Error).message}`,
        'Check its URL, and its certificate if it is encrypted.',
        error,
      );
    }
  }
  if (name === 'pooler') return poolersVersion(place);
  await using session = await look(place.url('admin'));
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
  await using session = await look(place.url('admin'));
  await session.query('SELECT 1');
  try {
    await using console = await look(place.url('admin', 'pgbouncer'));
    return await poolerVersion(console);
  } catch {
    const { rows } = await session.query<{ server_version: string }>('SHOW server_version');
    return `a pooler of PostgreSQL ${rows[0]!.server_version.split(' ')[0]}`;
  }
}
