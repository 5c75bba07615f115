import type { Figure, Labels } from './figure.ts';
import type { AnyNode, FigureSpec, GroupNode, RowsNode } from './figure-tree.ts';
import type { Percentiles } from './percentiles.ts';

const quantiles = { p50: '0.5', p90: '0.9', p99: '0.99', p999: '0.999', max: '1' } as const;

type Row = Readonly<Record<string, unknown>>;

/** The figures of a section's value, by its tree. What could not be had is null, with the reason that stands beside it. */
export const figuresIn = (measure: string, tree: AnyNode, value: unknown): Figure[] =>
  walk(tree, value, {}, { measure, beside: {} });

interface Place {
  readonly measure: string;
  /** The row that holds the value: its interval, samples and reason. */
  readonly beside: Row;
}

function walk(node: AnyNode, value: unknown, labels: Labels, place: Place): Figure[] {
  if (value === undefined) return [];
  switch (node.is) {
    case 'not':
      return [];
    case 'figure': {
      const { low, high, samples } = node.beside;
      const at = (key: string | undefined) => (key === undefined ? null : number(place.beside[key]));
      return [
        {
          ...figureOf(node.spec, labels, place, number(value)),
          ...{ low: at(low), high: at(high), samples: at(samples) },
        },
      ];
    }
    case 'percentiles':
      return value === null ? [] : percentileFigures(node.spec, value as Percentiles, labels, place);
    case 'tally':
      return value === null
        ? []
        : tallied(node.spec, node.label, value as Record<string, number>, labels, place);
    case 'group':
      return value === null ? [] : groupFigures(node, value as Row, labels, place);
    case 'rows':
      return value === null ? [] : rowFigures(node, value as readonly Row[], labels, place);
  }
}

function rowFigures(node: RowsNode<unknown>, all: readonly Row[], labels: Labels, place: Place): Figure[] {
  return all.flatMap((row) => {
    const { labels: own, group } = node.branch(row);
    return groupFigures(group, row, { ...labels, ...asLabels(own.of(row, all)) }, place);
  });
}

function groupFigures(
  { leaves, derived }: GroupNode<unknown>,
  row: Row,
  labels: Labels,
  place: Place,
): Figure[] {
  const inside = { ...place, beside: row };
  return [
    ...derived.flatMap(({ spec, of }) => {
      const value = of(row);
      return value === undefined ? [] : [figureOf(spec, labels, inside, value)];
    }),
    ...Object.entries(leaves).flatMap(([key, leaf]) => walk(leaf, row[key], labels, inside)),
  ];
}

/** Of what there is much of, a percentile that could not be had is left out: its reason stands in the section. */
function percentileFigures(spec: FigureSpec, of: Percentiles, labels: Labels, place: Place): Figure[] {
  return (Object.keys(quantiles) as (keyof typeof quantiles)[])
    .filter((level) => of[level] !== null || !spec.detail)
    .map((level) => ({
      ...figureOf(spec, { ...labels, quantile: quantiles[level] }, { ...place, beside: of }, of[level]),
      samples: of.samples,
    }));
}

/** The sum is always there: no error at all is a figure too. */
function tallied(
  spec: FigureSpec,
  label: string,
  counts: Readonly<Record<string, number>>,
  labels: Labels,
  place: Place,
): Figure[] {
  const sum = Object.values(counts).reduce((total, count) => total + count, 0);
  return [
    figureOf({ ...spec, name: totalName(spec) }, labels, place, sum),
    ...Object.entries(counts).map(([word, count]) =>
      figureOf(spec, { ...labels, [label]: word }, place, count),
    ),
  ];
}

/** What the sum of a tally is called. */
export const totalName = ({ name }: Pick<FigureSpec, 'name'>): string => `all-${name}`;

function figureOf(
  spec: FigureSpec,
  labels: Labels,
  { measure, beside }: Place,
  value: number | null,
): Figure {
  const { name, unit, better, kind } = spec;
  return {
    ...{ measure, name, labels, unit, better, kind, value },
    ...{ low: null, high: null, samples: null },
    trust: kind === 'exact' ? 'ok' : 'unchecked',
    why: value === null && typeof beside.why === 'string' ? beside.why : null,
  };
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const asLabels = (given: Readonly<Record<string, unknown>>): Labels =>
  Object.fromEntries(
    Object.entries(given).flatMap(([label, value]) =>
      value === null || value === undefined ? [] : [[label, String(value)]],
    ),
  );
