import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { testDatabase } from '../test/server.ts';
import { schemaDocument, schemaDocumentFile, withGenerated } from './diagram.ts';
import { migrate } from './runner.ts';

test('the generated part of docs/schema.md is what the migrations make', async () => {
  await using database = await testDatabase();
  await migrate(database.admin);
  const document = await readFile(schemaDocumentFile, 'utf8');
  assert.equal(
    document,
    withGenerated(document, await schemaDocument(database.admin)),
    'write it again: node migrations/diagram.ts postgres://... of a migrated database',
  );
});

test('docs/schema.md speaks of every departure from D1 to D22', async () => {
  const document = await readFile(schemaDocumentFile, 'utf8');
  const absent = Array.from({ length: 22 }, (_, i) => `D${i + 1}`).filter(
    (d) => !document.includes(`| ${d} `),
  );
  assert.deepEqual(absent, []);
});

test('a document without the marks of its generated part is refused', () => {
  assert.throws(() => withGenerated('# Schema', ''), /lost its generated part/);
});
