import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testCache } from '../../test/local-cache.ts';
import { until } from '../../test/patience.ts';
import { connect, type Session } from '../topology/session.ts';
import { startLocal, statusLocal, stopLocal } from './local.ts';

/** A replica that the primary has given up; the tests of this file follow each other. */
const cache = await testCache();
const held = { cache: cache.cache, name: 'lost' };
const up = (rebuild: ('replica1' | 'replica2')[] = []) =>
  startLocal(cache.options({ name: 'lost', lifetime: 'held', parts: ['primary', 'replica1'], rebuild }));
const replica = async () => (await statusLocal(held)).find(({ name }) => name === 'replica1')!;

after(async () => {
  await stopLocal({ ...held, wipe: true });
  cache[Symbol.dispose]();
});

async function isTrue(session: Session, condition: string): Promise<boolean> {
  return (await session.query<{ yes: boolean }>(`SELECT (${condition}) AS yes`)).rows[0]!.yes;
}

test('`status` says why a replica cannot follow any more, and how it is made anew', async () => {
  const topology = await up();
  await using primary = await connect(topology.get('primary').url('admin'));
  {
    await using cut = await connect(topology.get('replica1').url('admin'));
    await cut.query("ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'");
    await cut.query('SELECT pg_reload_conf()');
  }
  await primary.query("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
  await primary.query('SELECT pg_reload_conf()');
  const slot = "(SELECT FROM pg_replication_slots WHERE slot_name = 'replica1'";
  await until('the replica is cut off', () => isTrue(primary, `NOT EXISTS ${slot} AND active)`));
  await primary.query('CREATE TABLE public.mark AS SELECT 7 AS mark');
  await until('the slot is lost', async () => {
    for (let i = 0; i < 3; i++) {
      await primary.query("SELECT pg_logical_emit_message(false, 'olympus', 'anything')");
      await primary.query('SELECT pg_switch_wal()');
    }
    await primary.query('CHECKPOINT'); // by a checkpointer that has read the setting, or once more
    return await isTrue(primary, `EXISTS ${slot} AND wal_status = 'lost')`);
  });
  const { state, why } = await replica();
  await primary.query('ALTER SYSTEM RESET max_slot_wal_keep_size'); // or the clone's slot would be lost the same way
  await primary.query('SELECT pg_reload_conf()');
  await until('it is reset', () => isTrue(primary, "current_setting('max_slot_wal_keep_size') <> '1MB'"));
  assert.equal(state, 'degraded');
  assert.match(why!, /cannot follow: .* given up its slot, which kept more than 1MB .*up --rebuild replica1/);
});

test('made anew it streams again, with what it missed', async () => {
  const topology = await up(['replica1']);
  assert.equal((await replica()).state, 'running');
  await using session = await connect(topology.get('replica1').url('admin'));
  assert.deepEqual((await session.query('SELECT mark FROM public.mark')).rows, [{ mark: 7 }]);
});

test('one that streams well is made anew on request, too', async () => {
  const before = (await up()).get('replica1').pid;
  const after = (await up(['replica1'])).get('replica1').pid;
  assert.notEqual(after, before);
  assert.equal((await replica()).state, 'running');
});
