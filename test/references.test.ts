import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

async function sources(): Promise<{ file: string; text: string }[]> {
  const found: { file: string; text: string }[] = [];
  for await (const file of glob('**/*.{ts,go,sql,py,md,yaml,sh}', {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|runs|fixtures|\.[^/]+)$/.test(name),
  }))
    if (file !== 'test/references.test.ts')
      found.push({ file, text: readFileSync(join(root, file), 'utf8') });
  return found;
}

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
