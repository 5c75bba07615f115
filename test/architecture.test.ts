import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { projectFiles } from './project-files.ts';

const root = join(import.meta.dirname, '..');

/** Reads ARCHITECTURE.md's table: folder → the folders that it may import. */
function rules(): Map<string, string[]> {
  const rows = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(
    /^\| `([\w/]+)\/` \|[^|]*\|([^|]*)\|$/gm,
  );
  return new Map([...rows].map(([, folder, may]) => [folder!, may!.trim().split(/,\s*/)]));
}

interface Import {
  readonly file: string;
  readonly target: string;
  /** Of types alone: nothing is loaded. */
  readonly erased: boolean;
}

async function imports(): Promise<Import[]> {
  const found: Import[] = [];
  for (const file of await projectFiles('**/*.ts')) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, type, specifier] of text.matchAll(
      /(?:^(?:import|export) (type )?[^'\n;(]*?from|^\} from|import\(|^import)\s*'([^']+)'/gm,
    ))
      found.push({
        file,
        erased: type !== undefined,
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

/** The strongly connected components of more than one node (Tarjan): nothing in such a circle can be read on its own. */
function circles(arrows: readonly (readonly [string, string])[]): string[][] {
  const next = Map.groupBy(arrows, ([from]) => from);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.push(node);
    for (const [, to] of next.get(node) ?? []) {
      if (!index.has(to)) visit(to);
      if (open.includes(to)) low.set(node, Math.min(low.get(node)!, low.get(to)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = open.splice(open.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const [from] of arrows) if (!index.has(from)) visit(from);
  return found;
}

/** The folder directly below `parent` that holds `file`, if one does. */
const childOf = (parent: string, file: string) =>
  file.startsWith(parent) && file.indexOf('/', parent.length) > 0
    ? file.slice(0, file.indexOf('/', parent.length))
    : undefined;

test('no two folders of one folder import each other, and no two files load each other, not even over others', async () => {
  assert.deepEqual(
    circles([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
      ['d', 'a'],
    ]),
    [['b', 'c']],
  );
  const product = (await imports()).filter(({ file }) => !isTest(file) && !file.startsWith('test/'));
  const files = circles(
    product.filter(({ erased }) => !erased).map(({ file, target }) => [file, target] as const),
  );
  const parents = new Set(
    product.flatMap(({ file }) =>
      file.split('/').map((_, i, all) =>
        all
          .slice(0, i)
          .map((part) => `${part}/`)
          .join(''),
      ),
    ),
  );
  const folders = [...parents].flatMap((parent) =>
    circles(
      product.flatMap(({ file, target }) => {
        const [from, to] = [childOf(parent, file), childOf(parent, target)];
        return from && to && from !== to ? [[from, to] as const] : [];
      }),
    ),
  );
  assert.deepEqual({ files, folders }, { files: [], folders: [] });
});

test('analysis is pure: it imports itself, the result types and four libraries without side effects only', async () => {
  const wrong = (await imports()).filter(
    ({ file, target }) =>
      file.startsWith('analysis/') &&
      !file.endsWith('.test.ts') &&
      !target.startsWith('analysis/') &&
      !target.startsWith('result/') &&
      !['hdr-histogram-js', 'yaml', 'fast-xml-parser', 'libpg-query'].includes(target),
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

test('process.exit is called in cli/main.ts, and in cli/interrupt.ts where a second Ctrl-C ends the command', async () => {
  const callers: string[] = [];
  for (const file of await projectFiles('**/*.ts'))
    if (!file.endsWith('.test.ts') && /process\.exit\(/.test(readFileSync(join(root, file), 'utf8')))
      callers.push(file);
  assert.deepEqual(callers, ['cli/interrupt.ts', 'cli/main.ts']);
});
