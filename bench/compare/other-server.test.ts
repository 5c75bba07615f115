import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchSetting } from '../../test/scratch-setting.ts';
import { parseSide } from '../variant/parse.ts';
import { compare } from './compare.ts';
import { falseAlarmRecord } from './false-alarm-record.ts';

// Debian's PostgreSQL where it is installed; else our own, as a server of its own: another version costs a download.
const other = existsSync('/usr/lib/postgresql/15/bin/postgres') ? '15' : '18';

test('another PostgreSQL is a server of its own that holds the same rows, and what differs is said', async () => {
  await using setting = await scratchSetting();
  const cache = await mkdtemp(join(tmpdir(), 'olympus-other-'));
  try {
    const { comparison, warnings } = await compare(
      {
        ...setting,
        tenants: setting.tenants.slice(0, 1),
        catalogue: setting.catalogue.filter(({ name }) => name === 'products/by-id'),
      },
      { a: await parseSide([]), b: await parseSide([`pg:${other}`]), record: falseAlarmRecord(cache) },
    );
    assert.ok(!comparison.some(({ verdict }) => verdict === 'results differ'));
    assert.ok(!warnings.some(({ code }) => code === 'data-differ'), 'the generator writes the same rows');
    const told = warnings.find(({ code }) => code === 'two-servers')!;
    assert.match(told.message, new RegExp(`B is PostgreSQL ${other}\\.`));
    assert.match(told.advice, /Costs are not/);
    assert.ok(
      comparison.some(({ metric, pairs }) => metric === 'products/by-id whale, CPU ms' && pairs >= 10),
    );
  } finally {
    await rm(cache, { recursive: true });
  }
});
