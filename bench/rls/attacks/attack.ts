/** One way in: who types what, through what, and what must come of it. */
export interface Attack {
  /** "stop/lock-table core.orders". */
  readonly name: string;
  /** One sentence, without its subject. */
  readonly what: string;
  readonly as: Attacker;
  readonly via: readonly Route[];
  readonly must: Must;
  /** SQLSTATEs that keep the promise; of `refused` alone, and of `same` where both answers must be refused. */
  readonly codes: readonly string[];
  /** Typed as it stands; with :name for what stands in the copy. */
  readonly sql: string;
  /** What another client types, and when. */
  readonly second: { readonly when: When; readonly sql: string } | null;
  /** Whether it is typed within one transaction, which begins with the identity. */
  readonly transaction: boolean;
  /** How that transaction ends: `leave` closes the connection in the middle of it. */
  readonly end: 'commit' | 'rollback' | 'leave';
  /** Where it connects to, if not to the copy. */
  readonly database: string | null;
  /** Why PostgreSQL does not keep this, and what to do about it; null where it is kept. */
  readonly known: string | null;
}

/** People of a tenant of their own, who attack another (plant.sql). */
export const attackers = [
  'owner',
  'admin',
  'manager',
  'member',
  'viewer',
  'former',
  'pending',
  'both',
  'claimer',
  'noorg',
  'nobody',
] as const;
export type Attacker = (typeof attackers)[number];

export const routes = ['primary', 'pooler', 'replica'] as const;
export type Route = (typeof routes)[number];

/**
 * What keeps the promise.
 * refused: an error with one of the codes. nothing: no row, or nothing but null, false and 0. clean: their own
 * rows, and nothing of the other tenant. same: the answer is that to its second statement. free: the victim's statement is not held up.
 * Of every one: no row of the other tenant has changed, and nothing in the answer is of that tenant.
 */
export const musts = ['refused', 'nothing', 'clean', 'same', 'free'] as const;
export type Must = (typeof musts)[number];

/** instead: by the same, for what is not there. then: by the pooler's next client. victim: meanwhile, by the other tenant. */
export const whens = ['instead', 'then', 'victim'] as const;
export type When = (typeof whens)[number];
