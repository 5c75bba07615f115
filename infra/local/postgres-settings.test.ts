import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewindable } from './postgres-settings.ts';

test('a former primary can be rewound on every version: before 18, whose clusters have checksums, hints are logged', () => {
  for (const major of [15, 16, 17]) assert.deepEqual(rewindable({ major }), { wal_log_hints: 'on' });
  assert.deepEqual(rewindable({ major: 18 }), {});
});
