import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { answerPictures } from '../../cli/answer-pictures.ts';
import { report } from '../../cli/commands/report.ts';
import type { Result } from '../../result/result.ts';
import { exampleResult } from '../fixture.ts';
import type { Figure } from '../html/charts/figure.ts';
import { inks } from '../html/charts/ink.ts';
import { html } from '../html/html.ts';
import { renderHtml } from '../html/report.ts';
import { render } from '../render.ts';
import { palette, readPalette } from './palette.ts';
import { picture } from './picture.ts';
import { picturesOf } from './pictures-of.ts';
import { wrap } from './wrap.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-pictures-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const figure = (chart: Figure['chart'], changes: Partial<Figure> = {}): Figure => ({
  ...{ id: 'x', title: 'A title', description: 'What it shows.', data: html``, chart },
  ...changes,
});
const points = [1, 2, 3, 4].map((x) => ({ x, y: 100 + 10 * x }));
const charts: Record<string, { chart: Figure['chart']; height: number; colours: readonly string[] }> = {
  lines: {
    height: 495,
    colours: ['ink-0', 'ink-1'],
    chart: {
      kind: 'lines',
      x: { title: 'Seconds' },
      y: { title: 'Requests/s' },
      series: [
        { name: 'offered', points },
        { name: 'achieved', points: points.map(({ x, y }) => ({ x, y: y - 40 })) },
      ],
    },
  },
  'lines of two panels': {
    height: 645,
    colours: ['ink-0', 'ink-1'],
    chart: {
      ...{ kind: 'lines', x: { title: 'Seconds' }, y: { title: 'ms' } },
      series: [{ name: 'p99', points }],
      below: { y: { title: 'Requests/s' }, series: [{ name: 'achieved', points }] },
    },
  },
  dots: {
    height: 272,
    colours: ['ink-0', 'ink-muted'],
    chart: {
      ...{ kind: 'dots', rows: ['orders/recent'], x: { title: 'B : A', log: true }, reference: 1 },
      series: [{ name: 'whale', dots: [{ row: 0, x: 1.5, low: 1.2, high: 1.9 }] }],
    },
  },
  bars: {
    height: 265,
    colours: ['ink-0'],
    chart: {
      ...{ kind: 'bars', x: { title: 'MB', min: 0, max: 100 } },
      rows: [
        { name: 'orders', value: 90 },
        { name: 'items', value: 60 },
      ],
    },
  },
  heat: {
    height: 250,
    colours: ['heat-9', 'heat-3', 'ink-1'],
    chart: {
      ...{ kind: 'heat', x: { title: 'seconds', each: 1 }, classes: ['up to 1 ms', 'above 1 ms'] },
      counts: [
        [1000, 0],
        [8, 1],
      ],
      events: [{ from: 0.5, to: 1, name: 'checkpoint' }],
    },
  },
};

/** 0xrrggbb */
type Colour = number;

interface Pixels {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Colour;
}

async function pixelsOf(png: Buffer): Promise<Pixels> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  const view = new DataView(data.buffer, data.byteOffset);
  return { width, height, at: (x, y) => view.getUint32(4 * (y * width + x)) >>> 8 };
}

/** The palette's colour as a pixel has it. */
function colourOf(ink: string): Colour {
  const light = palette.get(ink)!;
  const [, ...channels] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(light) ?? [];
  return channels.length === 3
    ? channels.reduce((sum, channel) => sum * 256 + Number(channel), 0)
    : Number.parseInt(light.slice(1), 16);
}

