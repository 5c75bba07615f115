import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { olympus } from '../../test/olympus.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-analyse-'));
after(() => rmSync(folder, { recursive: true }));
const fixtures = join(import.meta.dirname, '..', '..', 'analysis', 'hdr-log', 'fixtures');

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const rows = (header: string, ...cells: (string | number)[][]) =>
  `${[header, ...cells.map((row) => row.join(','))].join('\n')}\n`;
const twelve = (factor: number) =>
  rows('pair,ms', ...Array.from({ length: 12 }, (_, i) => [i + 1, (50 + (i % 5)) * factor + (i % 3) / 10]));

async function json(...args: string[]) {
  const { code, stdout, stderr } = await olympus(['analyse', ...args, '--json']);
  assert.equal(stderr, '');
  return { code, document: JSON.parse(stdout) };
}
async function refused(message: RegExp, ...args: string[]) {
  const { code, stdout, stderr } = await olympus(['analyse', ...args, '--json']);
  assert.match(stderr, message);
  assert.match(stderr, /\n {2}next: \S/);
  assert.deepEqual([code, stdout], [2, '']);
}

const sdm91 = file(
  'sdm91.csv',
  'load,throughput\n1,64.9\n18,995.9\n36,1652.4\n72,1853.2\n108,1828.9\n144,1775\n216,1702.2\n',
);
const a = file('a.csv', twelve(1));
const slower = file('slower.csv', twelve(1.1));
const same = file('same.csv', twelve(1.001));

test('usl prints the document of the contract, the same for the same seed, and a chart', async () => {
  const { code, document } = await json('usl', sdm91);
  assert.equal(code, 0);
  assert.equal(document.alpha.value.toFixed(4), '0.0277');
  assert.equal(document.beta.value.toFixed(6), '0.000104');
  for (const name of ['alpha', 'beta', 'gamma'])
    assert.ok(document[name].low <= document[name].value && document[name].value <= document[name].high);
  assert.ok(Math.abs(document.peak.load - 96.5) < 0.1 && document.why === null);
  assert.deepEqual((await json('usl', sdm91)).document, document);
  const { stdout } = await olympus(['analyse', 'usl', sdm91]);
  assert.match(stdout, /│●\n[\s\S]*alpha \(contention\) +0\.02773[\s\S]*peak +load 96\.5/);
});

test('usl takes columns by their usual names or by --columns', async () => {
  const reordered = file(
    'reordered.csv',
    rows('tps,run,clients', ...[1, 2, 4, 8, 16, 32].map((n, i) => [(90 * n) / (1 + 0.05 * (n - 1)), i, n])),
  );
  const { document } = await json('usl', reordered);
  assert.ok(Math.abs(document.alpha.value - 0.05) < 1e-6);
  assert.deepEqual((await json('usl', reordered, '--columns', 'clients,tps')).document, document);
});

test('changes finds the step of each series by its row, tells gaps, and shows the label', async () => {
  const nights = file(
    'nights.csv',
    rows(
      'night,p99,tps',
      ...Array.from({ length: 40 }, (_, i) => [
        `2026-01-${i + 1}`,
        i === 4 ? '' : (i < 25 ? 10 : 12) + (i % 3) / 10,
        900 + (i % 7),
      ]),
    ),
  );
  const { code, document } = await json('changes', nights);
  assert.equal(code, 0);
  const [p99, tps] = document.series;
  assert.deepEqual([p99.column, p99.missing, p99.points.length, p99.points[0].index], ['p99', 1, 1, 25]);
  assert.ok(Math.abs(p99.points[0].ratio - 1.2) < 0.01 && p99.points[0].p < 1e-4);
  assert.deepEqual([tps.column, tps.points], ['tps', []]);
  const { stdout } = await olympus(['analyse', 'changes', nights, '--metric', 'P99']);
  assert.match(stdout, /^p99: 39 values, 1 missing, 1 change\n.{40}\n {25}▲\n {2}at 25 \(2026-01-26\)/);
});

test('compare exits 1 for a regression, 0 for a pass or an improvement, 3 when it cannot tell', async () => {
  const regression = await json('compare', a, slower);
  assert.deepEqual([regression.code, regression.document.verdict], [1, 'regression']);
  assert.deepEqual([regression.document.pairs, regression.document.level > 0.99], [12, true]);
  assert.ok(Math.abs(regression.document.estimate - 1.1) < 0.001);
  assert.equal((await json('compare', slower, a)).document.verdict, 'improvement');
  assert.equal((await json('compare', a, slower, '--higher-is-better')).code, 0);
  const pass = await json('compare', a, same);
  assert.deepEqual([pass.code, pass.document.verdict], [0, 'pass']);
  const few = await json('compare', file('few.csv', '1\n2.5\n3\n'), file('few2.csv', '2\n3\n'));
  assert.deepEqual(
    [few.code, few.document.verdict, few.document.pairs, few.document.low, few.document.high],
    [3, 'not enough samples', null, null, null],
  );
});

