import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';
import { words } from './words.ts';

/** One number of a run that a reader compares: what it is of, in which unit, which way is better, and what it rests on. */
export const Figure = Type.Object({
  measure: Type.String({ description: 'the part that measured it' }),
  name: Type.String({ description: 'stays the same from version to version' }),
  labels: Type.Record(Type.String(), Type.String(), {
    description: 'with measure and name its identity',
  }),
  unit: Type.String(),
  better: words('less', 'more', 'none'),
  kind: words('exact', 'timed'),
  value: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  samples: Nullable(Type.Integer()),
  trust: words('ok', 'doubtful', 'unchecked'),
  why: Nullable(Type.String()),
});
export type Figure = Static<typeof Figure>;
export type Labels = Figure['labels'];

/** Equal for the same figure of two runs, whatever the order of its labels. */
export const identityOf = ({ measure, name, labels }: Pick<Figure, 'measure' | 'name' | 'labels'>): string =>
  JSON.stringify([measure, name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

const levels: Readonly<Record<string, string>> = {
  ...{ '0.5': 'p50', '0.9': 'p90', '0.99': 'p99', '0.999': 'p99.9', '1': 'max' },
};

/** "response p99", "executions per expiry": the figure alone. */
export function figureWords({ name, labels }: Pick<Figure, 'name' | 'labels'>): string {
  const level = labels.quantile === undefined ? '' : ` ${levels[labels.quantile] ?? labels.quantile}`;
  return `${name.replaceAll('-', ' ')}${level}`;
}

/** "load storefront open pooler, response p99": what a person reads, types and finds again in the next run. */
export function metricOf(figure: Pick<Figure, 'measure' | 'name' | 'labels'>): string {
  const of = Object.entries(figure.labels).flatMap(([label, value]) => (label === 'quantile' ? [] : [value]));
  return `${[figure.measure, ...of].join(' ')}, ${figureWords(figure)}`;
}
