import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockWaits } from './lock-waits.ts';

const wait = (
  pid: number,
  holding: string,
  queue: string,
  what = 'AccessShareLock on relation 5 of database 1',
) =>
  `2026-01-01 00:00:00.000 UTC [${pid}] admin@shop LOG:  process ${pid} still waiting for ${what} after 20.123 ms at character 15
2026-01-01 00:00:00.000 UTC [${pid}] admin@shop DETAIL:  Process${holding.includes(',') ? 'es' : ''} holding the lock: ${holding}. Wait queue: ${queue}.
2026-01-01 00:00:00.000 UTC [${pid}] admin@shop STATEMENT:  SELECT 1
`;

test('the queue is of other sessions, behind a lock that the migration holds or waits for', () => {
  const log = wait(11, '7', '11') + wait(12, '7', '11, 12') + wait(13, '7', '11, 12, 13');
  assert.deepEqual(lockWaits(log, 7), { loggedWaits: 3, loggedQueueMax: 3, loggedWhy: null });
  const behind = wait(7, '5, 6', '7') + wait(8, '5, 6', '7, 8');
  assert.deepEqual(lockWaits(behind, 7), { loggedWaits: 1, loggedQueueMax: 1, loggedWhy: null });
});

test('what the migration has no part in is not its queue, and a wait that is named again is one', () => {
  assert.equal(lockWaits(wait(12, '70', '11, 12'), 7).loggedWaits, 0, '70 is not 7');
  assert.equal(lockWaits(wait(12, '70', '71, 12'), 7).loggedQueueMax, 0);
  assert.equal(lockWaits(wait(11, '7', '11') + wait(11, '7', '11'), 7).loggedWaits, 1);
  assert.equal(lockWaits('LOG:  checkpoint starting: time\n', 7).loggedWaits, 0);
});
