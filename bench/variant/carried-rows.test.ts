import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import { defaultDirectory } from '../../migrations/directory.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { differingTables } from '../compare/same-data.ts';
import { applyVariant } from './variant.ts';

let setting: ScratchSetting;
let directory: string;
before(async () => {
  setting = await scratchSetting();
  directory = await mkdtemp(join(tmpdir(), 'olympus-migrations-'));
  await cp(defaultDirectory, directory, { recursive: true });
});
after(async () => {
  await setting[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

test('migrations of which an early one was edited keep all rows of the base; a column that they no longer make is left out', async () => {
  await appendFile(
    join(directory, '0003_tenants.up.sql'),
    '\nALTER TABLE core.users DROP COLUMN avatar_url;\n',
  );
  await using clone = await applyVariant(setting.topology.get('primary'), {
    ...{ name: 'carried', base: setting.database },
    changes: [{ kind: 'migrations', directory }],
  });
  const open = (database: string) => connect(setting.topology.get('primary').url('admin', database));
  await using base = await open(setting.database);
  await using changed = await open(clone.database);
  assert.deepEqual(await differingTables(base, changed), []);
  const { rows } = await changed.query(`SELECT count(*)::int AS orders FROM core.orders`);
  assert.deepEqual(rows, [{ orders: 2000 }]);
  await assert.rejects(changed.query('SELECT avatar_url FROM core.users'), /avatar_url/);
  const views = `SELECT count(*)::int AS rows FROM cache.organization_metrics`;
  assert.deepEqual((await changed.query(views)).rows, (await base.query(views)).rows);
});
