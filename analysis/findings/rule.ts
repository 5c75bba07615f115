import type { Finding } from '../../result/finding.ts';
import type { Result } from '../../result/result.ts';

/** What the rules look at. Every `Result` is one. */
export type Findable = Pick<Result, 'plans' | 'pagination' | 'rls' | 'replication' | 'load' | 'pooler'> & {
  readonly trust: Pick<Result['trust'], 'checks'>;
};

/** A finding before it is ranked. */
export type Found = Omit<Finding, 'id' | 'known'> & {
  /** What it is about, below the rule: one finding for each. */
  readonly about: string;
  /** How many times it is beyond the rule's limit: which of a rule's findings is worst. */
  readonly excess: number;
};

export interface Rule {
  readonly name: string;
  readonly find: (facts: Findable) => Found[];
}
