import type { ComparisonResult, Objective, Result, Warning } from '../../result/result.ts';
import { judgeWork } from '../gate/work.ts';
import { names } from '../verdict/comparisons.ts';
import { verdict } from '../verdict/verdict.ts';
import { type ExactFigure, exactFigures, plansOf, shapesOf } from './exact-figures.ts';
import { unpairedFigures } from './unpaired-figures.ts';

/** Two stored runs beside each other, as the sections of a result. */
export interface RunComparison {
  readonly comparison: ComparisonResult[];
  readonly objectives: Objective[];
  readonly warnings: Warning[];
  readonly verdict: Result['verdict'];
}

/** What both runs share, or in which parts their fingerprints differ (then every figure carries that label). */
export type Ground =
  | { readonly kind: 'equal' }
  | { readonly kind: 'cross'; readonly parts: readonly string[] };

/**
 * Compares what has no noise exactly, and shows distributions beside each other without judging them: one run each is
 * one sample, whatever number of requests it holds, so there is no interval and no p.
 */
export function compareRuns(a: Result, b: Result, ground: Ground): RunComparison {
  const sameData = a.dataset !== null && a.dataset.digest === b.dataset?.digest;
  const exact = exactRows(a, b, sameData);
  const shapes = shapeRows(a, b, sameData);
  const comparison = [...exact, ...shapes, ...unpairedFigures(a, b)].map(labelled(ground));
  const objectives = objectivesOf(exact, shapes, a, b);
  const complete = a.run.complete && b.run.complete;
  return {
    comparison,
    objectives,
    warnings: warningsOf(a, b, ground, sameData),
    verdict: verdict([], objectives, complete),
  };
}

const labelled =
  (ground: Ground) =>
  (row: ComparisonResult): ComparisonResult =>
    ground.kind === 'equal'
      ? row
      : {
          ...row,
          metric: `[cross] ${row.metric}`,
          why: `${row.why ?? ''} Cross: ${ground.parts[0]}.`.trim(),
        };

/** Rows for what differs by more than the limits of work, and one for the sum of each kind. */
function exactRows(a: Result, b: Result, sameData: boolean): ComparisonResult[] {
  const before = new Map(exactFigures(a).map((figure) => [figure.metric, figure]));
  const both = exactFigures(b).flatMap((after) => {
    const found = before.get(after.metric);
    return found ? [[found, after] as const] : [];
  });
  const rows = both
    .filter(([x, y]) => x.value !== y.value && (!x.coarse || judgeWork(x.value, y.value) !== 'same'))
    .map(([x, y]) => exactRow(x, y.value, sameData));
  const kinds = [...new Set(both.map(([{ kind }]) => kind))];
  const sums = kinds.map((kind) => {
    const own = both.filter(([x]) => x.kind === kind);
    const sum = (side: 0 | 1) => own.reduce((total, pair) => total + pair[side].value, 0);
    const { unit } = own[0]![0];
    const name = `all ${kind} (${own.length} compared, ${rows.filter(({ metric }) => own.some(([x]) => x.metric === metric)).length} differ)`;
    return exactRow({ metric: name, kind, unit, value: sum(0), coarse: true }, sum(1), false);
  });
  return [...sums, ...rows];
}

function exactRow(
  { metric, unit, value, coarse }: ExactFigure,
  after: number,
  exact: boolean,
): ComparisonResult {
  const ratio = value > 0 ? after / value : null;
  const work = coarse ? judgeWork(value, after) : after > value ? 'more' : after < value ? 'less' : 'same';
  return {
    metric,
    ...{ a: value, b: after, ratio, low: null, high: null, pairs: 1, unit },
    verdict: { more: 'regression', less: 'improvement', same: 'pass' }[work],
    role: exact ? 'exact' : 'advisory',
    why: coarse
      ? 'It has no noise; a tenth and three more count as a regression.'
      : 'It has no noise; any increase counts as a regression.',
  };
}

