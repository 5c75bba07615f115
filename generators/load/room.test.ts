import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { connect } from '../../infra/topology/session.ts';
import { migrate } from '../../migrations/runner.ts';
import { testDatabase } from '../../test/server.ts';
import { resolveScale } from '../scales.ts';
import { seed } from '../seed.ts';
import { checkRoomForCopy, estimatedBytes } from './room.ts';

test('the estimate is what small took when it was measured, with WAL and sorts on top', () => {
  const measured = 722_000_000; // bytes of all tables with indexes, PostgreSQL 18
  const estimate = estimatedBytes(resolveScale('small'));
  assert.ok(estimate > measured * 1.5 && estimate < measured * 3, `${estimate}`);
});

test('a data set that the disk cannot hold is refused before anything is changed', async () => {
  await using database = await testDatabase('l_room');
  await migrate(database.admin);
  await assert.rejects(
    seed(() => connect(database.url), { scale: 'tenants=2000000000', seed: 1 }),
    (fault) =>
      fault instanceof Fault &&
      /GiB.* left: nothing was loaded/.test(fault.message) &&
      fault.reason === 'usage',
  );
  const { rows } = await database.admin.query(`SELECT to_regclass('bench.dataset') AS mark`);
  assert.deepEqual(rows, [{ mark: null }]);
});

test('a copy of a database that the disk cannot hold is refused', async () => {
  await using database = await testDatabase('l_room_copy');
  const name = new URL(database.url).pathname.slice(1);
  await checkRoomForCopy(database.admin, name);
  await assert.rejects(
    checkRoomForCopy(database.admin, name, 1e9),
    (fault) =>
      fault instanceof Fault &&
      /GiB on 1 server, and the disk .* left, of which 1.0 GiB stays free: it was not made/.test(
        fault.message,
      ) &&
      fault.reason === 'component',
  );
});
