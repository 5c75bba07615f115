import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainLoad, explanationText } from './explain.ts';
import { loadSettings } from './load/connections.ts';
import { filledTables } from './load/work.ts';
import { resolveScale } from './scales.ts';

test('an explanation names every table that is filled, every setting and every step', () => {
  const explained = explainLoad(resolveScale('tiny'), 3, 2);
  assert.deepEqual(
    new Set(explained.work.flatMap(({ tables }) => tables)),
    new Set(filledTables.map(({ name }) => name)),
  );
  const text = explanationText(explained);
  for (const [name, value] of Object.entries(loadSettings))
    assert.ok(text.includes(`${name} = ${value}`), name);
  for (const { name } of filledTables) assert.ok(text.includes(name), name);
  assert.match(text, /binary COPY on 2 connections[\s\S]*VACUUM[\s\S]*foreign keys[\s\S]*ANALYZE/);
});
