import type { DrillResult } from '../../result/measures/drill.ts';
import type { RecoveryResult } from '../../result/measures/recovery.ts';
import type { TrustCheck } from '../../result/run.ts';

export type DrillFacts = Pick<
  DrillResult,
  'name' | 'case' | 'via' | 'promise' | 'healed' | 'healedHow' | 'ledger' | 'unavailableMs' | 'why'
>;

export type RecoveryFacts = Pick<
  RecoveryResult,
  'name' | 'case' | 'promise' | 'digestEqual' | 'digestWhy' | 'ledger'
>;

/** A case of `vacuum` or `checkpoint`; why null: it showed what it is for. */
export interface UpkeepFacts {
  readonly case: string;
  readonly healed: boolean | null;
  readonly healedHow: string;
  readonly why: string | null;
}

/** What a case is to do in each of its repetitions. It speaks of counts: they hold or not, whatever the machine did. */
interface Goal<Row> {
  /** What must not be, as the end of the objective's name. */
  readonly not: string;
  readonly unit: string;
  /** How much of it one repetition had; what it does not know counts for nothing here, and is `open`. */
  missed(row: Row): number;
  missedWhy(rows: readonly Row[]): string;
  /** Why nothing can be said of one repetition; null where it can. */
  open(row: Row): string | null;
  heldWhy(rows: readonly Row[]): string;
}

/** Missed by the sum over all repetitions; else open where one says nothing; else held. */
function overAll<Row>(name: string, rows: readonly Row[], goal: Goal<Row>): TrustCheck {
  const base = { name: `${name}: ${goal.not}`, limit: 0, unit: goal.unit };
  const value = rows.reduce((sum, row) => sum + goal.missed(row), 0);
  if (value > 0) return { ...base, ok: false, value, why: goal.missedWhy(rows) };
  const open = rows.map((row) => goal.open(row)).find((why) => why !== null);
  if (open !== undefined && open !== null) return { ...base, ok: null, value: null, why: open };
  return { ...base, ok: true, value: 0, why: goal.heldWhy(rows) };
}

const byCase = <Row>(all: readonly Row[], nameOf: (row: Row) => string): [string, Row[]][] => [
  ...Map.groupBy(all, nameOf),
];

const times = (rows: readonly unknown[]) => (rows.length > 1 ? `, in ${rows.length} repetitions` : '');

type Counted = {
  readonly ledger: Pick<DrillFacts['ledger'], 'lost' | 'impossible' | 'acknowledged' | 'why'>;
};
const lostOf = ({ ledger: { lost, impossible } }: Counted): number => (lost ?? 0) + (impossible ?? 0);
const acknowledged = (rows: readonly Counted[]) =>
  rows.reduce((sum, { ledger }) => sum + ledger.acknowledged, 0);
const unread = ({ ledger }: Counted): string | null =>
  ledger.lost === null || ledger.impossible === null
    ? `${ledger.why ?? 'The ledger was not checked'}.`
    : null;
const unwritten = ({ ledger }: Counted): string | null =>
  ledger.acknowledged === 0 ? 'No write was acknowledged: there was nothing to lose.' : null;

const lostInDrill: Goal<DrillFacts> = {
  ...{ not: 'acknowledged writes lost', unit: 'writes', missed: lostOf },
  missedWhy: (rows) => `Of ${acknowledged(rows)} that were acknowledged${times(rows)}.`,
  open: (row) =>
    unread(row) ??
    unwritten(row) ??
    (row.unavailableMs === null ? `The fault met no load: ${row.why ?? 'no reason is known'}.` : null),
  heldWhy: (rows) =>
    `Each of ${acknowledged(rows)} acknowledged writes is there, looked up by its token${times(rows)}.`,
};

const notHealed: Goal<Pick<DrillFacts, 'healed' | 'healedHow'>> = {
  ...{ not: 'not healed', unit: 'repetitions' },
  missed: ({ healed }) => (healed === false ? 1 : 0),
  missedWhy: (rows) => `${rows.find(({ healed }) => healed === false)!.healedHow}.`,
  open: ({ healed, healedHow }) => (healed === null ? `${healedHow}.` : null),
  heldWhy: (rows) => `Looked at afterwards: ${rows[0]!.healedHow}${times(rows)}.`,
};

const rowsDiffer: Goal<RecoveryFacts> = {
  ...{ not: 'restored rows differ', unit: 'restores' },
  missed: ({ digestEqual }) => (digestEqual === false ? 1 : 0),
  missedWhy: (rows) => rows.find(({ digestEqual }) => digestEqual === false)!.digestWhy,
  open: ({ digestEqual, digestWhy }) => (digestEqual === null ? `${digestWhy}.` : null),
  heldWhy: (rows) => `Of ${rows.length}: ${rows[0]!.digestWhy}.`,
};

const lostInRecovery: Goal<RecoveryFacts> = {
  ...{ not: 'writes lost or too many', unit: 'writes', missed: lostOf },
  missedWhy: (rows) => `Of ${acknowledged(rows)} acknowledged until then.`,
  open: (row) => unread(row) ?? unwritten(row),
  heldWhy: (rows) =>
    `Each of ${acknowledged(rows)} acknowledged until then is there, and none from after it.`,
};

const notShown: Goal<UpkeepFacts> = {
  ...{ not: 'not shown', unit: 'repetitions', missed: () => 0 },
  missedWhy: () => '',
  open: ({ why }) => (why === null ? null : `${why}.`),
  heldWhy: (rows) => `Of ${rows.length}: each was seen as it is meant to be.`,
};

const all = [lostInDrill, notHealed, rowsDiffer, lostInRecovery, notShown].map(({ not }) => `: ${not}`);

/** Counts of rows, and of servers that work again. */
export const isCaseObjective = (name: string): boolean => all.some((end) => name.endsWith(end));

/** Each case of a fault: no acknowledged write is lost where that is promised, and it is healed. */
export const drillObjectives = (rows: readonly DrillFacts[]): TrustCheck[] =>
  byCase(rows, (one) => `${one.name} (${one.case})`).flatMap(([name, own]) => [
    ...(promised(own) ? [overAll(name, own, lostInDrill)] : []),
    overAll(name, own, notHealed),
  ]);

/** Each case of a restore: the same rows, and where it is promised every acknowledged write. */
export const recoveryObjectives = (rows: readonly RecoveryFacts[]): TrustCheck[] =>
  byCase(rows, (one) => `${one.name} (${one.case})`).flatMap(([name, own]) => [
    overAll(name, own, rowsDiffer),
    ...(promised(own) ? [overAll(name, own, lostInRecovery)] : []),
  ]);

/** Each case of upkeep: it showed what it is for, and everything is as it was. */
export const upkeepObjectives = (drill: string, rows: readonly UpkeepFacts[]): TrustCheck[] =>
  byCase(rows, (one) => `${drill} (${one.case})`).flatMap(([name, own]) => [
    overAll(name, own, notShown),
    overAll(name, own, notHealed),
  ]);

const promised = (rows: readonly Pick<DrillFacts, 'promise'>[]) =>
  rows.some(({ promise }) => promise === 'no-loss');