/** The most pixels of a colour beside each other, in each row of the picture that has some. */
const runs = (pixels: Pixels, colour: Colour): number[] =>
  Array.from({ length: pixels.height }, (_, y) => {
    let [longest, run] = [0, 0];
    for (let x = 0; x < pixels.width; x++) {
      run = pixels.at(x, y) === colour ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }).filter((longest) => longest > 0);

for (const [kind, { chart, height, colours }] of Object.entries(charts))
  test(`a chart of ${kind} is a PNG on white, as wide as a page shows, with its data in their colours`, async () => {
    const png = picture(figure(chart), 'Run 1');
    assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
    const pixels = await pixelsOf(png);
    assert.deepEqual([pixels.width, pixels.height], [1150, height]);
    for (const [x, y] of [
      [0, 0],
      [1149, 0],
      [0, height - 1],
      [1149, height - 1],
    ] as const)
      assert.equal(pixels.at(x, y), 0xffffff);
    for (const ink of colours) assert.ok(runs(pixels, colourOf(ink)).length > 0, `${ink} is drawn`);
    assert.deepEqual(runs(pixels, 0), [], 'black is what a canvas has for a colour that it does not know');
  });

test('bars are as long as their values', async () => {
  const pixels = await pixelsOf(picture(figure(charts.bars!.chart), ''));
  const lengths = runs(pixels, colourOf('ink-0'));
  const ratio = Math.max(...lengths) / Math.min(...lengths.filter((length) => length > 50));
  assert.ok(Math.abs(ratio - 1.5) < 0.02, `90 to 60 is drawn as ${ratio}`);
});

test('cells of a heat map have the shade of their count, and none has no cell', async () => {
  const pixels = await pixelsOf(picture(figure(charts.heat!.chart), ''));
  const shades = ['heat-9', 'heat-3', 'heat-1'].map((ink) => Math.max(0, ...runs(pixels, colourOf(ink))));
  for (const wide of shades.slice(0, 2))
    assert.ok(Math.abs(wide - 482) < 3, `${wide} pixels, half of the map`);
  assert.equal(shades[2], 481, 'one request is a cell too');
});

test('a picture says what it shows: its title, its description and its run take their room, however long', async () => {
  const height = async (changes: Partial<Figure>, source = '') =>
    (await pixelsOf(picture(figure(charts.bars!.chart, changes), source))).height;
  const one = await height({ description: '' });
  const line = Math.floor(1.25 * 18);
  assert.ok((await height({})) - one >= line);
  assert.ok((await height({}, 'Run 1')) - one >= 2 * line);
  assert.ok((await height({ title: 'x'.repeat(500) })) - one >= 4 * line);
  const dark = (pixels: Pixels, to: number) =>
    Array.from({ length: to }, (_, y) => y).some((y) =>
      Array.from({ length: 600 }, (_, x) => pixels.at(x, y)).includes(colourOf('ink-text')),
    );
  assert.ok(dark(await pixelsOf(picture(figure(charts.bars!.chart), '')), 45), 'the title is above');
});

test('text is broken where it must be, and nothing of it is lost', () => {
  const wide = (text: string) => [...text].length;
  assert.deepEqual(wrap('one two  three', 7, wide), ['one two', 'three']);
  assert.deepEqual(wrap('a bcdefghij k', 4, wide), ['a', 'bcde', 'fghi', 'j k']);
  assert.deepEqual(wrap(' \n', 4, wide), []);
});

test('the colours are those that the page has on a light ground', () => {
  assert.equal(palette.get('ink-0'), '#0067a8');
  assert.equal(palette.get('ink-muted'), '#59626a');
  assert.equal(palette.get('heat-1'), 'rgb(224, 237, 245)');
  for (const ink of [inks.text, inks.muted, inks.grid, ...inks.series]) assert.ok(palette.has(ink), ink);
  for (let shade = 1; shade <= 9; shade++) assert.ok(palette.has(`heat-${shade}`));
  assert.throws(() => readPalette('.ink-0 {\n  color: red;\n}'), /red is no colour/);
  assert.throws(() => readPalette('.ink-0 {\n  color: var(--none);\n}'), /no colour/);
});

test('each chart of the page is a picture with a name of its own, and no other is', () => {
  const page = renderHtml(exampleResult());
  const ids = [...page.matchAll(/<figure id="([^"]+)"/g)].map(([, id]) => id!);
  const pictures = picturesOf(exampleResult());
  assert.deepEqual(
    pictures.map(({ figure: { id } }) => id),
    ids,
  );
  assert.ok(ids.length >= 10);
  const files = pictures.map(({ file }) => file);
  assert.equal(new Set(files).size, files.length);
  for (const file of files) assert.match(file, /^[a-z0-9][a-z0-9-]*\.png$/);
  const { source, title } = pictures.find(({ file }) => file === 'load-0-rate.png')!;
  assert.match(title, /^Offered and achieved rate over time: \w+, open model$/);
  assert.match(source, new RegExp(`^Load · .*${exampleResult().run.id}\\. Verdict: \\w`));
});

const answered = async (result: Result, run: string, write?: string) => {
  const answers: [document: unknown, text: string][] = [];
  await answerPictures({ answer: (...answer) => answers.push(answer) }, result, run, write);
  assert.equal(answers.length, 1);
  return { document: answers[0]![0], text: answers[0]![1] };
};

test('a run without charts makes none, and says so', async () => {
  const { plans, ...rest } = exampleResult();
  const bare = exampleResult({
    ...{ plans: [], pagination: [], rls: null, replication: [], load: [], dataset: null, micro: [] },
    comparison: [],
  });
  assert.ok(plans.length > 0 && rest.load.length > 0);
  const { document, text } = await answered(bare, folder, join(folder, 'none'));
  assert.deepEqual(document, { run: bare.run.id, directory: null, pictures: [] });
  assert.match(text, /^No picture: .* has no chart.*Nothing was written\.$/);
  assert.ok(!existsSync(join(folder, 'none')));
});

test('pictures are written where they are asked for, else into the run, whose summary names them then', async () => {
  const bars = exampleResult({ plans: [], pagination: [], rls: null, replication: [], load: [] });
  const expected = picturesOf(bars).map(({ file }) => file);
  assert.ok(expected.length >= 1);
  const run = join(folder, 'run');
  const there = await answered(bars, run, join(folder, 'a', 'b'));
  assert.deepEqual(readdirSync(join(folder, 'a', 'b')).sort(), expected.toSorted());
  assert.ok(there.text.startsWith(`${join(folder, 'a', 'b', expected[0]!)}  `));
  assert.doesNotMatch(await render(bars, 'md', run), /Pictures/, 'none is in the folder of the run');

  await answered(bars, run);
  writeFileSync(join(run, 'pictures', 'of-another.png'), '');
  const summary = await render(bars, 'md', run);
  const named = [...summary.matchAll(/^- `pictures\/(.+)`: /gm)].map(([, file]) => file);
  assert.deepEqual(named, expected);
  rmSync(join(run, 'pictures', expected[0]!));
  assert.doesNotMatch(
    await render(bars, 'md', run),
    new RegExp(expected[0]!),
    'one that is gone is not named',
  );
  assert.doesNotMatch(await render(bars, 'md'), /Pictures/);
});

test('a folder that cannot be written is an error that says what to do', async () => {
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(answered(exampleResult(), folder, join(folder, 'file', 'x')), {
    name: 'Fault',
    reason: 'component',
    next: /--write/,
  });
});

test('--write of a format that is printed is an error, for nothing would be written', async () => {
  await assert.rejects(report.parseAsync(['latest', '--format', 'md', '--write', 'x'], { from: 'user' }), {
    name: 'Fault',
    reason: 'usage',
    message: /--write x/,
  });
});

test('Chart.js and the canvas are the ones that the page is drawn with', () => {
  const at = (path: string) =>
    JSON.parse(
      readFileSync(join(import.meta.dirname, '../../node_modules', path, 'package.json'), 'utf8'),
    ) as {
      name: string;
      version: string;
    };
  assert.equal(at('canvas').name, '@napi-rs/canvas', 'no package whose install script builds something');
  assert.equal(at('canvas').version, at('@napi-rs/canvas').version);
  assert.ok(!existsSync(join(import.meta.dirname, '../../node_modules/chartjs-node-canvas/node_modules')));
});
