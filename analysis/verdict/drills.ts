import type { DrillResult } from '../../result/measures/drill.ts';
import type { TrustCheck } from '../../result/run.ts';

export type DrillFacts = Pick<
  DrillResult,
  'name' | 'case' | 'via' | 'promise' | 'healed' | 'healedHow' | 'ledger' | 'unavailableMs' | 'why'
>;

const lostWrites = 'acknowledged writes lost';
const notHealed = 'not healed';

/** Counts of rows and of servers that work again: they hold or not, whatever the machine did meanwhile. */
export const isDrillObjective = (name: string): boolean =>
  name.endsWith(`: ${lostWrites}`) || name.endsWith(`: ${notHealed}`);

/** The goals of each case, over its repetitions: no acknowledged write is lost where that is promised, and it is healed. */
export function drillObjectives(all: readonly DrillFacts[]): TrustCheck[] {
  const cases = Map.groupBy(all, (one) => `${one.name} (${one.case})`);
  return [...cases].flatMap(([name, rows]) => [
    ...(rows.some(({ promise }) => promise === 'no-loss') ? [nothingLost(name, rows)] : []),
    healedObjective(name, rows),
  ]);
}

function nothingLost(name: string, rows: readonly DrillFacts[]): TrustCheck {
  const base = { name: `${name}: ${lostWrites}`, limit: 0, unit: 'writes' };
  const known = rows.flatMap(({ ledger }) =>
    ledger.lost === null || ledger.impossible === null ? [] : [ledger.lost + ledger.impossible],
  );
  const value = known.reduce((sum, count) => sum + count, 0);
  const acknowledged = rows.reduce((sum, { ledger }) => sum + ledger.acknowledged, 0);
  if (value > 0)
    return { ...base, ok: false, value, why: `Of ${acknowledged} that were acknowledged${times(rows)}.` };
  const doubt = rows.map(whyOpen).find((why) => why !== null);
  if (doubt) return { ...base, ok: null, value: null, why: doubt };
  return {
    ...base,
    ok: true,
    value,
    why: `Each of ${acknowledged} acknowledged writes is there, looked up by its token${times(rows)}.`,
  };
}

/** Why nothing can be said of one repetition; null where its ledger says it. */
function whyOpen({ ledger, unavailableMs, why }: DrillFacts): string | null {
  if (ledger.lost === null) return `${ledger.why ?? 'The ledger was not checked'}.`;
  if (ledger.acknowledged === 0) return 'No write was acknowledged: there was nothing to lose.';
  if (unavailableMs === null) return `The fault met no load: ${why ?? 'no reason is known'}.`;
  return null;
}

/** Whether everything was whole again, in every repetition of a case. */
export function healedObjective(
  name: string,
  rows: readonly Pick<DrillFacts, 'healed' | 'healedHow'>[],
): TrustCheck {
  const base = { name: `${name}: ${notHealed}`, limit: 0, unit: 'repetitions' };
  const broken = rows.filter((one) => one.healed === false);
  const unknown = rows.find((one) => one.healed === null);
  if (broken.length > 0) return { ...base, ok: false, value: broken.length, why: `${broken[0]!.healedHow}.` };
  if (unknown) return { ...base, ok: null, value: null, why: `${unknown.healedHow}.` };
  return { ...base, ok: true, value: 0, why: `Looked at afterwards: ${rows[0]!.healedHow}${times(rows)}.` };
}

const times = (rows: readonly unknown[]) => (rows.length > 1 ? `, in ${rows.length} repetitions` : '');
