import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { seeded } from '../analysis/statistics/seeded.ts';
import { emptyResult } from '../bench/empty-result.ts';
import { atMost, type Goal, type SelfTest } from '../bench/self/goal.ts';
import { temporaryFolder } from '../infra/process/temporary-folder.ts';
import { runId } from '../reports/run-id.ts';
import { files } from '../reports/write-run.ts';
import type { NightMetric, Result } from '../result/result.ts';

const nights = 10_000;
const metrics = 12;
const main = join(import.meta.dirname, '../cli/main.ts');

/** 27 years of nights in a folder of their own: how long a user waits for their series. */
export const history: SelfTest = async ({ seed, progress, signal }) => {
  await using temporary = await temporaryFolder('history');
  const root = temporary.path;
  const random = seeded(seed);
  for (let night = 0; night < nights; night++) {
    signal.throwIfAborted();
    const result = nightResult(night, random);
    await mkdir(join(root, result.run.id));
    await writeFile(join(root, result.run.id, files.result), JSON.stringify(result));
    if (night % 500 === 499) progress.count(night + 1, nights, 'nights');
  }
  const built = await show(root, signal);
  const all = await fastest(() => show(root, signal));
  const one = await fastest(() => show(root, signal, metricName(0)));
  const why = `${metrics} metrics a night of seeded noise; the index was built from the run directories in ${built.toFixed(1)} s before.`;
  return [
    goal('history show of 10,000 nights', all, `The overview. ${why}`),
    goal('one metric over 10,000 nights', one, `All its nights with their change points. ${why}`),
  ];
};

const goal = (name: string, seconds: number, why: string): Goal => atMost(name, seconds, 1, 's', why);

/** Of three: what is slower is the machine's. */
async function fastest(work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) times.push(await work());
  return Math.min(...times);
}

/** Seconds of the command as a user starts it. */
async function show(root: string, signal: AbortSignal, ...what: string[]): Promise<number> {
  const started = performance.now();
  const args = [
    '--disable-warning=ExperimentalWarning',
    main,
    'history',
    'show',
    ...what,
    '--out',
    root,
    '--quiet',
  ];
  await promisify(execFile)(process.execPath, args, { signal });
  return (performance.now() - started) / 1000;
}

const metricName = (i: number) => `statement/${i} whale, CPU ms`;

function nightResult(night: number, random: () => number): Result {
  const startedAt = new Date(Date.UTC(2000, 0, 1) + night * 86_400_000);
  const empty = emptyResult({
    id: runId(startedAt, 'nightly'),
    startedAt: startedAt.toISOString(),
    ...{ kind: 'nightly', suite: 'nightly' },
    command: './olympus nightly',
  });
  return {
    ...empty,
    run: { ...empty.run, finishedAt: startedAt.toISOString(), complete: true },
    verdict: { status: 'pass', reasons: [] },
    environment: { ...empty.environment, fingerprint: 'self' },
    nightly: {
      night: night + 1,
      control: { label: 'self', digest: 'self', commit: null },
      head: { digest: 'self', commit: null, changes: [] },
      ...{ void: null, rounds: 10, seconds: 60, left: [], lastGood: null, plans: [] },
      since: { commits: [], settings: [] },
      metrics: Array.from({ length: metrics }, (_, i) => metricOf(i, 0.01 * (random() + random() - 1))),
    },
  };
}

const metricOf = (i: number, value: number): NightMetric => ({
  ...{ metric: metricName(i), unit: 'ms', exact: false, control: 1, head: Math.exp(value), value },
  ...{ state: 'steady', since: null, baseline: { level: 0, limit: 0.03 }, nights: 30, missing: 0 },
  ...{ confirmation: null, why: '' },
});
