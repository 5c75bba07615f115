import type { SloFacts } from '../../../analysis/verdict/slo.ts';
import type { TrustCheck, Verdict } from '../../../result/result.ts';
import type { Route } from '../../../scenarios/load-scenario.ts';
import type { SelfContext } from '../goal.ts';

/** The verdict of a run; or it was refused before anything was measured (exit code 2). */
export type Answer = Verdict['status'] | 'refused';

export interface Said {
  readonly status: Answer;
  readonly reasons: readonly string[];
  /** Absent of a command, which says them in words only. */
  readonly checks?: readonly TrustCheck[];
}

/** Something that is known to be so while a load is measured, and what may truly be said of that run. */
export interface Circumstance {
  readonly name: string;
  readonly what: string;
  readonly scenario?: string;
  readonly via?: Route;
  readonly promises?: Partial<SloFacts>;
  /** The answers that are true. */
  readonly right: readonly Answer[];
  /** More that is true of it: a reason has to say it, in whichever status. */
  readonly says?: RegExp;
  /** On a machine that others use too, the answers that are true as well. */
  readonly elsewhere?: readonly Answer[];
  /**
   * Makes it so, at once or some seconds after the measured load is under way; disposing takes it back. Where it cannot be
   * had here it says why.
   */
  begin?(context: SelfContext, underWay: Promise<void>): Promise<AsyncDisposable | { readonly why: string }>;
  /** In place of one load in this process: commands, as a user types them. Where they cannot be run it says why. */
  run?(context: SelfContext): Promise<Said | { readonly why: string }>;
}
