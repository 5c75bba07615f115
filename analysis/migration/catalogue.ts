/** What a prediction must know of the database: read from pg_catalog, or written by hand in a test. */
export interface CatalogueData {
  /** server_version_num */
  readonly serverVersion: number;
  readonly searchPath: readonly string[];
  readonly timeZone: string;
  readonly relations: readonly Relation[];
  readonly types: readonly TypeFacts[];
  /** "source target" of pg_cast where the bytes stay as they are, such as "pg_catalog.varchar pg_catalog.text". */
  readonly binaryCasts: readonly string[];
  readonly functions: readonly FunctionFacts[];
}

export interface TypeFacts {
  /** "pg_catalog.int4" */
  readonly name: string;
  readonly kind: 'base' | 'composite' | 'domain' | 'enum' | 'pseudo' | 'range' | 'multirange';
  /** Of a domain: what it is over. */
  readonly base: string | null;
  /** A domain, or one it is over, has a CHECK or NOT NULL. */
  readonly constrained: boolean;
}

export interface FunctionFacts {
  /** "pg_catalog.now" */
  readonly name: string;
  /** The least stable of the functions of this name. */
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  /** One of them is in SQL: the planner may put its body in its place, and its volatility is the body's. */
  readonly inlined: boolean;
}

export interface Column {
  readonly name: string;
  type: string;
  typmod: number;
  collation: string | null;
  notNull: boolean;
  /** Computed from other columns: stored with the row, or as it is read. */
  generated: 'stored' | 'virtual' | null;
}

export interface Constraint {
  name: string;
  readonly kind: 'check' | 'foreign' | 'primary' | 'unique' | 'exclusion' | 'not null';
  validated: boolean;
  readonly columns: readonly string[];
  /** The condition of a CHECK, as SQL. */
  readonly condition: string | null;
  /** The relation that a foreign key refers to. */
  readonly references: number | null;
  /** The index that serves it; of a foreign key the referenced table's index. */
  readonly index: number | null;
}

export interface Relation {
  readonly oid: number;
  schema: string;
  name: string;
  readonly kind:
    | 'table'
    | 'partitioned'
    | 'index'
    | 'partitioned index'
    | 'view'
    | 'materialized view'
    | 'sequence'
    | 'foreign';
  unlogged: boolean;
  /** Tables that it inherits from or is a partition of; of an index the partitioned index. */
  readonly parents: number[];
  partition: 'no' | 'yes' | 'default';
  /** The columns of a partitioned table's key; null for an expression. */
  readonly partitionKey: readonly (string | null)[];
  columns: Column[];
  constraints: Constraint[];
  /** Not the server's own, such as those of foreign keys. */
  triggers: string[];
  policies: string[];
  rules: string[];
  /** Its policies are in force. */
  rowSecurity: boolean;
  /** Of an index: what it is on. */
  readonly index: IndexFacts | null;
  /** Of a sequence: the table and column that own it. */
  owner: { readonly relation: number; readonly column: string } | null;
  /** Of a view: what it reads. */
  readonly reads: readonly number[];
  /** Of a view: the columns that it needs of them. */
  readonly needs: readonly { readonly relation: number; readonly column: string }[];
  readonly accessMethod: string | null;
  readonly tablespace: string;
  /** Made by the file that is predicted: nobody else can wait for it. */
  readonly fresh?: boolean;
}

export interface IndexFacts {
  readonly relation: number;
  readonly unique: boolean;
  readonly primary: boolean;
  /** Every column that it depends on, those of expressions and of WHERE too. */
  readonly columns: readonly string[];
  /** It has an expression or a WHERE. */
  readonly expressions: boolean;
  /** Method, columns and WHERE, as pg_get_indexdef writes them after USING. */
  readonly shape: string;
}
