import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRuns } from '../analysis/runs/compare-runs.ts';
import { emptyResult } from '../bench/empty-result.ts';
import { metricsOf } from '../history/metrics-of.ts';
import { specOf } from '../result/catalogue.ts';
import { type Figure, identityOf, metricOf } from '../result/figure.ts';
import { figuresOf } from '../result/figures-of.ts';
import { type MeasureDescription, measures } from '../result/measures.ts';
import type { Result } from '../result/result.ts';
import { numbersIn, sample, withNumber } from '../result/testing/sample.ts';
import { render } from './render.ts';

const facts = { id: '20260101-000000-000-quick-aaaa', kind: 'bench' as const, suite: 'quick' };
const started = emptyResult({ ...facts, startedAt: '2026-01-01T00:00:00.000Z', command: './olympus bench' });
const empty: Result = { ...started, run: { ...started.run, complete: true } };

/** A result in which every section has every key of its schema. */
function whole(): Result {
  const sections = (measures as readonly MeasureDescription[]).flatMap(({ sections: own }) =>
    Object.entries(own).map(([key, { schema }]) => [key, sample(schema, key)] as const),
  );
  const result = { ...empty, ...Object.fromEntries(sections) } as Result;
  for (const each of result.index) delete each.estimated; // one that was measured: an estimate has no such figures
  const [metric] = result.nightly!.metrics;
  result.nightly!.metrics = [
    { ...metric!, metric: 'orders/recent whale, pages', unit: 'pages', exact: true, value: 1.5 },
    { ...metric!, metric: 'orders/recent whale, CPU ms', unit: 'ms', exact: false, value: 1.5 },
    { ...metric!, metric: 'orders/recent whale, results', unit: '', exact: true, value: 1.5 },
  ];
  result.index = result.index.map(({ estimated: _, ...one }) => one); // what is estimated gives no figure
  return result;
}
const full = whole();

/** A result that holds one part and the data: what moves elsewhere is not looked at. */
const baseOf = ({ sections }: MeasureDescription): Result => ({
  ...empty,
  dataset: full.dataset,
  ...(Object.fromEntries(Object.keys(sections).map((key) => [key, full[key as keyof Result]])) as object),
});

interface Move {
  readonly where: string;
  readonly before: Result;
  readonly after: Result;
  readonly figures: readonly { readonly before: Figure; readonly after: Figure }[];
}

/** Of a part each number times a factor, where that moves a figure: how each was and is. */
function* moves(measure: MeasureDescription, factor: number): Generator<Move> {
  const before = baseOf(measure);
  const old = new Map(figuresOf(before).map((figure) => [identityOf(figure), figure]));
  for (const key of Object.keys(measure.sections))
    for (const path of numbersIn(before[key as keyof Result], [key])) {
      const after = withNumber(before, path, (value) => factor * value);
      const figures = figuresOf(after).flatMap((figure) => {
        const was = old.get(identityOf(figure));
        return was && was.value !== figure.value && figure.value !== null
          ? [{ before: was, after: figure }]
          : [];
      });
      if (figures.length > 0) yield { where: `${path.join('.')} x ${factor}`, before, after, figures };
    }
}

const described = measures as readonly MeasureDescription[];

