import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from '../html.ts';
import { type Figure, figureOf } from './figure.ts';

/** The picture of a chart as it stands in the report. */
const svg = (chart: Figure['chart']): string =>
  /<svg[\s\S]*<\/svg>/.exec(
    figureOf({ id: 'x', title: 'A title', description: 'What it shows.', chart, data: html`` }).markup,
  )![0];

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

const labels = (picture: string): Label[] =>
  [...picture.matchAll(/<text[^>]* x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)<\/text>/g)].map(
    ([, x, y, text]) => ({
      text: text!,
      x: Number(x),
      y: Number(y),
    }),
  );

/** Where an axis puts the number that its label names. */
const placeOf = (picture: string, text: string, axis: 'x' | 'y'): number => {
  const found = labels(picture).filter((label) => label.text === text);
  assert.equal(found.length, 1, `one label "${text}" among ${labels(picture).map((label) => label.text)}`);
  return found[0]![axis];
};

const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 1.5, `${what}: ${actual}, not ${expected}`);

const points = [1, 2, 3, 4].map((x) => ({ x, y: 100 + 10 * x }));

const linear: Figure['chart'] = {
  kind: 'lines',
  x: { title: 'Seconds' },
  y: { title: 'Requests/s' },
  series: [
    { name: 'offered', points },
    {
      name: 'achieved',
      points: [...points.map(({ x, y }) => ({ x, y: y - 30 })), { x: 5, y: null }, { x: 6, y: 20 }],
    },
  ],
};

const logarithmic: Figure['chart'] = {
  kind: 'lines',
  x: { title: 'Rows', log: true, min: 1, max: 1000 },
  y: { title: 'ms', log: true, min: 1, max: 1000 },
  series: [
    {
      name: 'p99',
      points: [
        { x: 1, y: 1 },
        { x: 10, y: 10 },
        { x: 1000, y: 1000 },
      ],
    },
  ], // prettier-ignore
};

const forest: Figure['chart'] = {
  kind: 'dots',
  rows: ['orders/recent', 'products/search'],
  x: { title: 'B : A', log: true },
  reference: 1,
  series: [
    {
      name: 'whale',
      dots: [
        { row: 0, x: 1.5, low: 1.2, high: 1.9 },
        { row: 1, x: 0.9, low: 0.8, high: 1.05 },
      ],
    },
    { name: 'tail', dots: [{ row: 0, x: 1.1 }] },
  ],
};

const bars: Figure['chart'] = {
  kind: 'bars',
  x: { title: 'MB', binary: true },
  rows: [
    { name: 'orders', value: 90 },
    { name: 'items', value: 60 },
  ],
};

const panels: Figure['chart'] = {
  kind: 'lines',
  x: { title: 'Seconds' },
  y: { title: 'ms' },
  series: [{ name: 'p99', points }],
  below: { y: { title: 'Requests/s' }, series: [{ name: 'achieved', points }] },
};

for (const [name, chart] of Object.entries({ linear, logarithmic, forest, bars, panels }))
  test(`the picture of a ${name} chart`, (t) => t.assert.snapshot(svg(chart)));

test('an axis of values starts at zero, however far from zero they are', () => {
  for (const chart of [linear, panels]) assert.ok(labels(svg(chart)).some(({ text }) => text === '0'));
  const picture = svg(linear);
  const [zero, third, whole] = [0, 40, 120].map((value) => placeOf(picture, `${value}`, 'y'));
  near((zero! - third!) * 3, zero! - whole!, 'three times 40 is 120');
  const [left, right] = [placeOf(svg(bars), '0', 'x'), placeOf(svg(bars), '64', 'x')];
  assert.ok(left < right);
});

test('on a logarithmic axis equal factors are equally far apart', () => {
  const picture = svg(logarithmic);
  const ticks = labels(picture).filter(({ text }) => ['1', '10', '100', '1,000', '1000'].includes(text));
  for (const axis of ['x', 'y'] as const) {
    const line = Object.values(Object.groupBy(ticks, (tick) => (axis === 'x' ? tick.y : tick.x))).find(
      (on) => on!.length === 4,
    )!;
    const steps = line.slice(1).map((tick, at) => tick[axis] - line[at]![axis]);
    for (const step of steps) near(step, steps[0]!, `the step of a decade on ${axis}`);
  }
});

test('every point of a short line has its marker, and the second series another shape and dash', () => {
  const picture = svg(linear);
  const markers = (ink: string) =>
    picture.split('\n').filter((line) => line.includes(`<path class="${ink}"`)).length;
  assert.ok(markers('ink-0') >= 4, 'a circle for each of 4 points');
  assert.ok(markers('ink-1') >= 5, 'a diamond for each of 5 points');
  assert.match(picture, /class="line ink-1"[^>]*stroke-dasharray="7 4"/);
  const long = {
    ...linear,
    series: [{ name: 'p99', points: Array.from({ length: 200 }, (_, x) => ({ x, y: x })) }],
  };
  assert.equal((svg(long).match(/<path class="ink-0"/g) ?? []).length, 0, 'a long line has none');
});

test('a circle goes all the way round: an arc of half of it is drawn in the direction that is asked for', () => {
  const circle = /<path class="(?:line )?ink-0" d="([^"]*A[^"]*)"/.exec(svg(linear))![1]!;
  const arcs = [...circle.matchAll(/A([\d.]+) ([\d.]+) 0 ([01]) ([01]) /g)];
  assert.ok(arcs.length > 0, circle);
  for (const [, rx, ry, , sweep] of arcs) assert.deepEqual([rx, sweep], [ry, '1']);
});

test('a forest plot of small differences names several ratios, not only 1', () => {
  const small: Figure['chart'] = {
    kind: 'dots',
    rows: ['orders/recent'],
    x: { title: 'B : A', log: true, tick: (value) => `${value}×` },
    reference: 1,
    series: [{ name: 'whale', dots: [{ row: 0, x: 1.01, low: 0.985, high: 1.03 }] }],
  };
  const named = labels(svg(small)).flatMap(({ text }) =>
    text.endsWith('×') ? [Number.parseFloat(text)] : [],
  );
  assert.ok(named.length >= 3 && named.includes(1), named.join());
  const steps = named.slice(1).map((value, at) => value - named[at]!);
  for (const step of steps) assert.ok(Math.abs(step - steps[0]!) < 1e-9, named.join());
});
