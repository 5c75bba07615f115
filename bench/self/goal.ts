import { Fault } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { Progress } from '../../config/progress.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { FalseAlarmRecord } from '../compare/false-alarm-record.ts';

/**
 * A figure of the harness itself beside what was set as its goal. `unit` says in which direction: "ratio, at least".
 * value null: not measured; ok null: not measured, or not settled by what was measured. `why` says so in either case,
 * and otherwise how the figure came about.
 */
export interface Goal {
  readonly name: string;
  readonly value: number | null;
  /** null: a whole benchmark could not run. */
  readonly goal: number | null;
  readonly unit: string;
  readonly ok: boolean | null;
  readonly why: string;
  /** Of a circumstance: the answers that are true of it, and the one that was given. */
  readonly heard?: Heard;
}

export interface Heard {
  readonly circumstance: string;
  readonly truth: readonly string[];
  /** null: it could not be made so here. */
  readonly said: string | null;
  /** What the answer is worth; "not ours": the machine was somebody else's, and that was said. */
  readonly judgement: 'right' | 'false green' | 'false' | 'unsaid' | 'not ours' | 'missing';
}

export interface SelfContext {
  readonly topology: Topology;
  /** A migrated database of the self-test's own, without data, on the primary and its replicas; dropped afterwards. */
  readonly database: string;
  readonly seed: number;
  /** Where the gate's test counts its false alarms; absent: nowhere. */
  readonly record?: FalseAlarmRecord;
  /** Of a test that has several: those that were named (`--only verdicts:quiet`); absent: all. */
  readonly cases?: readonly string[];
  readonly progress: Progress;
  /** Aborted on Ctrl-C and SIGTERM: a test stops soon, takes back what it changed and throws signal.reason. */
  readonly signal: AbortSignal;
}

/** One benchmark of the harness. What it cannot measure is a goal without a value; it throws for defects only. */
export type SelfTest = (context: SelfContext) => Promise<Goal[]>;

export const atLeast = (name: string, value: number, goal: number, unit: string, why: string): Goal => ({
  ...{ name, value, goal, why },
  unit: `${unit}, at least`,
  ok: value >= goal,
});

export const atMost = (name: string, value: number, goal: number, unit: string, why: string): Goal => ({
  ...{ name, value, goal, why },
  unit: `${unit}, at most`,
  ok: value <= goal,
});

/** `unit` with its direction: "%, at most". */
export const unmeasured = (name: string, goal: number, unit: string, why: string): Goal => ({
  ...{ name, goal, unit, why },
  value: null,
  ok: null,
});

/** A case that the test does not have: what was asked for is at fault, not what was measured. */
export class UnknownCase extends Fault {
  constructor(name: string, known: readonly string[]) {
    super('usage', `This part of self has no "${name}".`, suggest(name, known));
  }
}

/**
 * The cases of a test that are wanted, in their own order.
 * @throws UnknownCase
 */
export function chosenCases<Case extends { readonly name: string }>(
  { cases }: SelfContext,
  all: readonly Case[],
): readonly Case[] {
  if (cases === undefined) return all;
  const names = all.map(({ name }) => name);
  const unknown = cases.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UnknownCase(unknown, names);
  return all.filter(({ name }) => cases.includes(name));
}
