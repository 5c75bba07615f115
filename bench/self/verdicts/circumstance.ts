import type { SloFacts } from '../../../analysis/verdict/slo.ts';
import type { Verdict } from '../../../result/result.ts';
import type { Route } from '../../../scenarios/load-scenario.ts';
import type { SelfContext } from '../goal.ts';

/** Something that is known to be so while a load is measured, and what may truly be said of that run. */
export interface Circumstance {
  readonly name: string;
  readonly what: string;
  readonly scenario?: string;
  readonly via?: Route;
  readonly promises?: Partial<SloFacts>;
  /** The answers that are true. */
  readonly right: readonly Verdict['status'][];
  /** More that is true of it: a reason has to say it, in whichever status. */
  readonly says?: RegExp;
  /** On a machine that others use too, the answers that are true as well. */
  readonly elsewhere?: readonly Verdict['status'][];
  /**
   * Makes it so, at once or some seconds after the measured load is under way; disposing takes it back. Where it cannot be
   * had here it says why.
   */
  begin?(context: SelfContext, underWay: Promise<void>): Promise<AsyncDisposable | { readonly why: string }>;
}
