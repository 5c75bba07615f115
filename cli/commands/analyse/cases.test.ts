import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inProcess } from '../../../test/in-process.ts';
import { changes } from './changes.ts';
import { hdr } from './hdr.ts';
import type { AnalyseOptions } from './options.ts';
import { usl } from './usl.ts';

// Inputs as public reports describe them, with values that were worked out independently.
const file = (name: string) => join(import.meta.dirname, 'fixtures', name);
const options: AnalyseOptions = { window: '50', p: '0.0001', magnitude: '0.05', seed: '1' };

async function answered(method: typeof usl | typeof changes | typeof hdr, name: string) {
  const work = (json: boolean) => inProcess(json, (context) => method(context, options, [file(name)]));
  const { code, stdout, stderr } = await work(true);
  assert.deepEqual([code, stderr], [0, '']);
  return { document: JSON.parse(stdout), text: (await work(false)).stdout };
}

test('names with units in quotes and tabs between the cells: the law of the seven loads', async () => {
  const { document } = await answered(usl, 'a05-usl-units-header.csv');
  assert.equal(document.alpha.value.toFixed(4), '0.0277');
  assert.equal(document.beta.value.toFixed(6), '0.000104');
  assert.equal(document.gamma.value.toFixed(1), '90.0');
  assert.equal(document.peak.load.toFixed(1), '96.5');
  assert.ok(!document.notes.some((note: string) => /loads: intervals are rough/.test(note)));
});

test('tabs between quoted names: five loads, too few for a peak', async () => {
  const { document } = await answered(usl, 'a25-tsv-quoted-header.tsv');
  assert.match(document.why, /^peak not identified: 5 loads were measured/);
  // the fit passes through the measured middle: 35 at load 4
  const [alpha, beta, gamma] = [document.alpha, document.beta, document.gamma].map(({ value }) => value);
  assert.ok(Math.abs((gamma * 4) / (1 + alpha * 3 + beta * 12) - 35) < 0.5);
});

test('superlinear data are said to be superlinear, and the law to miss load 1 by 17 %', async () => {
  const { document, text } = await answered(usl, 'a07-usl-superlinear.csv');
  assert.match(document.notes[0], /^superlinear: .* from 100 at load 1 to 105\.9 at load 8;/);
  const [misfit] = document.notes.filter((note: string) => /misses/.test(note));
  assert.match(misfit, /^the law misses load 1 by 17 % .*\(too high\)/);
  assert.ok(!/contention: none/.test(text));
  for (const said of ['superlinear: ', misfit]) assert.ok(text.includes(said), text);
});

test('with the newest row first the change is up 12 % at the day it came, and the order is said', async () => {
  const { document, text } = await answered(changes, 'a21-changes-reversed-time.csv');
  assert.match(document.notes[0], /run from the newest to the oldest/);
  const [{ points, column, count }] = document.series;
  assert.deepEqual([document.series.length, column, count, points.length], [1, 'p99', 60, 1]);
  const { index, label, ratio, before, after } = points[0];
  assert.deepEqual([index, label], [30, '2026-01-31']);
  assert.deepEqual([ratio.toFixed(2), before.toFixed(2), after.toFixed(1)], ['1.12', '99.96', '112.0']);
  assert.match(text, /newest to the oldest[\s\S]*at 30 \(2026-01-31\): .* \+12\.0 %/);
});

test('the unit of the values in a #UNITS line is theirs, not that of the times before it', async () => {
  const { document, text } = await answered(hdr, 'h01-tags-units.hlog');
  assert.deepEqual(
    document.histograms.map(({ tag, unit, p50, count }: Record<string, unknown>) => [tag, unit, p50, count]),
    [
      ['main.result', 'ns', 1821, 8000],
      ['main.wait', 'ns', 3021, 3000],
    ],
  );
  assert.deepEqual(document.badLines, []);
  assert.match(text, /p50 +1,821 ns/);
});
