import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import { testDatabase } from '../../test/server.ts';
import { backendSeconds } from './processor-time.ts';

test('the CPU time of sessions is that of their processes, and nothing without sessions', async () => {
  await using database = await testDatabase('self');
  const name = `olympus-test-${process.pid}`;
  assert.equal(await backendSeconds(database.admin, name), 0);
  await using busy = await connect(database.url, name);
  const before = (await backendSeconds(database.admin, name))!;
  const { rows } = await busy.query<{ seconds: number }>(
    `SELECT extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 AS seconds
     FROM (SELECT count(*) FROM generate_series(1, 2000000)) AS work`,
  );
  const used = (await backendSeconds(database.admin, name))! - before;
  assert.ok(used > 0.02, `${used} s for counting to two million`);
  assert.ok(used < rows[0]!.seconds + 0.5, `${used} s, more than the clock's`);
});
