import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSide } from '../variant/parse.ts';
import { clockOf } from './clock.ts';

test('CPU time decides, unless the sides differ in what it does not contain', async () => {
  const clock = async (a: string[], b: string[]) => clockOf(await parseSide(a), await parseSide(b)).clock;
  assert.equal(await clock([], ['set:work_mem=1MB', 'rls:bare']), 'cpu');
  assert.equal(await clock(['via:pooler'], ['via:pooler']), 'cpu');
  assert.equal(await clock([], ['via:pooler']), 'wall');
  assert.equal(await clock(['set:max_parallel_workers_per_gather=2'], []), 'wall');
  assert.equal(await clock([], ['set:effective_io_concurrency=200']), 'wall');
});
