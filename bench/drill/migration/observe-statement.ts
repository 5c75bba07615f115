import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Relation } from '../../../analysis/migration/catalogue.ts';
import type { LockOn } from '../../../analysis/migration/compare-locks.ts';
import { type LockMode, lockModeOf } from '../../../analysis/migration/lock-mode.ts';
import type { Session } from '../../../infra/topology/session.ts';

const sqlFile = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const heldLocks = sqlFile('held-locks.sql');
const relationFiles = sqlFile('relation-files.sql');
const rowsRead = 'SELECT relid::bigint AS oid, seq_tup_read AS rows FROM pg_stat_xact_user_tables';

export interface RelationFile {
  readonly name: string;
  readonly kind: Relation['kind'];
  /** Its file's number; null where it has none. */
  readonly file: string | null;
}

/** Every relation of the users by its oid. */
export async function readFiles(session: Session): Promise<Map<number, RelationFile>> {
  const { rows } = await session.query<{
    oid: string;
    name: string;
    kind: Relation['kind'];
    file: string | null;
  }>(relationFiles);
  return new Map(rows.map(({ oid, ...one }) => [Number(oid), one]));
}

/** The strongest lock of a back end on each relation that was there before; what is new nobody else can wait for. */
export async function readLocks(
  observer: Session,
  pid: number,
  known: ReadonlyMap<number, RelationFile>,
): Promise<(LockOn & { readonly oid: number })[]> {
  const { rows } = await observer.query<{ oid: string; mode: string }>(heldLocks, [pid]);
  return rows.flatMap(({ oid, mode }) => {
    const relation = known.get(Number(oid));
    return relation
      ? [{ oid: Number(oid), relation: relation.name, kind: relation.kind, mode: modeNamed(mode) }]
      : [];
  });
}

function modeNamed(name: string): LockMode {
  const mode = lockModeOf(name);
  if (!mode) throw new Error(`pg_locks has a mode that is not known: ${name}`);
  return mode;
}

/** Tables whose file is another than before: they were written anew. */
export const rewrittenSince = (
  before: ReadonlyMap<number, RelationFile>,
  after: ReadonlyMap<number, RelationFile>,
): string[] =>
  [...before].flatMap(([oid, { name, kind, file }]) =>
    (kind === 'table' || kind === 'materialized view') && after.has(oid) && after.get(oid)!.file !== file
      ? [name]
      : [],
  );

/** Rows that this session's transaction has read by sequential scans, by table. */
export async function readScans(session: Session): Promise<Map<number, number>> {
  const { rows } = await session.query<{ oid: string; rows: string }>(rowsRead);
  return new Map(rows.map((one) => [Number(one.oid), Number(one.rows)]));
}

export const scannedSince = (
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  known: ReadonlyMap<number, RelationFile>,
): string[] =>
  [...after].flatMap(([oid, rows]) => {
    const name = known.get(oid)?.name;
    return name !== undefined && rows > (before.get(oid) ?? 0) ? [name] : [];
  });
