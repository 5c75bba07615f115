/**
 * result.json: the truth of a run, as one definition that is both the TypeScript type and the JSON Schema
 * (reports/result.schema.json is generated from here; a test compares them).
 * Times are in milliseconds, sizes in bytes, rates per second. What could not be had is null with a reason beside it.
 */
import { type Static, Type } from 'typebox';
import { Figure } from './figure.ts';
import { Finding } from './finding.ts';
import type { PlanDiffResult } from './measures/plans.ts';
import { sectionSchemas } from './measures.ts';
import { Readiness } from './readiness.ts';
import { Environment, Machine, Objective, Run, Skipped, TrustCheck, Verdict, Warning } from './run.ts';

export type * from './figure.ts';
export type * from './finding.ts';
export type * from './measures/attacks.ts';
export type * from './measures/cache.ts';
export type * from './measures/checkpoint.ts';
export type * from './measures/comparison.ts';
export type * from './measures/dataset.ts';
export type * from './measures/drill.ts';
export type * from './measures/index.ts';
export type * from './measures/lag.ts';
export type * from './measures/load.ts';
export type * from './measures/micro.ts';
export type * from './measures/nightly.ts';
export type * from './measures/objects.ts';
export type * from './measures/olap.ts';
export type * from './measures/pagination.ts';
export type * from './measures/plans.ts';
export type * from './measures/pooler.ts';
export type * from './measures/recovery.ts';
export type * from './measures/rls.ts';
export type * from './measures/vacuum.ts';
export type * from './measures/vector.ts';
export type * from './others.ts';
export { Percentiles } from './percentiles.ts';
export type * from './readiness.ts';
export type * from './run.ts';

export const schemaVersion = 2;

export const Result = Type.Object(
  {
    schemaVersion: Type.Literal(schemaVersion),
    run: Run,
    verdict: Verdict,
    trust: Type.Object({ checks: Type.Array(TrustCheck), machine: Type.Optional(Machine) }),
    environment: Environment,
    objectives: Type.Array(Objective),
    ...sectionSchemas,
    readiness: Type.Optional(Readiness),
    /** Worst first; known ones last. Absent in runs that were made before there were findings. */
    findings: Type.Optional(Type.Array(Finding)),
    /** Every figure of the sections by name: what compare, history and the other formats read. */
    figures: Type.Array(Figure),
    skipped: Type.Array(Skipped),
    warnings: Type.Array(Warning),
  },
  { $id: 'result.schema.json', title: 'A run of Olympus Bench' },
);
/** Sections of a result that a measure may write. */
export type Result = Omit<Static<typeof Result>, 'verdict' | 'planDiffs' | 'planPairs'> & {
  verdict: Verdict;
  planDiffs?: PlanDiffResult[];
  planPairs?: PlanDiffResult[];
};
