import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noLineage } from '../../analysis/explain/lineage.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { scratchSetting } from '../../test/scratch-setting.ts';
import { openForms } from './forms.ts';
import { measureOverhead } from './overhead.ts';
import { rls } from './rls.ts';

const copies = `SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND datname <> $1`;

test('three forms are measured against the owner, for two tenants, and the copies are gone afterwards', async () => {
  await using setting = await scratchSetting();
  const catalogue = setting.catalogue.filter(({ name }) => /^products\/(by-id|listing)$/.test(name));
  const result = await rls.run({ ...setting, catalogue });
  const overhead = result.rls!.overhead;
  assert.deepEqual(
    overhead.map(({ statement, tenantClass, variant }) => `${statement} ${tenantClass} ${variant}`),
    ['products/by-id', 'products/listing'].flatMap((statement) =>
      ['whale', 'median'].flatMap((of) =>
        ['wrapped', 'bare', 'setting'].map((form) => `${statement} ${of} ${form}`),
      ),
    ),
  );
  for (const { ratio, low, high, level, pairs, offMs, offBuffers, variantBuffers } of overhead) {
    assert.equal(pairs, setting.budget.rlsPairs);
    assert.ok(low! <= ratio! && ratio! <= high! && level! >= 0.95 && offMs! > 0);
    assert.ok(variantBuffers! >= offBuffers!);
  }
  assert.equal(result.rls!.leaks.foreignRows, 0);
  await using control = await connect(setting.topology.get('primary').url('admin', 'postgres'));
  assert.deepEqual((await control.query(copies, [setting.database])).rows, []);
});

test('what cannot be measured has a reason instead of a ratio, and leaves the sessions usable', async () => {
  await using setting = await scratchSetting();
  await using opened = await openForms(setting.topology.get('primary'), setting.database);
  const statement: Statement = { ...setting.catalogue.find(({ name }) => name === 'products/by-id')! };
  const task = {
    statement,
    tenant: setting.tenants[0]!,
    draws: [['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000']],
    pairs: 4,
    seed: 1,
    allowance: 60_000,
    enoughForInterval: true,
    signal: setting.signal,
    copy: opened.copy,
    lineage: noLineage,
  };
  const few = await measureOverhead(opened.sessions, task);
  assert.ok(few.every(({ ratio, low, why }) => ratio! > 0 && low === null && /needs 6/.test(why!)));
  const short = await measureOverhead(opened.sessions, {
    ...task,
    pairs: 9,
    allowance: 0,
    enoughForInterval: false,
  });
  assert.ok(
    short.every(
      ({ ratio, pairs, variantBuffers }) => ratio === null && pairs === 0 && variantBuffers !== null,
    ),
  );
  const denied = { ...statement, sql: 'SELECT $1, $2, count(*) FROM core.order_counters' };
  const failed = await measureOverhead(opened.sessions, { ...task, statement: denied, pairs: 6 });
  assert.ok(
    failed.every(({ ratio, why }) => ratio === null && /fails under \w+: permission denied/.test(why!)),
  );
  const slow = {
    ...statement,
    sql: `SELECT $1, $2, pg_sleep(CASE WHEN current_database() LIKE '%\\_bare\\_%' THEN 60 ELSE 0 END)`,
  };
  const late = await measureOverhead(opened.sessions, { ...task, statement: slow, pairs: 6 });
  const bare = late.find(({ variant }) => variant === 'bare')!;
  assert.equal(bare.ratio, null);
  assert.match(bare.why!, /did not end within 3 s under bare/);
  const again = await measureOverhead(opened.sessions, { ...task, pairs: 6 });
  assert.ok(again.every(({ low, level }) => low !== null && level! > 0.95));
});
