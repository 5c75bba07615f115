import { readFileSync } from 'node:fs';
import { usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { type Connection, identifier, type Session } from '../../infra/topology/session.ts';
import { rebuildSecondary } from '../load/secondary.ts';
import { recordsComment } from './database-schema.ts';

export interface OwnOutcome {
  readonly digest: string;
  readonly seconds: number;
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly bytes: number;
    readonly rowsPerSecond: number | null;
    readonly digest: string;
    /** The columns that were hashed. */
    readonly fields: readonly string[];
  }[];
  /** Of the filled tables: how many the server holds for valid, and those that it does not check. */
  readonly foreignKeys: { readonly valid: number; readonly unchecked: readonly string[] };
}

/** What a database says about the rows that were generated into it. */
export interface OwnRecord {
  readonly wanted: string;
  readonly factor: number;
  readonly seed: number;
  readonly state: 'loading' | 'ready';
  /** As SQL names them. */
  readonly tables: readonly string[];
  readonly outcome: OwnOutcome | null;
}

const records = readFileSync(new URL('records.sql', import.meta.url), 'utf8');

/** @throws Fault (usage) where a schema of that name is somebody else's */
export async function readRecord(session: Session): Promise<OwnRecord | null> {
  const { rows } = await session.query<{ comment: string | null; there: boolean }>(
    `SELECT obj_description(oid, 'pg_namespace') AS comment, to_regclass('bench.own') IS NOT NULL AS there
     FROM pg_namespace WHERE nspname = 'bench'`,
  );
  const [found] = rows;
  if (!found) return null;
  if (found.comment !== recordsComment)
    throw usage(
      'The database has a schema "bench" that is not the record of generated rows: nothing was changed.',
      'Generate into another database: the record is kept in a schema of that name.',
    );
  if (!found.there) return null;
  const { rows: own } = await session.query<OwnRecord & { seed: string }>(
    'SELECT wanted, factor, seed, state, tables, outcome FROM bench.own',
  );
  return own[0] ? { ...own[0], seed: Number(own[0].seed) } : null;
}

export async function beginRecord(
  session: Session,
  { wanted, factor, seed, tables }: Pick<OwnRecord, 'wanted' | 'factor' | 'seed' | 'tables'>,
): Promise<void> {
  await session.query(records);
  await session.query('TRUNCATE bench.own, bench.chunk, bench.secondary');
  await session.query(
    `INSERT INTO bench.own (wanted, factor, seed, state, tables) VALUES ($1, $2, $3, 'loading', $4)`,
    [wanted, factor, seed, JSON.stringify(tables)],
  );
}

export async function endRecord(session: Session, outcome: OwnOutcome): Promise<void> {
  await session.query(`UPDATE bench.own SET state = 'ready', outcome = $1`, [JSON.stringify(outcome)]);
  await session.query('TRUNCATE bench.chunk, bench.secondary');
}

/** Empties what was filled, makes indexes and keys again that were dropped, and removes the record: the database is as before. */
export async function undo(
  connection: Connection,
  { tables }: Pick<OwnRecord, 'tables'>,
  progress: Progress,
): Promise<void> {
  const { rows: keys } = await connection.query<{ relation: string; name: string }>(
    'SELECT relation, name FROM bench.secondary WHERE step = 3 AND done',
  );
  await connection.query('BEGIN');
  for (const { relation, name } of keys)
    await connection.query(`ALTER TABLE ${relation} DROP CONSTRAINT IF EXISTS ${identifier(name)}`);
  await connection.query('UPDATE bench.secondary SET done = false WHERE step = 3');
  if (tables.length > 0) await connection.query(`TRUNCATE ${tables.join(', ')} RESTART IDENTITY`);
  await connection.query('COMMIT');
  await rebuildSecondary([connection], progress, new AbortController().signal);
  await connection.query('DROP TABLE bench.own, bench.chunk, bench.secondary; DROP SCHEMA bench');
}
