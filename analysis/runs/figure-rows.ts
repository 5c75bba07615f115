import { specOf } from '../../result/catalogue.ts';
import { type Figure, identityOf, metricOf } from '../../result/figure.ts';
import type { FigureSpec } from '../../result/figure-tree.ts';
import { figuresOf } from '../../result/figures-of.ts';
import type { ComparisonResult, Result } from '../../result/result.ts';
import { judgeFigure } from './judge-figure.ts';
import type { Unlike } from './unlike.ts';

/** A figure of B with the same one of A. */
interface Pair {
  readonly spec: FigureSpec;
  readonly a: Figure;
  readonly b: Figure;
}

export interface FigureRows {
  readonly rows: readonly ComparisonResult[];
  /** Parts whose figures both runs have, and could be compared. */
  readonly compared: ReadonlySet<string>;
  /** How many figures that decide both runs have. */
  readonly deciding: number;
  /** Figures of A that decide and that B does not have. */
  readonly gone: readonly string[];
}

/**
 * Every figure that both runs have, judged by its own rule. What decides comes first: exact figures on the same rows; then
 * what only advises; then what has no better or worse; sizes of tables last.
 */
export function figureRows(a: Result, b: Result, sameData: boolean, unlike: readonly Unlike[]): FigureRows {
  const [before, after] = [byKey(a), byKey(b)];
  const pairs = [...after].flatMap(([key, figure]): Pair[] => {
    const old = before.get(key);
    const spec = specOf(figure);
    return old && spec ? [{ spec, a: old, b: figure }] : [];
  });
  const like = pairs.filter(({ b: figure }) => !unlike.some(({ covers }) => covers(figure)));
  const rows = like.flatMap((pair) => rowOf(pair, sameData));
  const gone = goneFrom(before, after);
  return {
    rows: [...sums(like), ...rows, ...absentParts(before, after, b)].sort((x, y) => rank(x) - rank(y)),
    deciding: like.filter((pair) => both(pair) && decides(pair.spec)).length,
    compared: new Set(like.filter((pair) => both(pair)).map(({ b: { measure } }) => measure)),
    gone,
  };
}

const both = ({ a, b }: Pair) => a.value !== null && b.value !== null;

const decides = ({ decides: how, kind }: FigureSpec) => how !== null && kind === 'exact';

/** The rate of a load is part of its series, but two loads of nearly one rate are compared. */
const byKey = (result: Result): Map<string, Figure> =>
  new Map(
    figuresOf(result).map((figure) => {
      const { rate: _, ...labels } = figure.labels;
      return [identityOf({ ...figure, labels }), figure];
    }),
  );

function rowOf({ spec, a, b }: Pair, sameData: boolean): ComparisonResult[] {
  const base = { metric: metricOf(b), a: a.value, b: b.value, unit: b.unit, pairs: 1 };
  const empty = { ratio: null, low: null, high: null };
  if (a.value === null && b.value === null) return [];
  if (a.value === null || b.value === null) {
    if (spec.detail || spec.better === 'none') return [];
    const why =
      `${a.value === null ? 'Only B' : 'Only A'} has it. ${(a.value === null ? a : b).why ?? ''}`.trim();
    return [{ ...base, ...empty, verdict: 'not measured', role: 'advisory', why }];
  }
  const { moved, why } = judgeFigure(spec, a.value, b.value);
  const noise = moved === 'same' && why.startsWith('Both are below');
  const ratio = a.value > 0 && !noise ? b.value / a.value : null;
  if (spec.better === 'none')
    return spec.detail ? [] : [{ ...base, ...empty, ratio, verdict: 'not judged', role: 'advisory' }];
  const doubt = [a, b].find(({ trust }) => trust === 'doubtful');
  if (doubt)
    return [
      { ...base, ...empty, ratio, verdict: 'not judged', role: 'advisory', why: `Doubtful: ${doubt.why}` },
    ];
  if (moved === 'same' && (spec.detail || spec.kind === 'exact')) return [];
  const deciding = decides(spec);
  return [
    {
      ...{ ...base, ...empty, ratio, why },
      verdict: wordOf(spec, moved, deciding),
      role: deciding && sameData ? 'exact' : 'advisory',
    },
  ];
}

