import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing, usage } from '../../config/fault.ts';
import { NoRoomForCopy } from '../../generators/load/room.ts';
import { unlessRefused } from './rls.ts';

const refused = (error: Error) => unlessRefused('left-out', () => Promise.reject(error));

test('a disk without room for a copy leaves out what needs one, and says so; a lost server ends the part', async () => {
  const full = new NoRoomForCopy('component', 'A copy takes 20 GiB.', 'Make room.');
  const warnings = [{ code: 'left-out', message: 'A copy takes 20 GiB.', advice: 'Make room.' }];
  assert.deepEqual(await refused(full), { found: {}, warnings });
  assert.equal((await refused(usage('A waiver waives nothing.', 'Remove it.'))).warnings.length, 1);
  await assert.rejects(refused(missing('Cannot connect.', 'Start it.')), /Cannot connect/);
  await assert.rejects(refused(new TypeError('a defect')), TypeError);
  assert.deepEqual(await unlessRefused('left-out', async () => ({ overhead: [] })), {
    found: { overhead: [] },
    warnings: [],
  });
});
