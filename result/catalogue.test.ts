import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { catalogue, figureName } from './catalogue.ts';
import { identityOf } from './figure.ts';
import { figureNames } from './figure-names.ts';
import type { AnyNode } from './figure-tree.ts';
import { figuresIn } from './figures-in.ts';
import { type MeasureDescription, measures } from './measures.ts';
import { numbersIn, type Path, sample, withNumber } from './testing/sample.ts';

const sections = (measures as readonly MeasureDescription[]).flatMap(({ part, sections: own }) =>
  Object.entries(own).map(([key, section]) => ({ part, key, ...section })),
);

test('every number of every schema is a figure, or stands there with the reason why it is none', () => {
  for (const { part, key, schema, figures } of sections) {
    const value = sample(schema, key);
    const before = JSON.stringify(figuresIn(part, figures, value));
    for (const path of numbersIn(value)) {
      const moved =
        JSON.stringify(
          figuresIn(
            part,
            figures,
            withNumber(value, path, (x) => 3 * x),
          ),
        ) !== before;
      const reason = reasonAt(figures, value, path);
      assert.ok(moved || reason, `${key}.${path.join('.')} is no figure, and nothing says why`);
      if (reason) assert.ok(reason.length > 5, `${key}.${path.join('.')}: "${reason}" is no reason`);
    }
  }
});

/** The reason of the node that holds the number, where it is said to be no figure. */
function reasonAt(node: AnyNode, value: unknown, [key, ...rest]: Path): string | null {
  if (node.is === 'not') return node.why;
  if (key === undefined || node.is === 'figure' || node.is === 'tally') return null;
  if (node.is === 'percentiles')
    return key === 'samples'
      ? 'samples of the percentiles'
      : key === 'p95'
        ? 'shown between two that are figures'
        : null;
  const inside = (value as Record<string | number, unknown>)[key];
  if (node.is === 'rows') return reasonAt(node.branch(inside).group, inside, rest);
  const leaf = node.leaves[key];
  assert.ok(leaf, `${key} is in the schema and not in the tree`);
  return reasonAt(leaf, inside, rest);
}

test('a key that ends with a unit has figures of that unit', () => {
  const units: readonly [RegExp, readonly string[]][] = [
    [/(PerSecond|Rate)$/, ['/s', 'B/s']],
    [/(?<!Per)(Ms|^ms)$/, ['ms']],
    [/Pct$/, ['%']],
    [/seconds$/i, ['s']],
    [/bytes(?!PerSecond)/i, ['B']],
    [/buffers/i, ['pages', '%']],
  ];
  for (const { measure, spec, path } of catalogue) {
    const key = path.split('.').at(-1)!;
    const known = units.find(([pattern]) => pattern.test(key));
    if (known && !path.endsWith(']'))
      assert.ok(known[1].includes(spec.unit), `${measure}.${spec.name}: ${path} in ${spec.unit}`);
  }
});

test('the names of the figures are those that are committed', () => {
  const committed = readFileSync(join(import.meta.dirname, 'figure-names.txt'), 'utf8');
  assert.equal(
    figureNames,
    committed,
    'Names are a contract. A new one: node result/figure-names.ts > result/figure-names.txt. A changed one also needs an alias in history/aliases.ts.',
  );
});

test('a name is one figure of its measure, in plain kebab case, with a unit that its kind can have', () => {
  const names = catalogue.map(({ measure, spec }) => figureName(measure, spec.name));
  for (const name of new Set(names)) {
    assert.match(name, /^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$/);
    const specs = catalogue.filter(({ measure, spec }) => figureName(measure, spec.name) === name);
    assert.equal(specs.length, 1, `${name} is at ${specs.map(({ path }) => path).join(' and ')}`);
  }
});

test('figures of one row differ by name or label', () => {
  for (const { part, key, schema, figures } of sections) {
    const all = figuresIn(part, figures, sample(schema, key)).map(identityOf);
    assert.deepEqual(
      all.filter((each, i) => all.indexOf(each) !== i),
      [],
      key,
    );
  }
});

test('a number that could not be had is null with the reason beside it, and stays one', () => {
  const lag = sections.find(({ key }) => key === 'replication')!;
  const of = { p50: 3, p90: 5, p99: null, p999: null, max: 9, samples: 150, why: 'too few' };
  const [row] = sample(lag.schema, 'replication') as [object];
  const figures = figuresIn('lag', lag.figures, [{ ...row, lagMs: of, lagBytes: of }]);
  const p99 = figures.find(({ name, labels }) => name === 'lag' && labels.quantile === '0.99')!;
  assert.deepEqual([p99.value, p99.samples, p99.why, p99.unit], [null, 150, 'too few', 'ms']);
  assert.equal(figures.find(({ name, labels }) => name === 'lag' && labels.quantile === '1')!.value, 9);
});

test('a ratio brings its interval and its pairs', () => {
  const rls = sections.find(({ key }) => key === 'rls')!;
  const value = sample(rls.schema, 'rls') as { overhead: object[] };
  value.overhead = [{ ...value.overhead[0], ratio: 1.5, low: 1.4, high: 1.6, pairs: 12 }];
  const overhead = figuresIn('rls', rls.figures, value).find(({ name }) => name === 'overhead')!;
  assert.deepEqual([overhead.value, overhead.low, overhead.high, overhead.samples], [1.5, 1.4, 1.6, 12]);
});