function wordOf({ better, kind }: FigureSpec, moved: 'more' | 'less' | 'same', deciding: boolean): string {
  if (moved === 'same') return kind === 'exact' ? 'pass' : 'not judged';
  const worse = (moved === 'more') === (better === 'less');
  if (deciding) return worse ? 'regression' : 'improvement';
  return worse ? 'worse' : 'better';
}

/** One line for what there is much of: all buffers of all plans. */
function sums(pairs: readonly Pair[]): ComparisonResult[] {
  const kinds = Map.groupBy(
    pairs.filter((pair) => pair.spec.decides === 'work' && both(pair)),
    ({ b: { measure, name } }) => `${measure}, ${name.replaceAll('-', ' ')}`,
  );
  return [...kinds].flatMap(([kind, own]): ComparisonResult[] => {
    if (own.length < 2) return [];
    const sum = (side: 'a' | 'b') => own.reduce((total, pair) => total + pair[side].value!, 0);
    const differ = own.filter(
      ({ spec, a, b }) => judgeFigure(spec, a.value!, b.value!).moved !== 'same',
    ).length;
    const [x, y] = [sum('a'), sum('b')];
    const { moved, why } = judgeFigure(own[0]!.spec, x, y);
    return [
      {
        metric: `all ${kind} (${own.length} compared, ${differ} differ)`,
        ...{ a: x, b: y, ratio: x > 0 ? y / x : null, low: null, high: null, pairs: 1 },
        ...{ unit: own[0]!.spec.unit, verdict: { more: 'worse', less: 'better', same: 'pass' }[moved] },
        ...{ role: 'advisory', why },
      },
    ];
  });
}

/** Parts that one run measured and the other did not. */
function absentParts(
  before: ReadonlyMap<string, Figure>,
  after: ReadonlyMap<string, Figure>,
  { skipped }: Result,
): ComparisonResult[] {
  const parts = (figures: ReadonlyMap<string, Figure>) =>
    new Set([...figures.values()].flatMap(({ measure, value }) => (value === null ? [] : [measure])));
  const [was, is] = [parts(before), parts(after)];
  return [...was]
    .filter((part) => !is.has(part))
    .map((part) => ({
      metric: part,
      ...{ a: null, b: null, ratio: null, low: null, high: null, pairs: 1 },
      ...{ verdict: 'not measured', role: 'advisory' },
      why: `A measured ${part}, and B did not${reason(skipped.find((one) => one.part === part)?.why)}.`,
    }));
}

const reason = (why: string | undefined) => (why === undefined ? '' : `: ${why.replace(/\.$/, '')}`);

/** Exact figures without which "nothing is worse" is not known. */
function goneFrom(before: ReadonlyMap<string, Figure>, after: ReadonlyMap<string, Figure>): string[] {
  return [...before].flatMap(([key, figure]) => {
    if (figure.value === null || !specOf(figure)?.decides) return [];
    return (after.get(key)?.value ?? null) === null && figure.labels.sqlstate === undefined
      ? [metricOf(figure)]
      : [];
  });
}

const order = [
  'regression',
  'worse',
  'plan changed',
  'improvement',
  'better',
  'not compared',
  'not measured',
  'pass',
  'not judged',
];

/** What decides first; sizes of tables last. */
export function rank({ metric, verdict, role }: ComparisonResult): number {
  const place = order.indexOf(verdict);
  const base = (place < 0 ? order.length : place) + (role === 'exact' ? 0 : 10);
  return /^(all )?dataset\b/.test(metric) ? base + 100 : base;
}