test('each figure three times as large, and a third: compare says which of them is worse', () => {
  const seen = { worse: new Set<string>(), better: new Set<string>() };
  for (const factor of [3, 1 / 3])
    for (const { before: base, after, figures, where } of described.flatMap((one) => [
      ...moves(one, factor),
    ])) {
      const { comparison, verdict } = compareRuns(base, after, { kind: 'equal' }, true);
      for (const { before, after: figure } of figures) {
        if (figure.better === 'none') continue;
        const name = `${figure.measure}.${figure.name}`;
        const grows = figure.value! > before.value!;
        const is = grows === (figure.better === 'less') ? 'worse' : 'better';
        const row = comparison.find(({ metric }) => metric.replace('[cross] ', '') === metricOf(figure));
        const words = { worse: ['worse', 'regression'], better: ['better', 'improvement'] }[is];
        assert.ok(
          row && words.includes(row.verdict),
          `${where}: ${metricOf(figure)} is ${is}, compare says ${row?.verdict ?? 'nothing'}`,
        );
        assert.deepEqual([row.a, row.b, row.unit], [before.value, figure.value, figure.unit]);
        const decides = figure.kind === 'exact' && specOf(figure)!.decides !== null;
        assert.equal(row.role, decides ? 'exact' : 'advisory', name);
        if (decides && is === 'worse') assert.equal(verdict.status, 'regression', name);
        seen[is].add(name);
      }
    }
  const directed = new Set(
    figuresOf(full).flatMap(({ better, measure, name, value }) =>
      better === 'none' || value === null ? [] : [`${measure}.${name}`],
    ),
  );
  // A flag has no third of itself: what is derived from yes and no has its own tests.
  const flags = [
    'pagination.wrong-lists',
    'rls.policy-findings',
    'pooler.prepared-fails',
    'olap.wrong-answers',
  ];
  const lengths = ['load.stalls', 'load.outages', 'index.regressed-statements', 'objects.damaged'];
  for (const is of ['worse', 'better'] as const)
    assert.deepEqual(
      [...directed].filter((name) => !seen[is].has(name)).sort(),
      [...flags, ...lengths].sort(),
      `figures that were never ${is}`,
    );
});

/** Written down here a second time: what a base unit is does not follow from the code that is tested. */
const baseUnits: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  ms: ['seconds', 0.001],
  s: ['seconds', 1],
  B: ['bytes', 1],
  'B/s': ['bytes_per_second', 1],
  '%': ['ratio', 0.01],
  share: ['ratio', 1],
  ratio: ['ratio', 1],
};

test('each figure that moves is in OpenMetrics in its base unit, in CSV, in Markdown and in the history', async () => {
  for (const { before: base, after, figures, where } of described.flatMap((one) => [...moves(one, 3)])) {
    const metrics = (await render(after, 'openmetrics')).split('\n');
    const csv = (await render(after, 'csv')).split('\r\n');
    const [before, markdown] = [await render(base, 'md'), await render(after, 'md')];
    const points = new Map(
      metricsOf({ ...after, nightly: undefined } as unknown as Result).map((point) => [point.metric, point]),
    );
    for (const { after: figure } of figures) {
      const [unit, factor] = baseUnits[figure.unit] ?? ['', 1];
      const labels = Object.entries({ suite: 'quick', ...figure.labels }).map(
        ([key, value]) => `${key}="${value}"`,
      );
      const line = metrics.find((each) => {
        const [, family, of, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(each) ?? [];
        return (
          family?.includes(figure.name.replaceAll('-', '_')) &&
          (unit === '' || family.endsWith(`_${unit}`)) &&
          of === labels.join(',') &&
          Math.abs(Number(value) - figure.value! * factor) <= 1e-9 * Math.abs(Number(value))
        );
      });
      assert.ok(
        line,
        `${where}: no line in OpenMetrics for ${metricOf(figure)} = ${figure.value} ${figure.unit}`,
      );
      const cells = `,${figure.measure},${figure.name},`;
      assert.ok(
        csv.some((each) => each.includes(cells) && each.includes(`,${figure.value},${figure.unit},`)),
        `${where}: no row in CSV`,
      );
      if (figure.measure !== 'nightly')
        assert.equal(points.get(metricOf(figure))?.value, figure.value, `${where}: no point in the history`);
    }
    assert.notEqual(markdown, before, `${where}: Markdown is as it was`);
  }
});

test('a day without nights has the figures of every other part in its series', () => {
  const parts = new Set(
    metricsOf({ ...full, nightly: undefined } as unknown as Result).map(
      ({ metric }) => metric.split(/[ ,]/)[0],
    ),
  );
  assert.deepEqual(
    [...parts].sort(),
    measures
      .map(({ part }) => part as string)
      .filter((part) => part !== 'nightly')
      .sort(),
  );
});
