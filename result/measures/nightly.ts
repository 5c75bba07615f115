/** Of result.json: a night against the control, and whether a release can go out. */
import { type Static, Type } from 'typebox';
import { derived, exact, group, not, rows, timed } from '../figure-tree.ts';
import { measure, optionalSection } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

const Strings = Type.Array(Type.String());

const NightState = Type.Union(
  (['learning', 'steady', 'new', 'suspect', 'confirmed', 'accepted', 'fixed'] as const).map((s) =>
    Type.Literal(s),
  ),
);

/** One metric of a night: head against the pinned control, and against the nights before. */
export const NightMetric = Type.Object({
  metric: Type.String(),
  unit: Type.String(),
  exact: Type.Boolean({ description: 'it has no noise: one night is enough' }),
  control: Nullable(Type.Number()),
  head: Nullable(Type.Number()),
  value: Nullable(Type.Number({ description: 'log(head / control); null: void or not measured' })),
  state: Type.Unsafe<'learning' | 'steady' | 'new' | 'suspect' | 'confirmed' | 'accepted' | 'fixed'>(
    NightState,
  ),
  since: Nullable(Type.String({ description: 'the run in which the finding began' })),
  /** Median of log(head / control) over the nights before, and how far above it is suspect. */
  baseline: Nullable(Type.Object({ level: Type.Number(), limit: Type.Number() })),
  nights: Type.Integer({ description: 'that the baseline rests on' }),
  missing: Type.Integer({ description: 'nights that it still needs' }),
  confirmation: Nullable(
    Type.Object({
      verdict: Type.String(),
      estimate: Nullable(Type.Number()),
      low: Nullable(Type.Number()),
      high: Nullable(Type.Number()),
      pairs: Type.Integer(),
      why: Type.String(),
    }),
  ),
  why: Type.String(),
});
export type NightMetric = Static<typeof NightMetric>;

export const Nightly = Type.Object({
  night: Type.Integer({ description: 'counts the nights of this history, whatever the clock says' }),
  control: Type.Object({ label: Type.String(), digest: Type.String(), commit: Nullable(Type.String()) }),
  head: Type.Object({ digest: Type.String(), commit: Nullable(Type.String()), changes: Strings }),
  void: Nullable(Type.String({ description: 'why the times of this night count for nothing' })),
  rounds: Type.Integer(),
  seconds: Type.Number({ description: 'spent on measuring' }),
  /** Statements that the budget had no room for. */
  left: Strings,
  lastGood: Nullable(Type.Object({ run: Type.String(), startedAt: Type.String() })),
  /** What happened since: commits (of this working copy), settings of the endpoints. */
  since: Type.Object({ commits: Strings, settings: Strings, why: Type.Optional(Type.String()) }),
  /** Plans of the statements that moved: control against head. */
  plans: Type.Array(
    Type.Object({
      statement: Type.String(),
      tenantClass: Type.String(),
      summary: Type.String(),
      rows: Type.Array(
        Type.Object({
          kind: Type.String(),
          depth: Type.Integer(),
          before: Nullable(Type.String()),
          after: Nullable(Type.String()),
          words: Strings,
        }),
      ),
    }),
  ),
  metrics: Type.Array(NightMetric),
});
export type Nightly = Static<typeof Nightly>;

const headPages = ({ exact: hard, unit, head }: NightMetric) => (hard && unit === 'pages' ? head : undefined);
const headTime = ({ unit, head }: NightMetric) => (unit === 'ms' ? head : undefined);
const ratioOf = ({ exact: hard, unit, value }: NightMetric) =>
  hard && unit === '' ? undefined : value === null ? null : Math.exp(value);
/** A yes or no: results that differ, another plan. */
const flagOf = ({ exact: hard, unit, value }: NightMetric) => (hard && unit === '' ? value : undefined);

export const nightly = measure({
  part: 'nightly',
  family: 'night',
  title: 'Night',
  what: 'this build against the pinned control, statement by statement',
  suites: [],
  sections: {
    nightly: optionalSection(
      Type.Optional(Nightly),
      group<Nightly>({
        night: not('counts the nights'),
        rounds: not('a setting'),
        seconds: not('what measuring took'),
        plans: not('places of nodes in a tree'),
        metrics: rows<NightMetric>(
          ({ metric }) => ({ metric }),
          {
            control: not('the pinned side; the ratio is the figure'),
            head: not('derived: pages and times of head'),
            value: not('a logarithm; its ratio is the figure'),
            baseline: not('what the judgement rests on'),
            nights: not('what the judgement rests on'),
            missing: not('what the judgement rests on'),
            confirmation: not('what the judgement rests on'),
          },
          [
            derived(timed('ratio', 'ratio', { help: 'Head against the pinned control.' }), ratioOf),
            derived(exact('head-buffers', 'pages'), headPages),
            derived(timed('head-time', 'ms', { floor: 5 }), headTime),
            derived(exact('differs', 'events', { decides: null }), flagOf),
          ],
        ),
      }),
    ),
  },
});
