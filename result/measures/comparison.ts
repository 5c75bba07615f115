/** Of result.json: two sides on the same data. */
import { type Static, Type } from 'typebox';
import { not, rows, timed } from '../figure-tree.ts';
import { measure, optionalSection, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

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
  /** Costs of the planner, asked on a copy of its knowledge: nothing was executed. */
  estimated: Type.Optional(Type.Literal(true)),
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

export const comparison = measure({
  part: 'comparison',
  title: 'Comparison',
  what: 'two variants on the same data, in turn',
  suites: [],
  sections: {
    comparison: section(
      Type.Array(ComparisonResult),
      rows<ComparisonResult>(({ metric }) => ({ metric }), {
        a: not('one side; the figure is the ratio'),
        b: not('one side; the figure is the ratio'),
        ratio: timed('ratio', 'ratio', { low: 'low', high: 'high', samples: 'pairs', help: 'B against A.' }),
        low: not('bound of the ratio'),
        high: not('bound of the ratio'),
        pairs: not('samples of the ratio'),
        level: not('confidence of the ratio’s interval'),
        p: not('what the judgement rests on'),
      }),
      () => [],
    ),
    falseAlarms: optionalSection(
      Type.Optional(Nullable(FalseAlarms)),
      not('how often equal sides were called different by runs before this one'),
    ),
  },
});
