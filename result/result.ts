/**
 * result.json: the truth of a run, as one definition that is both the TypeScript type and the JSON Schema
 * (reports/result.schema.json is generated from here; a test compares them).
 * Times are in milliseconds, sizes in bytes, rates per second. What could not be had is null with a reason beside it.
 */
import { type Static, Type } from 'typebox';
import { CapacityResult } from './capacity.ts';
import { ComparisonResult, FalseAlarms } from './comparison.ts';
import { DatasetResult } from './dataset.ts';
import { IndexResult } from './indexes.ts';
import { LoadResult } from './load.ts';
import { MicroResult } from './micro.ts';
import { Nightly, Readiness } from './night.ts';
import { PaginationCheck, PaginationResult } from './pagination.ts';
import { Nullable } from './percentiles.ts';
import { PlanDiffResult, PlanModes, PlanResult } from './plans.ts';
import { PoolerFigures } from './pooler.ts';
import { ReplicationResult, ReplicationStudy } from './replication.ts';
import { RlsResult } from './rls.ts';
import { Environment, Objective, Run, Skipped, TrustCheck, Verdict, Warning } from './run.ts';
import { CacheFigures, ObjectFigures, OlapFigures, VectorFigures } from './service-results.ts';

export type * from './attacks.ts';
export type * from './comparison.ts';
export type * from './dataset.ts';
export type * from './indexes.ts';
export type * from './load.ts';
export type * from './micro.ts';
export type * from './night.ts';
export type * from './pagination.ts';
export { Percentiles } from './percentiles.ts';
export type * from './plans.ts';
export type * from './pooler.ts';
export type * from './replication.ts';
export type * from './rls.ts';
export type * from './run.ts';
export type * from './service-results.ts';

export const schemaVersion = 1;

export const Result = Type.Object(
  {
    schemaVersion: Type.Literal(schemaVersion),
    run: Run,
    verdict: Verdict,
    trust: Type.Object({ checks: Type.Array(TrustCheck) }),
    environment: Environment,
    dataset: Nullable(DatasetResult),
    objectives: Type.Array(Objective),
    plans: Type.Array(PlanResult),
    planModes: Type.Optional(Type.Array(PlanModes)),
    planDiffs: Type.Optional(Type.Array(PlanDiffResult)),
    pagination: Type.Array(PaginationResult),
    paginationChecks: Type.Optional(Type.Array(PaginationCheck)),
    rls: Nullable(RlsResult),
    replication: Type.Array(ReplicationResult),
    replicationStudy: Type.Optional(ReplicationStudy),
    load: Type.Array(LoadResult),
    index: Type.Array(IndexResult),
    pooler: Type.Array(PoolerFigures),
    cache: Type.Array(CacheFigures),
    vector: Type.Array(VectorFigures),
    olap: Type.Array(OlapFigures),
    objects: Type.Array(ObjectFigures),
    capacity: Type.Optional(Nullable(CapacityResult)),
    micro: Type.Array(MicroResult),
    comparison: Type.Array(ComparisonResult),
    /** Of a run that compared times; null: never measured on this machine. */
    falseAlarms: Type.Optional(Nullable(FalseAlarms)),
    nightly: Type.Optional(Nightly),
    readiness: Type.Optional(Readiness),
    skipped: Type.Array(Skipped),
    warnings: Type.Array(Warning),
  },
  { $id: 'result.schema.json', title: 'A run of Olympus Bench' },
);
/** Sections of a result that a measure may write. */
export type Result = Omit<Static<typeof Result>, 'verdict' | 'planDiffs'> & {
  verdict: Verdict;
  planDiffs?: PlanDiffResult[];
};
