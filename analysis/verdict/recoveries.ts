import type { RecoveryResult } from '../../result/measures/recovery.ts';
import type { TrustCheck } from '../../result/run.ts';

export type RecoveryFacts = Pick<
  RecoveryResult,
  'name' | 'case' | 'promise' | 'digestEqual' | 'digestWhy' | 'ledger'
>;

const differs = 'restored rows differ';
const lostWrites = 'writes lost or too many';

/** Rows are the same or not, whatever the machine did meanwhile. */
export const isRecoveryObjective = (name: string): boolean =>
  name.endsWith(`: ${differs}`) || name.endsWith(`: ${lostWrites}`);

/** The goals of each case, over its repetitions: the same rows, and where it is promised every acknowledged write. */
export function recoveryObjectives(all: readonly RecoveryFacts[]): TrustCheck[] {
  const cases = Map.groupBy(all, (one) => `${one.name} (${one.case})`);
  return [...cases].flatMap(([name, rows]) => [
    sameRows(name, rows),
    ...(rows.some(({ promise }) => promise === 'no-loss') ? [nothingLost(name, rows)] : []),
  ]);
}

function sameRows(name: string, rows: readonly RecoveryFacts[]): TrustCheck {
  const base = { name: `${name}: ${differs}`, limit: 0, unit: 'restores' };
  const other = rows.filter(({ digestEqual }) => digestEqual === false);
  const unknown = rows.find(({ digestEqual }) => digestEqual === null);
  if (other.length > 0) return { ...base, ok: false, value: other.length, why: other[0]!.digestWhy };
  if (unknown) return { ...base, ok: null, value: null, why: `${unknown.digestWhy}.` };
  return { ...base, ok: true, value: 0, why: `Of ${rows.length}: ${rows[0]!.digestWhy}.` };
}

function nothingLost(name: string, rows: readonly RecoveryFacts[]): TrustCheck {
  const base = { name: `${name}: ${lostWrites}`, limit: 0, unit: 'writes' };
  const value = rows.reduce((sum, { ledger }) => sum + (ledger.lost ?? 0) + (ledger.impossible ?? 0), 0);
  const acknowledged = rows.reduce((sum, { ledger }) => sum + ledger.acknowledged, 0);
  if (value > 0) return { ...base, ok: false, value, why: `Of ${acknowledged} acknowledged until then.` };
  const open = rows.find(({ ledger }) => ledger.lost === null || ledger.impossible === null);
  if (open)
    return { ...base, ok: null, value: null, why: `${open.ledger.why ?? 'The ledger was not read'}.` };
  if (rows.some(({ ledger }) => ledger.acknowledged === 0))
    return { ...base, ok: null, value: null, why: 'No write was acknowledged: there was nothing to lose.' };
  return {
    ...base,
    ok: true,
    value: 0,
    why: `Each of ${acknowledged} acknowledged until then is there, and none from after it.`,
  };
}
