import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { connect } from '../../infra/topology/session.ts';
import { Topology } from '../../infra/topology/topology.ts';
import { endpointOf } from '../../test/scratch-setting.ts';
import { scratchDatabase } from './scratch-database.ts';

const primary = endpointOf(process.env.OLYMPUS_TEST_SERVER!);
const topology = new Topology([primary], [], async () => {});
const work = { progress: silent, signal: new AbortController().signal };

async function databases(): Promise<string[]> {
  await using control = await connect(primary.url('admin'));
  const { rows } = await control.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'olympus_self%'`,
  );
  return rows.map(({ datname }) => datname);
}

test('a self-test has a migrated database of its own, beside that of another, and drops it', async () => {
  {
    await using database = await scratchDatabase(topology, work);
    await using session = await connect(primary.url('admin', database.name));
    const { rows } = await session.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM ops.schema_migrations',
    );
    assert.ok(rows[0]!.n > 10);
    await using other = await scratchDatabase(topology, work);
    assert.deepEqual((await databases()).sort(), [database.name, other.name].sort());
  }
  assert.deepEqual(await databases(), []);
});
