import type { Expectation } from '../result/expectation.ts';

/**
 * Where parameters come from: <name>.sql in a project's folder of sources. Given $1 tenant id, $2 how many rows, $3
 * seed, it returns at most $2 rows with its declared columns, the same ones in the same order for the same data and seed.
 */
export interface Source {
  readonly name: string;
  readonly what: string;
  readonly columns: readonly string[];
  readonly sql: string;
  readonly file: string;
}

/** `$1` of the statement is column `column` of one row drawn from `source` (scenarios/sources/<source>.sql). */
export interface Parameter {
  readonly name: string;
  readonly source: string;
  readonly column: string;
}

/** One SQL text of the catalogue: scenarios/statements/<group>/<name>.sql. */
export interface Statement {
  readonly name: string; // "orders/recent"
  readonly what: string;
  readonly sql: string; // $1..$n, in the order of `params`
  readonly params: readonly Parameter[];
  /** Those that its parameters name. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly expects: readonly Expectation[];
  /** Share of the mixed workload; 0 keeps it out of mixes. */
  readonly weight: number;
  /** Whose plan carries the expectations: app (row-level security on) or owner (service code that filters itself). */
  readonly role: 'app' | 'owner';
  readonly kind: 'read' | 'write';
  readonly file: string;
}

export type TenantClass = 'whale' | 'median' | 'minnow';
export const tenantClasses: readonly TenantClass[] = ['whale', 'median', 'minnow'];

/** A tenant and one of its active members: together the identity of a request. */
export interface Tenant {
  readonly class: TenantClass;
  readonly id: string;
  readonly slug: string;
  readonly userId: string;
  readonly orders: number;
  readonly products: number;
}

/** Parameter values as text, in the statement's order: the server infers their types, for every driver alike. */
export type Draw = readonly (string | null)[];
