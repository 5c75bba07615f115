import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFiles } from './project-files.ts';

const root = join(import.meta.dirname, '..');
const exported = /^export (?:async )?(?:const|let|function\*?|(?:abstract )?class) ([A-Za-z_$][\w$]*)/gm;

/** Names that no other file has. Types may be exported for the signatures that mention them. */
function unneeded(texts: ReadonlyMap<string, string>): string[] {
  const filesWith = new Map<string, Set<string>>();
  for (const [file, text] of texts)
    for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      const files = filesWith.get(word) ?? new Set();
      filesWith.set(word, files.add(file));
    }
  return [...texts].flatMap(([file, text]) =>
    [...text.matchAll(exported)]
      .filter(([, name]) => filesWith.get(name!)!.size === 1)
      .map(([, name]) => `${file}: ${name}`),
  );
}

test('a name that no other file has is not exported', async () => {
  const files = (await projectFiles('**/*.ts')).filter((file) => !file.startsWith('scenarios/load/')); // k6 calls those
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  assert.deepEqual(unneeded(texts), [], 'remove `export` from these, or the whole of them');
});

test('the check finds one, and leaves types and what is imported', () => {
  const texts = new Map([
    ['a.ts', 'export const used = 1;\nexport async function alone() {}\nexport interface Shape {}\n'],
    ['b.ts', "import { used } from './a.ts';\n"],
  ]);
  assert.deepEqual(unneeded(texts), ['a.ts: alone']);
});
