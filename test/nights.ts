/** Test only: nights as the product writes them, in a folder of their own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exampleResult } from '../reports/fixture.ts';
import { runId } from '../reports/run-id.ts';
import { writeResult } from '../reports/write-run.ts';
import type { Nightly, NightMetric, Result } from '../result/result.ts';

export const timeMetric = (
  metric: string,
  value: number | null,
  changes: Partial<NightMetric> = {},
): NightMetric => ({
  ...{
    metric,
    unit: 'ms',
    exact: false,
    control: 2,
    head: value === null ? null : 2 * Math.exp(value),
    value,
  },
  ...{ state: 'steady', since: null, baseline: null, nights: 0, missing: 10, confirmation: null, why: '' },
  ...changes,
});

export const aNight = (
  night: number,
  metrics: readonly NightMetric[],
  changes: Partial<Nightly> = {},
): Nightly => ({
  night,
  control: { label: 'v1', digest: 'pinned', commit: null },
  head: { digest: 'head', commit: null, changes: [] },
  ...{
    void: null,
    rounds: 10,
    seconds: 60,
    left: [],
    lastGood: null,
    since: { commits: [], settings: [] },
    plans: [],
  },
  metrics: [...metrics],
  ...changes,
});

/** Writes a night that started so many days after the first. @returns its id */
export async function storeNight(
  root: string,
  day: number,
  nightly: Nightly,
  changes: Partial<Result> = {},
): Promise<string> {
  const startedAt = new Date(Date.UTC(2026, 0, 1) + day * 86_400_000);
  const id = runId(startedAt, 'nightly', () => nightly.night.toString(16).padStart(4, '0'));
  const { plans, pagination, load, replication, ...example } = exampleResult();
  mkdirSync(join(root, id), { recursive: true });
  await writeResult(join(root, id), {
    ...{ plans: [], pagination: [], load: [], replication: [] },
    ...example,
    verdict: { status: 'pass', reasons: [] },
    nightly,
    ...changes,
    run: { ...example.run, kind: 'nightly', suite: 'nightly', id, startedAt: startedAt.toISOString() },
  });
  void [plans, pagination, load, replication];
  return id;
}
