import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { usage } from '../config/fault.ts';
import type { Connect } from '../generators/load/connections.ts';
import { readDatabaseSchema } from '../generators/own/database-schema.ts';
import { readRecord } from '../generators/own/record.ts';
import { takeKnowledge } from '../infra/knowledge/knowledge.ts';
import { restoreSchema } from '../infra/knowledge/restore-schema.ts';
import { temporaryFolder } from '../infra/process/temporary-folder.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import type { Endpoint } from '../infra/topology/endpoint.ts';
import { connect, identifier, type Session } from '../infra/topology/session.ts';
import { migrate } from '../migrations/runner.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './command.ts';
import { databaseUrl } from './database-url.ts';
import { attach, externalTopology } from './topology-state.ts';

/** The database that a project's rows are generated into. */
export interface OwnPlace extends AsyncDisposable {
  readonly open: Connect;
  readonly database: string;
  /** Whether it is in a topology of ours. */
  readonly local: boolean;
  /** What its schema lacks, in sentences. */
  readonly notes: readonly string[];
}

const note = (project: string) => `Olympus Bench: generated rows of the project ${project}`;

/**
 * The database that was named, or one of the project in the local topology that is up, with the project's schema.
 * @throws Fault (usage) where nothing stays up, or the database is not said to be ours
 */
export async function ownPlace(context: Context, named: string | undefined): Promise<OwnPlace> {
  if (named !== undefined) return await userPlace(context, databaseUrl(named));
  const held = await attach(context);
  if (held?.topology.find('primary')?.provider !== 'local')
    throw usage(
      'The rows of a project are generated into a database that stays, never into its source, and no local topology is up.',
      'Bring one up (./olympus up --topology local), or name an empty database with your schema: --database URL --allow-writes --i-know-it-is-not-ours NAME',
    );
  const topology = await bringUp(context, { topology: 'local', lifetime: 'tied' });
  try {
    const primary = topology.get('primary');
    const database = `own_${context.project.name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .slice(0, 50)}`;
    const notes = await bringDatabase(context, primary, database);
    return {
      ...{ database, notes, local: true, open: () => connect(primary.url('admin', database)) },
      [Symbol.asyncDispose]: () => topology[Symbol.asyncDispose](),
    };
  } catch (error) {
    await topology[Symbol.asyncDispose]();
    throw error;
  }
}

async function userPlace({ permission }: Context, url: string): Promise<OwnPlace> {
  await using session = await connect(url);
  const { rows } = await session.query<{ name: string }>('SELECT current_database() AS name');
  const { name } = rows[0]!;
  const marked = (await readRecord(session)) !== null;
  if (!permission.allowWrites || (!marked && permission.notOurs !== name))
    throw usage(
      `The database "${name}" is yours${marked ? '' : ', and it has no record of generated rows'}: nothing was changed.`,
      `To have its empty tables filled: --allow-writes${marked ? '' : ` --i-know-it-is-not-ours ${name}`}`,
    );
  if ((await readDatabaseSchema(session)).length === 0)
    throw usage(
      `The database "${name}" has no tables.`,
      'Put your schema there first: pg_dump --schema-only "$MY_DB" | psql "$THAT_URL"',
    );
  return {
    open: () => connect(url),
    database: name,
    local: false,
    notes: [],
    async [Symbol.asyncDispose]() {},
  };
}

async function bringDatabase(context: Context, primary: Endpoint, database: string): Promise<string[]> {
  await using control = await connect(primary.url('admin', 'postgres'));
  const { rows } = await control.query<{ comment: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
    [database],
  );
  const own = note(context.project.name);
  if (rows[0]?.comment === own) return [];
  if (rows[0])
    throw usage(
      `The local topology has a database "${database}" that is not of this project's generated rows: nothing was changed.`,
      `Give the project another name in its olympus.yaml, or drop it: psql "$(./olympus url primary --as admin)" -c 'DROP DATABASE ${identifier(database)}'`,
    );
  context.progress.stage('schema');
  try {
    const notes = await bringSchema(context, control, primary, database);
    await control.query(`COMMENT ON DATABASE ${identifier(database)} IS '${own.replaceAll("'", "''")}'`);
    return notes;
  } catch (error) {
    await control.query(`DROP DATABASE IF EXISTS ${identifier(database)} WITH (FORCE)`);
    throw error;
  }
}

/** By the project's migrations, or as the source has it. */
async function bringSchema(
  context: Context,
  control: Session,
  primary: Endpoint,
  database: string,
): Promise<string[]> {
  const { project, progress, signal } = context;
  const url = primary.url('admin', database);
  const migrations = join(project.directory, 'migrations');
  if (existsSync(migrations)) {
    await control.query(`CREATE DATABASE ${identifier(database)} TEMPLATE template0 ENCODING 'UTF8'`);
    await using session = await connect(url);
    await migrate(session, { directory: migrations, progress });
    return [];
  }
  await using folder = await temporaryFolder('knowledge');
  const source = await sourceOf(context);
  if (!source)
    throw usage(
      `The project ${project.name} has no "migrations" folder and names no source to take the schema from.`,
      'Put NNNN_name.up.sql files into its folder migrations/, or name the source as its endpoint primary.',
    );
  const knowledge = await takeKnowledge(source, folder.path, {
    cache: cacheFolder(context.cache),
    progress,
    signal,
  });
  return await restoreSchema(control, { url, folder: folder.path, signal }, knowledge, database);
}

/** The URL of the project's own primary, for sessions that only read; undefined where it names none. */
export async function sourceOf(context: Context): Promise<string | undefined> {
  const { topology } = context.project;
  if (topology?.entries.primary?.provider !== 'external') return undefined;
  const only = { ...topology, entries: { primary: topology.entries.primary } };
  const external = await externalTopology(context, only, { allowWrites: false, notOurs: undefined });
  return external.get('primary').url('admin');
}
