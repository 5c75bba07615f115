/**
 * Test only: a plausible result to look at and to test the formats with. Nothing here was measured; the product
 * never imports it.
 */
import type { Result } from '../result/result.ts';
import { exampleDataset } from './fixture/dataset.ts';
import { exampleEnvironment } from './fixture/environment.ts';
import { exampleObjectives, exampleTrust, exampleVerdict } from './fixture/judgement.ts';
import { exampleLoad } from './fixture/load.ts';
import { exampleMicro, exampleSkipped, exampleWarnings } from './fixture/notes.ts';
import { examplePagination } from './fixture/pagination.ts';
import { examplePlanDiffs, examplePlanModes, examplePlans, exampleStatements } from './fixture/plans.ts';
import { exampleReplication } from './fixture/replication.ts';
import { exampleRls } from './fixture/rls.ts';
import { exampleRun } from './fixture/run.ts';
import { examplePooler, exampleStudy } from './fixture/topology.ts';

/** A result with every part that this version measures. `changes` replace whole sections. */
export const exampleResult = (changes: Partial<Result> = {}): Result => ({
  schemaVersion: 2,
  run: exampleRun(),
  verdict: exampleVerdict(),
  trust: exampleTrust(),
  environment: exampleEnvironment(),
  dataset: exampleDataset(),
  objectives: exampleObjectives(),
  plans: examplePlans(),
  statements: exampleStatements(),
  planModes: examplePlanModes(),
  planDiffs: examplePlanDiffs(),
  pagination: examplePagination(),
  rls: exampleRls(),
  replication: exampleReplication(),
  replicationStudy: exampleStudy(),
  load: [exampleLoad()],
  index: [],
  pooler: examplePooler(),
  cache: [],
  vector: [],
  olap: [],
  objects: [],
  micro: exampleMicro(),
  comparison: [],
  figures: [],
  skipped: exampleSkipped(),
  warnings: exampleWarnings(),
  ...changes,
});
