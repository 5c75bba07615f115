import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { seconds } from '../../config/units.ts';
import { connect } from '../../infra/topology/session.ts';
import { scratchSetting } from '../../test/scratch-setting.ts';
import { loadMeasure } from './load.ts';

const setting = await scratchSetting();
after(() => setting[Symbol.asyncDispose]());

test('a session scenario keeps its own rate, writes to a copy, and counts its sessions', async () => {
  const before = await orders();
  const measure = loadMeasure({
    ...{ scenario: 'shopping-session', via: 'primary', duration: seconds(3) },
  });
  const { load } = await measure.run({ ...setting, budget: { ...setting.budget, loadWarmup: seconds(3) } });
  const [result, ...more] = load!;
  assert.deepEqual(more, []);
  const { sessions, errors, statements } = result!;
  assert.deepEqual(errors, {});
  assert.ok(sessions && sessions.arrived > 30 && sessions.arrived < 95, JSON.stringify(sessions));
  assert.ok(statements.some(({ name, rows }) => name === 'orders/create' && rows > 0));
  const now = await orders();
  assert.deepEqual(now, before);
});

/** On a connection of its own: a copy ends those on its base. */
async function orders() {
  await using session = await connect(setting.scratch.url, 'olympus-test');
  return (await session.query('SELECT count(*) FROM core.orders')).rows;
}
