import type { ComparisonResult, Objective, Result, Warning } from '../../result/result.ts';
import { names } from '../verdict/comparisons.ts';
import { verdict } from '../verdict/verdict.ts';
import { type FigureRows, figureRows, rank } from './figure-rows.ts';
import { plansOf, shapeRows } from './plan-shapes.ts';
import { otherState, statesDiffer } from './table-state.ts';
import { type Unlike, unlikes } from './unlike.ts';

/** Two stored runs side by side, as the sections of a result. */
export interface RunComparison {
  readonly comparison: ComparisonResult[];
  readonly objectives: Objective[];
  readonly warnings: Warning[];
  readonly verdict: Result['verdict'];
  /** What was left out because its conditions differ. */
  readonly unlike: readonly Unlike[];
  /** Parts of which figures were compared. */
  readonly compared: ReadonlySet<string>;
}

/** What both runs share, or in which parts their fingerprints differ (then every figure carries that label). */
export type Ground =
  | { readonly kind: 'equal' }
  | { readonly kind: 'cross'; readonly parts: readonly string[] };

/**
 * Compares every figure of the catalogue that both runs have. What has no noise decides; what was measured once on each
 * side advises: one run is one sample, whatever number of requests it holds, so there is no interval and no p.
 * @param cross loads of other rates, durations or connections are compared too, and their rows say so
 */
export function compareRuns(a: Result, b: Result, ground: Ground, cross = false): RunComparison {
  const sameData = a.dataset !== null && a.dataset.digest === b.dataset?.digest;
  const unlike = unlikes(a, b);
  const states = statesDiffer(a, b);
  const figures = figureRows(a, b, sameData && states.length === 0, cross ? [] : unlike);
  const shapes = shapeRows(a, b, sameData);
  const refused = cross ? [] : unlike.map(notCompared);
  const comparison = [...figures.rows, ...shapes, ...refused]
    .sort((x, y) => rank(x) - rank(y))
    .map(labelled(ground, cross ? unlike : []));
  const undecided = !sameData ? otherRows(a, b) : states.length > 0 ? otherPages : null;
  const objectives = objectivesOf(figures, shapes, a, b, undecided);
  const complete = a.run.complete && b.run.complete;
  return {
    ...{ comparison, objectives, unlike: cross ? [] : unlike, compared: figures.compared },
    warnings: [...warningsOf(a, b, ground, sameData), ...otherState(states)],
    verdict: verdict([], objectives, complete),
  };
}

const notCompared = ({ what, why }: Unlike): ComparisonResult => ({
  metric: what,
  ...{ a: null, b: null, ratio: null, low: null, high: null, pairs: 1 },
  ...{ verdict: 'not compared', role: 'advisory' },
  why: `The runs are unlike there: ${why}. Measure both alike, or give --cross.`,
});

/** With --cross every row says from which conditions its difference may come. */
const labelled =
  (ground: Ground, unlike: readonly Unlike[]) =>
  (row: ComparisonResult): ComparisonResult => {
    const whys = [
      ...(ground.kind === 'cross' ? [`Cross: ${ground.parts[0]}.`] : []),
      ...unlike
        .filter(
          ({ what }) =>
            row.metric === what || row.metric.startsWith(`${what} `) || row.metric.startsWith(`${what},`),
        )
        .map(({ why }) => `Unlike: ${why}.`),
    ];
    if (whys.length === 0) return row;
    return { ...row, metric: `[cross] ${row.metric}`, why: [row.why, ...whys].filter(Boolean).join(' ') };
  };

const otherRows = (a: Result, b: Result) =>
  a.dataset === null || b.dataset === null
    ? 'It is not known whether the runs measured the same rows, so no exact figure decides.'
    : 'The runs did not measure the same rows, so no exact figure decides.';
const otherPages = 'What else the pages of the two runs held may be the cause (see the warning).';

/** @param undecided why no exact figure decides; null: they do */
function objectivesOf(
  { rows, deciding, gone }: FigureRows,
  shapes: readonly ComparisonResult[],
  a: Result,
  b: Result,
  undecided: string | null,
): Objective[] {
  const isWorse = ({ role, verdict }: ComparisonResult) => role === 'exact' && verdict === 'regression';
  const worse = rows.filter(isWorse);
  const advised = rows.filter(({ role, verdict }) => role !== 'exact' && verdict === 'regression');
  return [
    worse.length === 0 && undecided !== null && (undecided !== otherPages || advised.length > 0)
      ? open(names.work, [undecided, named(advised)].filter(Boolean).join(' '))
      : workObjective(worse, deciding, gone),
    // Two nights have no plans of the catalogue, and miss none.
    ...(a.plans.length + b.plans.length === 0
      ? []
      : [
          plansOf(a, b) === 0
            ? open(names.expectations, 'The runs have no plan in common.')
            : undecided !== null && undecided !== otherPages
              ? open(names.expectations, undecided)
              : counted(
                  names.expectations,
                  shapes.filter(isWorse),
                  'Every expectation that A met is met in B.',
                ),
        ]),
  ];
}

const named = (advised: readonly ComparisonResult[]) =>
  advised.length === 0 ? '' : `Worse: ${shortList(advised.map(({ metric }) => metric))}`;

function workObjective(
  worse: readonly ComparisonResult[],
  deciding: number,
  gone: readonly string[],
): Objective {
  if (worse.length > 0) return counted(names.work, worse, '');
  if (deciding === 0) return open(names.work, 'The runs have no exact figure in common.');
  if (gone.length > 0)
    return open(names.work, `B does not have ${gone.length} exact figures of A: ${shortList(gone)}`);
  return counted(names.work, [], 'No exact figure is worse.');
}

const open = (name: string, why: string): Objective => ({
  ...{ name, ok: null, value: null, limit: 0, unit: 'figures', why },
});

function counted(name: string, found: readonly ComparisonResult[], good: string): Objective {
  const why = found.length === 0 ? good : shortList(found.map(({ metric }) => metric));
  return { name, ok: found.length === 0, value: found.length, limit: 0, unit: 'figures', why };
}

function shortList(all: readonly string[]): string {
  const shown = all.slice(0, 5);
  return `${shown.join('; ')}${all.length > shown.length ? ` and ${all.length - shown.length} more` : ''}.`;
}

function warningsOf(a: Result, b: Result, ground: Ground, sameData: boolean): Warning[] {
  const warnings: Warning[] = [
    {
      code: 'one-sample-each',
      message: 'One run each is one sample: times, rates and lags advise, and decide nothing.',
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
