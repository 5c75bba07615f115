import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usage } from '../../config/fault.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect, identifier } from '../../infra/topology/session.ts';
import { readMigrations } from '../../migrations/directory.ts';
import { readLedger } from '../../migrations/ledger.ts';
import { migrate, migrateDown } from '../../migrations/runner.ts';
import { carryRows } from './carried-rows.ts';
import { cloneDatabase, type DatabaseClone } from './clone.ts';
import { placeOf } from './failed-sql.ts';

export type Change =
  | { readonly kind: 'sql'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  /** Brings the copy to what a directory of migrations says, down as well as up. */
  | { readonly kind: 'migrations'; readonly directory: string };

/** A base database plus changes: what two sides of a comparison differ in, as data. */
export interface Variant {
  /** Short; becomes part of the clone's name. */
  readonly name: string;
  readonly base: string;
  readonly changes: readonly Change[];
}

/** The forms of row-level security that a policy can have, as changes of the base (migrations/variants). */
export const rlsForms = ['bare', 'wrapped', 'setting'] as const;
export type RlsForm = (typeof rlsForms)[number];

export const rlsVariant = (form: RlsForm, base: string): Variant => ({
  name: `rls_${form}`,
  base,
  changes: [{ kind: 'file', path: join(import.meta.dirname, `../../migrations/variants/rls-${form}.sql`) }],
});

/**
 * A clone of the base with the changes applied; disposing it drops it. Statistics come with the clone.
 * @throws Fault (usage) when a change's SQL fails, with what and where; nothing is left behind then.
 */
export async function applyVariant(primary: Endpoint, variant: Variant): Promise<DatabaseClone> {
  const clone = await cloneDatabase(primary, variant.base, `${variant.base}_${variant.name}`);
  try {
    await applyChanges(primary, clone.database, variant);
    return clone;
  } catch (error) {
    await clone[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The changes alone, on a copy that is there.
 * @throws Fault (usage) when a change's SQL fails, with what and where
 */
export async function applyChanges(
  primary: Endpoint,
  database: string,
  variant: Pick<Variant, 'name' | 'changes'>,
): Promise<void> {
  await using session = await connect(primary.url('admin', database), 'olympus-variant');
  for (const change of variant.changes) await applyChange(session, database, variant, change);
}

async function applyChange(
  session: Connection,
  database: string,
  variant: Pick<Variant, 'name'>,
  change: Change,
) {
  if (change.kind === 'migrations') {
    await bringTo(session, change.directory);
    return;
  }
  const { what, sql } = await sqlOf(change, database);
  try {
    await session.query(sql);
  } catch (error) {
    throw usage(
      `The variant ${variant.name} cannot be made: ${what}${placeOf(sql, error)}: ${(error as Error).message}`,
      'Run it by hand on a copy of the database; the copy that was made for it is dropped again.',
      error,
    );
  }
}

/**
 * Takes back what is applied and not among the directory's migrations, or differs there; then applies the others.
 * Rows of tables that are made again stay: an edited comment must not leave a side without data.
 */
async function bringTo(session: Connection, directory: string): Promise<void> {
  const wanted = await readMigrations(directory);
  const applied = await readLedger(session);
  const other = applied.findIndex(
    ({ name, checksum }, i) => wanted[i]?.name !== name || wanted[i].checksum !== checksum,
  );
  const on = () => migrate(session, { directory });
  if (other < 0) await on();
  else
    await carryRows(session, async () => {
      await migrateDown(session, other);
      await on();
    });
}

async function sqlOf(
  change: Exclude<Change, { kind: 'migrations' }>,
  database: string,
): Promise<{ what: string; sql: string }> {
  switch (change.kind) {
    case 'sql':
      return { what: `"${change.text}"`, sql: change.text };
    case 'file':
      return { what: basename(change.path), sql: await readFile(change.path, 'utf8') };
    case 'set': {
      const value = `'${change.value.replaceAll("'", "''")}'`;
      const sql = `ALTER DATABASE ${identifier(database)} SET ${identifier(change.name)} TO ${value}`;
      return { what: `${change.name}=${change.value}`, sql };
    }
  }
}
