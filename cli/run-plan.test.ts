import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { emptyResult } from '../bench/empty-result.ts';
import { createRun } from '../reports/run-directory.ts';
import { planRun } from './run-plan.ts';

test('a plan has the medians of the five newest whole runs of its kind, suite and scale, and no others', async () => {
  const root = await mkdtemp(join(tmpdir(), 'olympus-plan-'));
  try {
    let second = 0;
    const made = async (load: number, { suite = 'quick', complete = true, scale = 'tiny' } = {}) => {
      second += 1;
      const clock = () => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
      const run = await createRun(root, { kind: 'bench', suite, command: './olympus bench', clock });
      const result = emptyResult(run.facts);
      const stages = [{ name: 'load', seconds: load }, ...(load > 50 ? [{ name: 'k6', seconds: 9 }] : [])];
      await run.finish({
        ...result,
        run: { ...result.run, complete, stages },
        dataset: { scale, seed: 1, digest: 'd', seconds: null, tables: [] },
      });
    };
    for (const load of [900, 900, 10, 20, 30, 40, 50]) await made(load);
    await made(99, { suite: 'smoke' });
    await made(99, { complete: false });
    await made(60, { scale: 'small' });
    const wanted = { kind: 'bench' as const, suite: 'quick' };
    const tiny = await planRun(root, { ...wanted, scale: 'tiny' }, ['load', 'lag']);
    assert.deepEqual(tiny, {
      runs: 5,
      stages: [
        { name: 'load', seconds: 30 },
        { name: 'lag', seconds: null },
      ],
    });
    const any = await planRun(root, { ...wanted, scale: undefined }, ['load', 'k6']);
    assert.deepEqual([any.runs, any.stages.map(({ seconds }) => seconds)], [5, [40, 9]]);
    assert.equal((await planRun(join(root, 'none'), { ...wanted, scale: 'tiny' }, ['load'])).runs, 0);
  } finally {
    await rm(root, { recursive: true });
  }
});
