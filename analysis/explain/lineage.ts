/**
 * What a plan does not say about its tables and indexes; the server's catalogue does. Partitions and their indexes
 * have names of their own in a plan, and an index's name says nothing about what it is.
 */
export interface Lineage {
  /** Partition to the root of its tree; a table that is no partition is not in it. */
  readonly tables: ReadonlyMap<string, string>;
  /** A partition's index to the root's index that it belongs to. */
  readonly indexes: ReadonlyMap<string, string>;
  /** An index, of a root or of a table, to its definition without name and table: "btree (organization_id, id)". */
  readonly definitions: ReadonlyMap<string, string>;
}

export const noLineage: Lineage = { tables: new Map(), indexes: new Map(), definitions: new Map() };

export const rootTable = (lineage: Lineage, relation: string): string =>
  lineage.tables.get(relation) ?? relation;

export const rootIndex = (lineage: Lineage, index: string): string => lineage.indexes.get(index) ?? index;

/** The index by what it is; by its root's name where that is not known. */
export const indexDefinition = (lineage: Lineage, index: string): string =>
  lineage.definitions.get(index) ??
  lineage.definitions.get(rootIndex(lineage, index)) ??
  rootIndex(lineage, index);
