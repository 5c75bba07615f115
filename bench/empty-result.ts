import packageJson from '../package.json' with { type: 'json' };
import { type Result, type Run, schemaVersion } from '../result/result.ts';
import { hostFacts } from './host/host.ts';

/** A result in which nothing is measured yet: inconclusive, and saying so. */
export function emptyResult(run: Pick<Run, 'id' | 'startedAt' | 'suite' | 'command'>): Result {
  return {
    schemaVersion,
    run: { ...run, finishedAt: null, complete: false, stages: [] },
    verdict: { status: 'inconclusive', reasons: ['The run has not ended.'] },
    trust: { checks: [] },
    environment: {
      fingerprint: '',
      harness: { version: packageJson.version, commit: null, node: process.version, k6: null },
      host: hostFacts(),
      endpoints: [],
    },
    dataset: null,
    objectives: [],
    plans: [],
    pagination: [],
    rls: null,
    replication: [],
    load: [],
    index: [],
    pooler: [],
    cache: [],
    vector: [],
    olap: [],
    objects: [],
    micro: [],
    comparison: [],
    skipped: [],
    warnings: [],
  };
}
