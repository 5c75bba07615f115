import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prefixOf } from '../../analysis/gate/index-prefix.ts';
import type { KnownColumn } from '../../analysis/gate/missing-indexes.ts';
import type { Session } from '../../infra/topology/session.ts';

/** An index of a table or of a partitioned one with its parts. */
export interface Index {
  /** The same in a copy of the database, and after a rename. */
  readonly oid: string;
  /** Schema and name, quoted where needed. */
  readonly name: string;
  readonly short: string;
  readonly table: string;
  readonly definition: string;
  readonly method: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly expression: boolean;
  readonly keys: readonly string[];
  /** Operator class, collation and direction of each key. */
  readonly orders: readonly string[];
  readonly included: readonly string[];
  readonly predicate: string | null;
  /** Columns that it contains, keys first, those of expressions and the predicate too. */
  readonly columns: readonly string[];
  readonly constraint: string | null;
  readonly bytes: number;
}

export interface ForeignKey {
  readonly name: string;
  readonly table: string;
  readonly target: string;
  readonly columns: readonly string[];
}

const text = (file: string) => readFile(join(import.meta.dirname, file), 'utf8');

export async function readIndexes(session: Session): Promise<Index[]> {
  return (await session.query<Index>(await text('indexes.sql'))).rows;
}

export async function readColumns(session: Session): Promise<KnownColumn[]> {
  return (await session.query<KnownColumn>(await text('columns.sql'))).rows;
}

export async function readForeignKeys(session: Session): Promise<ForeignKey[]> {
  return (await session.query<ForeignKey>(await text('foreign-keys.sql'))).rows;
}

/**
 * What one list has and the other has not, or has otherwise. An index is known by its name, and by its identity where
 * only the name is another one.
 */
export function changedIndexes(
  before: readonly Index[],
  after: readonly Index[],
): { added: Index[]; dropped: Index[]; altered: Index[]; renamed: Index[] } {
  const byName = (all: readonly Index[], { name }: Index) => all.find((other) => other.name === name);
  const byOid = (all: readonly Index[], { oid }: Index) => all.find((other) => other.oid === oid);
  const renamed = after.filter((one) => {
    const old = byOid(before, one);
    return old !== undefined && old.name !== one.name;
  });
  const kept = new Set(renamed.map(({ oid }) => oid));
  /** Under its name stands nothing, or something else that was made anew. */
  const missing = (one: Index, all: readonly Index[]) => {
    const other = byName(all, one);
    return !other || (other.oid !== one.oid && other.definition !== one.definition);
  };
  return {
    added: after.filter((one) => !kept.has(one.oid) && missing(one, before)),
    dropped: before.filter((one) => !kept.has(one.oid) && missing(one, after)),
    altered: after.filter((one) => {
      const other = byOid(before, one);
      return other !== undefined && other.name === one.name && other.definition !== one.definition;
    }),
    renamed,
  };
}

/** What each added index has in common with others of its table, one sentence each. */
export function redundancies(added: readonly Index[], all: readonly Index[]): string[] {
  return added.flatMap((one) =>
    all
      .filter((other) => other.name !== one.name && other.table === one.table && comparable(one, other))
      .flatMap((other) => {
        if (sameKeys(one, other)) return [`${other.short} has the same keys`];
        if (isPrefix(one, other) && !one.unique) return [`the keys of ${other.short} begin with its`];
        if (isPrefix(other, one) && !other.unique && other.constraint === null)
          return [`its keys begin with those of ${other.short}, which it could replace`];
        return [];
      }),
  );
}

const comparable = (x: Index, y: Index) => x.method === y.method && x.predicate === y.predicate;

const isPrefix = (short: Index, long: Index) => prefixOf(short, long) === 'whole';

const sameKeys = (x: Index, y: Index) => x.keys.length === y.keys.length && isPrefix(x, y) && isPrefix(y, x);

/** What a dropped index does beyond serving reads, and no other that is left does. */
export function dutiesOf(
  dropped: readonly Index[],
  left: readonly Index[],
  foreignKeys: readonly ForeignKey[],
): string[] {
  return dropped.flatMap((index) => [
    ...(index.unique ? [`${index.short} guards UNIQUE (${index.keys.join(', ')})`] : []),
    ...foreignKeys
      .filter((key) => serves(index, key) && !left.some((other) => serves(other, key)))
      .map(
        ({ name, target }) =>
          `${index.short} serves the foreign key ${name}: deletes from ${target} would scan`,
      ),
  ]);
}

/** A search by the foreign key's columns can use it: they are its first keys, and it leaves out nulls at most. */
function serves(index: Index, key: ForeignKey): boolean {
  const first = index.keys.slice(0, key.columns.length);
  const whole = index.predicate === null || /^\(?[\w".]+ IS NOT NULL\)?$/.test(index.predicate);
  return (
    index.table === key.table &&
    index.method === 'btree' &&
    whole &&
    key.columns.every((column) => first.includes(column))
  );
}