test('compare pairs by a shared label column, by --key, by --paired, or not at all', async () => {
  const pairs = async (...options: string[]) => (await json('compare', a, slower, ...options)).document.pairs;
  assert.deepEqual(
    [await pairs(), await pairs('--key', 'pair'), await pairs('--paired'), await pairs('--unpaired')],
    [12, 12, 12, null],
  );
});

test('two units are refused; a throughput that falls is a regression, and what was taken for granted is said', async () => {
  const column = (header: string, unit: string, level: number) =>
    file(
      `${header.replace(/\W/g, '')}-${unit}-${level}.csv`,
      rows(
        `run,${header}`,
        ...Array.from({ length: 12 }, (_, i) => [i, `${level * (1 + (i % 5) / 200)}${unit}`]),
      ),
    );
  await refused(
    /is in ms and .* in s: their numbers/,
    'compare',
    column('wait', ' ms', 10),
    column('wait', ' s', 0.01),
  );
  await refused(
    /is in ms and .* in s: their numbers/,
    'compare',
    column('p99_ms', '', 10),
    column('p99_s', '', 0.01),
  );
  const [before, after] = [column('tps', '', 1000), column('tps', '', 800)];
  const fallen = await json('compare', before, after);
  assert.deepEqual([fallen.code, fallen.document.verdict], [1, 'regression']);
  assert.match(fallen.document.why, /"tps" is a throughput, so more is better.*--lower-is-better/);
  assert.equal((await json('compare', before, after, '--lower-is-better')).document.verdict, 'improvement');
  await refused(/exclude each other/, 'compare', before, after, '--lower-is-better', '--higher-is-better');
  const renamed = await json('compare', column('before', '', 10), column('after', '', 10));
  assert.match(renamed.document.why, /"before" of A is compared with "after" of B/);
  assert.match(renamed.document.why, /fewer than 20 cannot show whether they are/);
});

test('hdr sums by tag, names bad lines without failing, and labels the unit', async () => {
  const tagged = await json('hdr', join(fixtures, 'tagged-Log.logV2.hlog'), '--unit', 'ns');
  assert.deepEqual(
    tagged.document.histograms.map(({ tag, unit, count, p999 }: Record<string, unknown>) => [
      tag,
      unit,
      count,
      p999,
    ]),
    [
      [null, 'ns', 16145, null],
      ['A', 'ns', 16145, null],
    ],
  );
  const damaged = file(
    'damaged.hlog',
    '#c\n0.1,1,2,HISTFAAAAAA=\n0.127,1.007,2.769,HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=\n',
  );
  const { code, document } = await json('hdr', damaged);
  assert.deepEqual([code, document.histograms.length, document.histograms[0].unit], [0, 1, 'raw']);
  assert.deepEqual(
    document.badLines.map(({ line }: { line: number }) => line),
    [2],
  );
  const text = await olympus(['analyse', 'hdr', damaged]);
  assert.match(text.stdout, /damaged\.hlog:2: /);
});

test('bad data are refused with file, line, column and what to do', async () => {
  const bad = (name: string, content: string) => file(name, content);
  await refused(/nowhere\.csv: there is no such file/, 'usl', join(folder, 'nowhere.csv'));
  await refused(/empty\.csv:1:1: the file is empty/, 'changes', bad('empty.csv', ''));
  await refused(
    /text\.csv:3:3: "abc" in throughput/,
    'usl',
    bad('text.csv', 'load,throughput\n1,5\n2,abc\n3,7\n'),
  );
  await refused(
    /gap\.csv:3:3: throughput has no number/,
    'usl',
    bad('gap.csv', 'load,throughput\n1,5\n2,\n3,7\n'),
  );
  await refused(
    /zero\.csv:3:3: a throughput of 0/,
    'usl',
    bad('zero.csv', 'load,throughput\n1,5\n2,0\n3,7\n'),
  );
  const one = bad('one.csv', 'load,throughput\n1,5\n');
  await refused(/one\.csv:2:1: one load is not enough/, 'usl', one);
  await refused(/one\.csv:2:1: one value is no series/, 'changes', one);
  await refused(/one\.csv:2:1: there are 2 columns.*\n.*--metric load/, 'compare', one, one);
  const nought = bad('nought.csv', 'ms\n1\n0\n');
  await refused(/nought\.csv:3:1: 0 has no ratio/, 'compare', a, nought);
  await refused(/nought\.csv:1:1: no line is an interval/, 'hdr', nought);
  await refused(/no column "sm"[\s\S]*Did you mean "ms"/, 'compare', a, nought, '--metric', 'sm');
  await refused(/takes 2 files, not 1/, 'compare', a);
  await refused(/no method "chnges"[\s\S]*Did you mean "changes"/, 'chnges', a);
});
