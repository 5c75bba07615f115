import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import { endpointOf } from '../../test/scratch-setting.ts';
import { coresOf, shareCore } from './one-core.ts';

const url = process.env.OLYMPUS_TEST_SERVER!;

test('the cores that we may use are read from ranges and single ones', () => {
  assert.deepEqual(coresOf('Name:\tx\nCpus_allowed_list:\t0-2,5\n'), [0, 1, 2, 5]);
  assert.deepEqual(coresOf('Cpus_allowed_list:\t3\n'), [3]);
  assert.deepEqual(coresOf('nothing'), [0]);
});

test('server processes of a local primary share one core; those of others and behind a pooler are left alone', async () => {
  await using one = await connect(url, 'olympus-test');
  await using other = await connect(url, 'olympus-test');
  const endpoint = endpointOf(url);
  assert.equal(await shareCore([endpoint], [one, other], 0), false); // external
  const local = { ...endpoint, provider: 'local' as const };
  assert.equal(await shareCore([local, { ...local, name: 'pooler' }], [one, other], 0), false);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return; // only root may move others' processes
  assert.equal(await shareCore([local], [one, other], 1), true);
  const allowed = await Promise.all(
    [one, other].map(async (session) => {
      const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return coresOf(await readFile(`/proc/${rows[0]!.pid}/status`, 'utf8'));
    }),
  );
  assert.equal(allowed[0]!.length, 1);
  assert.deepEqual(allowed[0], allowed[1]);
});
