import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMigrations } from '../migrations/directory.ts';
import { datasetKey } from './cache-key.ts';
import { resolveScale } from './scales.ts';

test('the key of a kept data set changes with the schema, the server, the scale and the seed, and with nothing else', async () => {
  const migrations = await readMigrations();
  const tiny = resolveScale('tiny');
  const known = datasetKey(migrations, '18.4', tiny, 42);
  assert.match(known, /^[0-9a-f]{16}$/);
  assert.equal(datasetKey(migrations, '18.4', { ...tiny, name: 'renamed' }, 42), known);
  assert.notEqual(datasetKey(migrations, '18.4', tiny, 43), known);
  assert.notEqual(datasetKey(migrations, '18.4', resolveScale('small'), 42), known);
  assert.notEqual(datasetKey(migrations, '15.20', tiny, 42), known);
  const [first, ...others] = migrations;
  assert.notEqual(datasetKey([{ ...first!, checksum: 'edited' }, ...others], '18.4', tiny, 42), known);
  assert.notEqual(datasetKey(migrations.slice(0, -1), '18.4', tiny, 42), known);
});
