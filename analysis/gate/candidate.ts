import type { SeenPlan } from './index-search.ts';

/** An index as the candidates need it; a partitioned one with its parts is one. */
export interface KnownIndex {
  readonly short: string;
  /** Schema and name. */
  readonly table: string;
  readonly method: string;
  readonly keys: readonly string[];
  readonly orders: readonly string[];
  readonly included: readonly string[];
  readonly predicate: string | null;
  readonly unique: boolean;
  readonly constraint: string | null;
  readonly bytes: number;
}

/** A change that plans suggest. Nothing is proposed before it is measured. */
export interface Candidate {
  readonly kind: 'missing' | 'unused' | 'redundant';
  readonly table: string;
  readonly ddl: readonly string[];
  readonly drop: readonly string[];
  readonly why: string;
  /** missing: pages by weight that reads could save at most; otherwise the index's bytes. */
  readonly benefit: number;
  /** missing: those that it was suggested for. */
  readonly statements?: readonly string[];
  /** What is tried when this one is not worth it, or one of `statements` does not gain: the same without what makes it dear. */
  readonly otherwise?: Candidate;
}

/** Of what the mix never runs: it was written to be run all the same. */
const leastCalls = 1;

/** Calls by which the pages of a plan are weighed. */
export const callsOf = ({ weight, share = 1 }: Pick<SeenPlan, 'weight' | 'share'>): number =>
  Math.max(weight, leastCalls) * share;

/** What the plans read in all, by the same weights: no change can save more. */
export const workOf = (plans: readonly SeenPlan[]): number =>
  plans.reduce(
    (sum, plan) => sum + ((plan.root.buffers?.hit ?? 0) + (plan.root.buffers?.read ?? 0)) * callsOf(plan),
    0,
  );
