import { missing, usage } from '../config/fault.ts';
import { type Progress, silent } from '../config/progress.ts';
import type { Connection, Session } from '../infra/topology/session.ts';
import { withMigrationLock } from './advisory-lock.ts';
import { apply } from './apply.ts';
import { label, type Migration, readMigrations } from './directory.ts';
import { rebuildInvalidIndexes } from './invalid-indexes.ts';
import { claim, readLedger, record, refuseForeign, strike } from './ledger.ts';
import { disagreement, type MigrationState, reconcile } from './reconcile.ts';
import { markPosition, type OnRestorePoint } from './restore-point.ts';

export interface MigrationOptions {
  /** Directory of NNNN_name.up.sql and .down.sql; default: the schema of this project. */
  readonly directory?: string;
  readonly progress?: Progress;
  /** Told of the restore point that is made before each script, where the server archives its WAL. */
  readonly onRestorePoint?: OnRestorePoint;
}

export interface Migrated {
  /** "0001_foundation", in the order in which they ran. */
  readonly ran: readonly string[];
  /** Invalid indexes that were found and rebuilt. */
  readonly rebuilt: readonly string[];
}

const oldestServer = 150_000;

/**
 * Applies what is pending. `session` is a superuser's connection; a second one is opened to see who blocks.
 * Two runners at once: the second waits for the first.
 * @throws Fault (usage) for files that are wrong, edited or refused by the server, and for a database that is not ours.
 * @throws Fault (component) when a lock is never had.
 */
export async function migrate(session: Connection, options: MigrationOptions = {}): Promise<Migrated> {
  const migrations = await readMigrations(options.directory);
  await checkServer(session);
  const progress = options.progress ?? silent;
  return withMigrationLock(session, progress, async () => {
    await claim(session, { shop: options.directory === undefined });
    const applied = await readLedger(session);
    const fault = disagreement(reconcile(migrations, applied));
    if (fault) throw fault;
    const rebuilt = await rebuildInvalidIndexes(session);
    for (const name of rebuilt)
      progress.note(`Rebuilt the index ${name}, which a failed build had left invalid.`);
    const pending = migrations.slice(applied.length);
    for (const migration of pending) {
      await restorePoint(session, migration, options);
      await up(session, migration, progress);
    }
    return { ran: pending.map(({ version, name }) => label(version, name)), rebuilt };
  });
}

/**
 * Takes back every migration above `version` (0: all), newest first.
 * @throws Fault as `migrate`; also when `version` is not applied.
 */
export async function migrateDown(
  session: Connection,
  version: number,
  options: MigrationOptions = {},
): Promise<Migrated> {
  const migrations = await readMigrations(options.directory);
  const progress = options.progress ?? silent;
  return withMigrationLock(session, progress, async () => {
    await refuseForeign(session);
    const applied = await readLedger(session);
    const fault = disagreement(reconcile(migrations, applied));
    if (fault) throw fault;
    if (version < 0 || version > applied.length)
      throw usage(
        `Version ${version} is not applied; the database is at ${applied.length}.`,
        'Name a version at or below it, or 0 for all: `./olympus migrate status` lists them.',
      );
    const undone = migrations.slice(version, applied.length).reverse();
    for (const migration of undone) {
      await restorePoint(session, migration, options);
      progress.note(`down ${label(migration.version, migration.name)}`);
      await apply(session, migration.down, progress, () => strike(session, migration));
    }
    return { ran: undone.map((one) => label(one.version, one.name)), rebuilt: [] };
  });
}

/**
 * Every migration of files and ledger with its state. Changes nothing.
 * @throws Fault (usage) for a database that is neither ours nor empty: there "pending" would promise what is refused.
 */
export async function migrationStatus(
  session: Session,
  { directory }: MigrationOptions = {},
): Promise<MigrationState[]> {
  await refuseForeign(session);
  return reconcile(await readMigrations(directory), await readLedger(session));
}

/**
 * The status of a database whose files and ledger agree and where nothing is pending.
 * @throws Fault (usage) with the first thing that is wrong.
 */
export async function verifyMigrations(
  session: Session,
  options: MigrationOptions = {},
): Promise<MigrationState[]> {
  const { name, mark } = await refuseForeign(session);
  if (mark === 'empty')
    throw usage(`The database "${name}" is empty: it is not migrated.`, 'Run `./olympus migrate`.');
  const states = await migrationStatus(session, options);
  const fault = disagreement(states);
  if (fault) throw fault;
  const pending = states.filter(({ state }) => state === 'pending');
  if (pending[0])
    throw usage(
      `${pending.length} migrations are pending, from ${label(pending[0].version, pending[0].name)} on.`,
      'Run `./olympus migrate`.',
    );
  return states;
}

async function restorePoint(
  session: Connection,
  { version, name }: Migration,
  { progress = silent, onRestorePoint }: MigrationOptions,
): Promise<void> {
  const point = await markPosition(session, `before_${label(version, name)}`, progress);
  if (point) await onRestorePoint?.(point);
}

async function up(session: Connection, migration: Migration, progress: Progress): Promise<void> {
  progress.note(`up ${label(migration.version, migration.name)}`);
  const started = performance.now();
  await apply(session, migration.up, progress, () => record(session, migration, performance.now() - started));
}

async function checkServer(session: Session): Promise<void> {
  const { rows } = await session.query<{ number: number; version: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version",
  );
  if (rows[0]!.number < oldestServer)
    throw missing(
      `The schema needs PostgreSQL 15 or later; this server is ${rows[0]!.version}.`,
      'Use PostgreSQL 15 to 18 (15 brought UNIQUE NULLS NOT DISTINCT and ON DELETE SET NULL (column)).',
    );
}
