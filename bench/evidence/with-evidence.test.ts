import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Value } from 'typebox/value';
import { silent } from '../../config/progress.ts';
import { connect } from '../../infra/topology/session.ts';
import { Topology } from '../../infra/topology/topology.ts';
import { LoadEvidence } from '../../result/measures/load.ts';
import { until } from '../../test/patience.ts';
import { endpointOf, type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { withEvidence } from './with-evidence.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
});
after(() => setting[Symbol.asyncDispose]());

test('what the server did during the work is beside its outcome, and all of it is kept', async () => {
  const recent = setting.catalogue.find(({ name }) => name === 'orders/recent')!;
  const { outcome, evidence } = await withEvidence(setting, 'load/evidence.json', async () => {
    await using session = await connect(setting.scratch.url);
    for (let i = 0; i < 30; i++) await session.query(recent.sql, [setting.tenants[0]!.id]);
    await session.query('CREATE TABLE noted AS SELECT generate_series(1, 20000) AS n');
    return 42;
  });
  assert.equal(outcome, 42);
  assert.deepEqual([...Value.Errors(LoadEvidence, evidence)], []);
  assert.equal(evidence!.file, 'raw/load/evidence.json');
  assert.ok(evidence!.seconds > 0 && evidence!.series.length >= 1);
  assert.ok(evidence!.walBytesPerSecond! > 0, `${evidence!.walBytesPerSecond}`);
  assert.ok(evidence!.bufferHitPct! > 0 && evidence!.bufferHitPct! <= 100);
  const known = evidence!.statements!.find(({ name }) => name === 'orders/recent');
  assert.equal(known!.calls, 30);
  assert.deepEqual([evidence!.poolerWaitingMax, evidence!.gaps], [null, 0]);
  const kept = JSON.parse(String(setting.kept.get('load/evidence.json')));
  assert.ok(kept.counters.wal_bytes > 0);
});

test('work that fails fails with its own error, and leaves no connection', async () => {
  const reason = new Error('k6 is gone');
  await assert.rejects(
    withEvidence(setting, 'load/evidence.json', () => Promise.reject(reason)),
    reason,
  );
  await until('no connection is left', async () => {
    const { rows } = await setting.scratch.admin.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'olympus-evidence' AND datname = current_database()`,
    );
    return rows.length === 0;
  });
});

test('a server that cannot be asked costs a warning, not the measure', async () => {
  const nowhere = new Topology([endpointOf('postgres://nobody@127.0.0.1:1/postgres')], [], async () => {});
  const warnings: string[] = [];
  const progress = { ...silent, warn: (text: string) => warnings.push(text) };
  const witness = await withEvidence(
    { ...setting, topology: nowhere, progress },
    'load/evidence.json',
    async () => 42,
  );
  assert.deepEqual(witness, { outcome: 42 });
  assert.match(warnings[0]!, /not watched.*Cannot connect/);
});
