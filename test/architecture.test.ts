import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** Reads ARCHITECTURE.md's table: folder → the folders that it may import. */
function rules(): Map<string, string[]> {
  const rows = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(
    /^\| `([\w/]+)\/` \|[^|]*\|([^|]*)\|$/gm,
  );
  return new Map([...rows].map(([, folder, may]) => [folder!, may!.trim().split(/,\s*/)]));
}

async function imports(): Promise<{ file: string; target: string }[]> {
  const found: { file: string; target: string }[] = [];
  for await (const file of glob('**/*.ts', {
    cwd: root,
    exclude: (name) => /node_modules|^runs$|^\./.test(name),
  })) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import\(|^import)\s*'([^']+)'/gm))
      found.push({
        file,
        target: specifier!.startsWith('.') ? normalize(join(dirname(file), specifier!)) : specifier!,
      });
  }
  return found;
}

/** The longest folder of the table that holds the file. */
const home = (file: string, folders: Iterable<string>) =>
  [...folders].filter((folder) => file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];

/** Tests and what only they use may import everything. */
const isTest = (file: string) => file.endsWith('.test.ts') || file.includes('/fixtures/');

test('every folder imports only what ARCHITECTURE.md allows', async () => {
  const table = rules();
  assert.ok(table.size >= 14, 'the table of ARCHITECTURE.md could be read');
  const order = [...table.keys()];
  const wrong = (await imports()).filter(({ file, target }) => {
    const from = home(file, order);
    const to = home(target, order);
    if (!from || !to || from === to || isTest(file)) return false;
    const may = table.get(from)!;
    if (may.includes('everything')) return false;
    if (may.includes('all above')) return order.indexOf(to) > order.indexOf(from);
    return !may.some((allowed) => to === allowed || to.startsWith(`${allowed}/`));
  });
  assert.deepEqual(wrong, []);
});

test('analysis is pure: it imports itself, the result types and three libraries without side effects only', async () => {
  const wrong = (await imports()).filter(
    ({ file, target }) =>
      file.startsWith('analysis/') &&
      !file.endsWith('.test.ts') &&
      !target.startsWith('analysis/') &&
      !target.startsWith('result/') &&
      !['hdr-histogram-js', 'yaml', 'fast-xml-parser'].includes(target),
  );
  assert.deepEqual(wrong, []);
});

test('a k6 script imports k6, our module and the files beside it only', async () => {
  const wrong = (await imports()).filter(
    ({ file, target }) =>
      file.startsWith('scenarios/load/') &&
      !target.startsWith('scenarios/load/') &&
      !/^k6(\/|$)/.test(target),
  );
  assert.deepEqual(wrong, []);
});

test('process.exit is called in cli/main.ts only', async () => {
  const callers: string[] = [];
  for await (const file of glob('**/*.ts', {
    cwd: root,
    exclude: (name) => /node_modules|^runs$/.test(name),
  }))
    if (!file.endsWith('.test.ts') && /process\.exit\(/.test(readFileSync(join(root, file), 'utf8')))
      callers.push(file);
  assert.deepEqual(callers, ['cli/main.ts']);
});
