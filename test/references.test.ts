import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFiles } from './project-files.ts';

const root = join(import.meta.dirname, '..');

const sources = async () =>
  (await projectFiles('**/*.{ts,go,sql,py,md,yaml,sh}'))
    .filter((file) => file !== 'test/references.test.ts' && !file.includes('/fixtures/'))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

test('every document that a comment or a document names is there', async () => {
  const wrong = (await sources()).flatMap(({ file, text }) =>
    [...text.matchAll(/\bdocs\/[\w/-]+\.md\b/g)]
      .filter(([name]) => !existsSync(join(root, name)))
      .map(([name]) => `${file}: ${name}`),
  );
  assert.deepEqual(wrong, []);
});

test('every section of docs/method.md that a comment cites is there', async () => {
  const titles = new Set(
    [...readFileSync(join(root, 'docs/method.md'), 'utf8').matchAll(/^## (.+)$/gm)].map(([, title]) => title),
  );
  const cited = (await sources()).flatMap(({ file, text }) =>
    [...text.matchAll(/docs\/method\.md, "([^"]+)"/g)].map(([, title]) => ({ file, title })),
  );
  assert.ok(cited.length >= 6, 'the code cites the method');
  assert.deepEqual(
    cited.filter(({ title }) => !titles.has(title)),
    [],
  );
});

test('no comment cites notes that are not part of the project', async () => {
  const wrong = (await sources()).flatMap(({ file, text }) =>
    [
      ...text.matchAll(
        /\b(?:plans|measurement|load-driver|cli|parts|style)\.md\b|measurement rules|the prototype/gi,
      ),
    ]
      .filter(({ index }) => !text.slice(0, index).endsWith('docs/'))
      .map(([words]) => `${file}: ${words}`),
  );
  assert.deepEqual(wrong, []);
});