/** Plans whose shape is another one; more work or a missed expectation makes that a regression, not the shape itself. */
function shapeRows(a: Result, b: Result, sameData: boolean): ComparisonResult[] {
  const [before, after] = [shapesOf(a), shapesOf(b)];
  return [...after].flatMap(([name, plan]): ComparisonResult[] => {
    const old = before.get(name);
    if (!old) return [];
    const missed = old.expectation.ok !== false && plan.expectation.ok === false;
    if (old.shape === plan.shape && !missed) return [];
    return [
      {
        metric: `${name}, plan`,
        ...{ a: null, b: null, ratio: null, low: null, high: null, pairs: 1 },
        verdict: missed ? 'regression' : 'plan changed',
        role: missed && sameData ? 'exact' : 'advisory',
        why: missed
          ? `Its expectation is missed now: ${plan.expectation.why}`
          : `Another plan: ${shapeText(old, plan)}`,
      },
    ];
  });
}

function shapeText(old: Result['plans'][number], plan: Result['plans'][number]): string {
  const [was, is] = [old.indexes, plan.indexes];
  const gone = was.filter((name) => !is.includes(name));
  const come = is.filter((name) => !was.includes(name));
  if (gone.length + come.length === 0) return 'the same indexes, other nodes or another order of joins.';
  const parts = [
    gone.length > 0 && `no longer ${gone.join(', ')}`,
    come.length > 0 && `now ${come.join(', ')}`,
  ];
  return `${parts.filter(Boolean).join('; ')}.`;
}

function objectivesOf(
  exact: readonly ComparisonResult[],
  shapes: readonly ComparisonResult[],
  a: Result,
  b: Result,
): Objective[] {
  const worse = exact.filter(({ role, verdict }) => role === 'exact' && verdict === 'regression');
  const missed = shapes.filter(({ role, verdict }) => role === 'exact' && verdict === 'regression');
  const compared = plansOf(a, b) > 0 || exact.length > 0;
  const work = compared
    ? counted(names.work, worse, 'No exact figure is worse.')
    : open(names.work, 'The runs have no exact figure in common.');
  // Two nights have no plans of the catalogue, and miss none.
  if (compared && a.plans.length + b.plans.length === 0) return [work];
  return [
    work,
    plansOf(a, b) > 0
      ? counted(names.expectations, missed, 'Every expectation that A met is met in B.')
      : open(names.expectations, 'The runs have no plan in common.'),
  ];
}

const open = (name: string, why: string): Objective => ({
  ...{ name, ok: null, value: null, limit: 0, unit: 'figures', why },
});

function counted(name: string, found: readonly ComparisonResult[], good: string): Objective {
  const shown = found.slice(0, 5).map(({ metric }) => metric);
  const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : '';
  const why = found.length === 0 ? good : `${shown.join('; ')}${more}.`;
  return { name, ok: found.length === 0, value: found.length, limit: 0, unit: 'figures', why };
}

function warningsOf(a: Result, b: Result, ground: Ground, sameData: boolean): Warning[] {
  const warnings: Warning[] = [
    {
      code: 'one-sample-each',
      message:
        'One run each is one sample: times, rates and lags stand beside each other and are not judged.',
      advice: 'Interleave the sides for a judgement: ./olympus ab, or ./olympus nightly over time.',
    },
  ];
  if (ground.kind === 'cross')
    warnings.push({
      code: 'cross',
      message: `The runs were not made under the same conditions: ${ground.parts.join('; ')}.`,
      advice: 'Every figure is labelled: a difference may come from these parts.',
    });
  if (!sameData)
    warnings.push({
      code: 'other-data',
      message: 'The runs did not measure the same rows, so figures without noise advise only.',
      advice: 'Run both with the same --scale and --seed.',
    });
  for (const [side, { run, verdict: judged }] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (!run.complete)
      warnings.push({
        code: 'incomplete',
        message: `${side} was cut off: ${run.id}.`,
        advice: 'What it measured is compared.',
      });
    if (judged.status === 'untrusted')
      warnings.push({
        code: 'untrusted',
        message: `The times of ${side} are not trustworthy: ${judged.reasons[0]}`,
        advice: 'Exact figures hold; read its times with care.',
      });
  }
  return warnings;
}
