import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import { testDatabase } from '../../test/server.ts';
import { backendSeconds, childSeconds } from './processor-time.ts';

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

test('the CPU time of programs that were started here is told while they run', async () => {
  const before = (await childSeconds())!;
  const busy = spawn('sh', ['-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo; read -r _'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await new Promise((counted) => busy.stdout.once('data', counted));
  const used = (await childSeconds())! - before;
  busy.stdin.end();
  await new Promise((ended) => busy.once('close', ended));
  assert.ok(used > 0.02, `${used} s for counting to 300,000`);
  assert.ok((await childSeconds())! < before + used);
});
