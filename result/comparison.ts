/** Of result.json: two sides on the same data. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';

export const ComparisonResult = Type.Object({
  metric: Type.String(),
  a: Nullable(Type.Number()),
  b: Nullable(Type.Number()),
  ratio: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  verdict: Type.String({
    description:
      'regression, improvement, pass, inconclusive, results differ, moved, waits, false alarm, not measured',
  }),
  pairs: Type.Integer(),
  unit: Type.Optional(Type.String()),
  /** exact: has no noise, gates; primary: gates by the interval; advisory: never gates; control: must not move. */
  role: Type.Optional(
    Type.Union([
      Type.Literal('exact'),
      Type.Literal('primary'),
      Type.Literal('advisory'),
      Type.Literal('control'),
    ]),
  ),
  /** The confidence really reached by [low, high]. */
  level: Type.Optional(Nullable(Type.Number())),
  /** Adjusted by Holm over the primary metrics. */
  p: Type.Optional(Nullable(Type.Number())),
  why: Type.Optional(Type.String()),
});
export type ComparisonResult = Static<typeof ComparisonResult>;

/** How often equal sides were called different on this machine, as measured by runs before this one. */
export const FalseAlarms = Type.Object({
  alarms: Type.Integer(),
  of: Type.Integer(),
  measurements: Type.Integer(),
  lastAt: Type.String(),
  clock: Type.Union([Type.Literal('cpu'), Type.Literal('wall')]),
});
export type FalseAlarms = Static<typeof FalseAlarms>;
