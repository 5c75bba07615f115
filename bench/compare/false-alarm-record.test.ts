import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { falseAlarmRecord, type Measured } from './false-alarm-record.ts';

const judge = { server: 'PostgreSQL 18.4', clock: 'cpu' } as const;
const measured = (alarms: number, of: number, day = '01'): Measured => ({
  ...{ alarms, of, by: 'self' },
  at: `2026-11-${day}T00:00:00.000Z`,
});

test('what was measured on this machine adds up, for each server and clock by itself', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'olympus-alarms-'));
  try {
    const record = falseAlarmRecord(cache);
    assert.equal(await record.rate(judge), null);
    await record.add(judge, measured(1, 100));
    await record.add(judge, measured(0, 40, '02'));
    const again = falseAlarmRecord(cache);
    assert.deepEqual(await again.rate(judge), {
      ...{ alarms: 1, of: 140, measurements: 2, clock: 'cpu' },
      lastAt: '2026-11-02T00:00:00.000Z',
    });
    assert.equal(await again.rate({ ...judge, clock: 'wall' }), null);
    assert.equal(await again.rate({ ...judge, server: 'PostgreSQL 15.20' }), null);
    await writeFile(join(cache, 'false-alarms.json'), '{ half');
    assert.equal(await again.rate(judge), null);
  } finally {
    await rm(cache, { recursive: true });
  }
});
