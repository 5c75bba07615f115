import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { patience } from '../../test/patience.ts';
import { findK6 } from './k6.ts';
import { k6Version } from './k6-version.ts';

test('the k6 of a run is told by its version, whether it was built or named', async (t) => {
  const before = process.env.K6_BINARY;
  t.after(() => {
    if (before === undefined) delete process.env.K6_BINARY;
    else process.env.K6_BINARY = before;
  });
  const binary = await findK6({ progress: silent, signal: patience() });
  delete process.env.K6_BINARY;
  const [version, module] = k6Version()!.split(', module ');
  assert.match(module!, /^[0-9a-f]{16}$/);
  process.env.K6_BINARY = binary;
  assert.ok(k6Version()!.startsWith(`${version} (`), k6Version()!);
});
