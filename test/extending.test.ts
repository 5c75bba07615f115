import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

const project = join(import.meta.dirname, '..');
/** Nothing that is built, stored or tested. */
const filter = (file: string) => !/node_modules|\/fixtures?\/|\.test\.ts$|infra\/k6\/(build|bin)/.test(file);
let copy: string;
before(() => {
  copy = mkdtempSync(join(tmpdir(), 'olympus-extending-'));
  for (const folder of ['analysis', 'bench', 'cli', 'config', 'generators', 'history', 'infra', 'migrations'])
    cpSync(join(project, folder), join(copy, folder), { recursive: true, filter });
  for (const folder of ['project', 'reports', 'result', 'scenarios', 'olympus.yaml', 'package.json'])
    cpSync(join(project, folder), join(copy, folder), { recursive: true, filter });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
});
after(() => rmSync(copy, { recursive: true, force: true }));

/** The files of docs/extending.md, "A measure", by name. */
function filesOfTheText(): Map<string, string> {
  const text = readFileSync(join(project, 'docs', 'extending.md'), 'utf8');
  const part = text.slice(text.indexOf('\n## A measure'), text.indexOf('\n## A figure'));
  return new Map(
    [...part.matchAll(/`([\w/.-]+\.ts)`[^`]*:\n\n```ts\n([\s\S]*?)```/g)].map(([, name, code]) => [
      name!,
      code!,
    ]),
  );
}

/** Its import, and its name behind that of another one. */
function nameIt(list: string, from: string): void {
  const file = join(copy, list);
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(/^ {2}micro,$/m, '  micro,\n  bloat,');
  assert.notEqual(changed, text);
  writeFileSync(file, `import { bloat } from '${from}';\n${changed}`);
}

const node = (...args: string[]) =>
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: copy,
    encoding: 'utf8',
  });

/** Runs in the copy: two results of the new measure in every output. */
const script = `
import { compareRuns } from './analysis/runs/compare-runs.ts';
import { emptyResult } from './bench/empty-result.ts';
import { measures } from './bench/measures.ts';
import { metricsOf } from './history/metrics-of.ts';
import { render } from './reports/render.ts';
const empty = emptyResult({ id: 'a', kind: 'bench', startedAt: '2026-01-01T00:00:00.000Z', suite: 'quick', command: 'x' });
const dataset = { scale: 'tiny', seed: 1, digest: 'same', seconds: null, tables: [] };
const of = (deadRows, countMs) => ({ ...empty, run: { ...empty.run, complete: true }, dataset,
  bloat: [{ table: 'orders', deadRows, countMs, workers: 3 }] });
const [a, b] = [of(70, 12), of(210, 41)];
const texts = {};
for (const format of ['html', 'md', 'openmetrics', 'csv']) texts[format] = await render(b, format);
console.log(JSON.stringify({
  texts, empty: empty.bloat, measured: measures.map(({ part }) => part),
  comparison: compareRuns(a, b, { kind: 'equal' }).comparison, points: metricsOf(b),
}));`;

test('a measure of two figures, added as the text says, is in every output', () => {
  const files = filesOfTheText();
  assert.deepEqual([...files.keys()], ['result/measures/bloat.ts', 'bench/bloat/bloat.ts']);
  for (const [name, code] of files) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    writeFileSync(join(copy, name), code);
  }
  nameIt('result/measures.ts', './measures/bloat.ts');
  nameIt('bench/measures.ts', './bloat/bloat.ts');
  writeFileSync(join(copy, 'look.mts'), script);
  const { texts, empty, measured, comparison, points } = JSON.parse(node('look.mts'));

  assert.deepEqual(empty, []);
  assert.ok(measured.includes('bloat'));
  assert.match(node('cli/main.ts', 'bench', '--help'), /micro,bloat/);
  assert.match(node('reports/schema.ts'), /"countMs"/);
  assert.match(
    node('result/figure-names.ts'),
    /^bloat\.dead-rows\trows\tless\texact\tany\tbloat\[\]\.deadRows$/m,
  );
  const verdicts = comparison.map(({ metric, verdict, role }: Record<string, string>) => [
    metric,
    verdict,
    role,
  ]);
  assert.deepEqual(verdicts.slice(0, 2), [
    ['bloat orders, dead rows', 'regression', 'exact'],
    ['bloat orders, count', 'worse', 'advisory'],
  ]);
  const point = ({ metric, value, unit }: Record<string, unknown>) => `${metric}: ${value} ${unit}`;
  assert.deepEqual(points.map(point).sort(), [
    'bloat orders, count: 41 ms',
    'bloat orders, dead rows: 210 rows',
  ]);
  assert.match(texts.openmetrics, /^olympus_bloat_dead_rows\{suite="quick",table="orders"\} 210$/m);
  assert.match(texts.openmetrics, /^olympus_bloat_count_seconds\{suite="quick",table="orders"\} 0\.041$/m);
  assert.match(texts.csv, /,bloat,count,table=orders,41,ms,/);
  assert.match(
    texts.md,
    /## Dead rows\n\n\| table \| dead rows \| count \|\n.*\n\| orders \| 210 \| 41\.0.ms \|/,
  );
  assert.match(texts.html, /<section id="bloat"[\s\S]*rows that updates left behind[\s\S]*41\.0.ms/);
});
