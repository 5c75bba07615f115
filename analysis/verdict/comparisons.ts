import type { TrustCheck } from '../../result/run.ts';
import type { Facts } from './facts.ts';
import { nightNames, nightObjectives } from './nights.ts';
import { onlyEstimated } from './only-estimated.ts';

/** Objectives of a comparison or an index change: a missed one is a regression against what was there before. */
export const names = {
  work: 'statements with more work than in A',
  results: 'statements whose results differ',
  time: 'primary times above those of A',
  index: 'index changes that are not to be made',
  expectations: 'expectations met in A and missed in B',
  candidates: 'index candidates measured',
} as const;

export const againstBefore: ReadonlySet<string> = new Set([
  ...Object.values(names),
  ...Object.values(nightNames),
]);
/** They hold or not whatever the machine did meanwhile. */
export const exactComparisons: ReadonlySet<string> = new Set([
  names.work,
  names.results,
  names.index,
  names.expectations,
  names.candidates,
  nightNames.work,
]);

/** What a comparison and an index change are judged by; none of a run that has neither. */
export function comparisonObjectives({ comparison = [], index = [], nightly }: Facts): TrustCheck[] {
  if (nightly) return nightObjectives(nightly);
  return [...(comparison.length > 0 ? comparisonChecks(comparison) : []), ...indexChecks(index)];
}

function comparisonChecks(rows: NonNullable<Facts['comparison']>): TrustCheck[] {
  if (rows.some(({ estimated }) => estimated)) return [{ ...openCheck(names.work), unit: 'statements' }];
  const exact = rows.filter(({ role }) => role === 'exact');
  const more = exact.filter(({ verdict }) => verdict === 'regression');
  const other = exact.filter(({ verdict }) => verdict === 'results differ');
  return [
    more.length > 0
      ? counted(names.work, more.length, 'statements', more, '')
      : workCheck(exact.filter(({ verdict }) => verdict === 'unstable')),
    counted(
      names.results,
      other.length,
      'statements',
      other,
      'Every compared statement returns the same rows.',
    ),
    timeCheck(rows),
  ];
}

/** A plan that the next ANALYZE may turn is neither better nor worse: what B will read is not known. */
function workCheck(unstable: readonly { readonly metric: string }[]): TrustCheck {
  if (unstable.length === 0)
    return counted(names.work, 0, 'statements', [], 'No statement reads a tenth more pages.');
  const { why } = counted(names.work, unstable.length, 'statements', unstable, '');
  return {
    ...{ name: names.work, ok: null, value: null, limit: 0, unit: 'statements' },
    why: `A re-ANALYZE alone turns the plan, so the pages of both sides are not compared: ${why}`,
  };
}

const openCheck = (name: string) => ({ name, ok: null, value: null, limit: 0, ...onlyEstimated });

function counted(
  name: string,
  value: number,
  unit: string,
  found: readonly { readonly metric: string }[],
  good: string,
): TrustCheck {
  const shown = found.slice(0, 5).map(({ metric }) => metric);
  const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : '';
  return {
    name,
    value,
    limit: 0,
    unit,
    ok: value === 0,
    why: value === 0 ? good : `${shown.join('; ')}${more}.`,
  };
}

function timeCheck(rows: NonNullable<Facts['comparison']>): TrustCheck {
  const primary = rows.filter(({ role }) => role === 'primary');
  const moved = rows.find(({ verdict }) => verdict === 'moved');
  const worse = primary.filter(({ verdict }) => verdict === 'regression');
  const open = primary.filter(
    ({ verdict }) => verdict !== 'pass' && verdict !== 'improvement' && verdict !== 'regression',
  );
  const base = { name: names.time, limit: 0, unit: 'metrics', figures: ['comparison.time'] };
  if (moved)
    return {
      ...base,
      ok: null,
      value: null,
      why: `The comparison of times is void: ${moved.metric} moved, which no change can affect.`,
    };
  if (worse.length > 0) return { ...counted(base.name, worse.length, base.unit, worse, ''), ...base };
  if (primary.length === 0) return { ...base, ok: null, value: null, why: 'No time was compared.' };
  if (open.length > 0)
    return {
      ...base,
      ok: null,
      value: null,
      why: open.map(({ metric, why }) => `${metric}: ${why ?? 'inconclusive'}`).join('; '),
    };
  return { ...base, ok: true, value: 0, why: 'No primary metric is slower by 5 % or more.' };
}

function indexChecks(changes: NonNullable<Facts['index']>): TrustCheck[] {
  if (changes.some(({ estimated }) => estimated)) return [{ ...openCheck(names.index), unit: 'changes' }];
  const candidates = changes.filter(({ candidate }) => candidate !== undefined);
  if (candidates.length > 0) return [adviceCheck(candidates)];
  if (changes.length === 0) return [];
  const base = { name: names.index, limit: 0, unit: 'changes' };
  const why = changes.map(({ change, answer }) => answer ?? change).join(' ');
  const refused = changes.filter(
    ({ verdict, regressed }) => verdict === 'do-not' || regressed.length > 0,
  ).length;
  if (refused > 0) return [{ ...base, ok: false, value: refused, why }];
  if (changes.some(({ verdict }) => verdict !== 'keep')) return [{ ...base, ok: null, value: null, why }];
  return [{ ...base, ok: true, value: 0, why }];
}

/** Candidates are found by the harness, not made by anybody: a bad one is an answer, and no regression. */
function adviceCheck(candidates: NonNullable<Facts['index']>): TrustCheck {
  const proposed = candidates.filter(({ verdict }) => verdict === 'keep').length;
  return {
    ...{
      name: names.candidates,
      value: candidates.length,
      limit: null,
      unit: 'changes',
      ok: true,
    },
    why: `${proposed} proposed.`,
  };
}
