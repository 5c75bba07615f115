import packageJson from '../package.json' with { type: 'json' };
import { emptySections } from '../result/measures.ts';
import { type Result, type RunFacts, schemaVersion } from '../result/result.ts';
import { hostFacts } from './host/host.ts';

/** A result in which nothing is measured yet: inconclusive, and saying so. */
export function emptyResult(run: RunFacts): Result {
  return {
    ...emptySections(),
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
    objectives: [],
    figures: [],
    skipped: [],
    warnings: [],
  };
}
