import { changePoints, defaultRule } from '../changes/change-points.ts';
import { limits } from '../compare/verdict.ts';
import { judgeWork } from '../statistics/judge-work.ts';
import { type Baseline, baselineOf } from './baseline.ts';
import { nightRules } from './rules.ts';

/**
 * learning: too few nights to judge; steady: nothing to say; new: above for the first night; suspect: above on two of
 * three nights, or drifting; confirmed: the gate agrees; accepted: somebody gave a reason; fixed: no longer there.
 */
export type State = 'learning' | 'steady' | 'new' | 'suspect' | 'confirmed' | 'accepted' | 'fixed';

/** A night of a metric: log(head / control); null: not measured, or void. */
export interface Night {
  readonly run: string;
  readonly value: number | null;
  readonly state: State | null;
}

/** What the night before left. */
export interface Previous {
  readonly state: State;
  /** The run in which the finding began. */
  readonly since: string | null;
  readonly baseline: Baseline | null;
}

/** A change that somebody gave a reason for. The baseline begins anew with the run `from`. */
export interface Acceptance {
  readonly from: string;
  /** The newest night when it was accepted: up to it, what was confirmed is the new baseline. */
  readonly run: string;
  /** Of an exact figure: the value that is accepted. */
  readonly level: number;
  readonly reason: string;
}

export interface Judged {
  readonly state: State;
  readonly since: string | null;
  readonly baseline: Baseline | null;
  /** Nights that the baseline rests on, and how many more it needs. */
  readonly nights: number;
  readonly missing: number;
  /** Whether the gate is to confirm it tonight. */
  readonly confirm: boolean;
  readonly why: string;
}

const { baseline: needed, suspicion, drift: driftNights } = nightRules;
const isOpen = (state: State) => state === 'new' || state === 'suspect' || state === 'confirmed';
const percent = (log: number) => `${log >= 0 ? '+' : ''}${((Math.exp(log) - 1) * 100).toFixed(1)} %`;

export interface History {
  /** Oldest first, without tonight, all of one fingerprint. */
  readonly nights: readonly Night[];
  /** null: no night before, or its finding was accepted since. */
  readonly previous: Previous | null;
  readonly acceptance: Acceptance | null;
}

/** A time of one metric tonight against the nights before. @param tonight log(head / control) */
export function judgeTime({ nights, previous, acceptance }: History, run: string, tonight: number): Judged {
  const own = sinceAccepted(nights, acceptance);
  const open = previous !== null && isOpen(previous.state) && previous.baseline !== null;
  const before = known(undisturbed(own, acceptance, open ? previous.since : null));
  const level = acceptance?.level ?? 0;
  const baseline = open ? previous.baseline : baselineOf(before, level);
  const used = Math.min(before.length, needed.most);
  const base = { baseline, nights: used, missing: Math.max(0, needed.least - used) };
  if (baseline === null) return learning(base, { acceptance, level, run, tonight });
  const above = (value: number) => value - baseline.level > baseline.limit;
  const recent = [...known(own).slice(1 - suspicion.of), tonight];
  const count = recent.filter(above).length;
  const since = (open ? previous.since : null) ?? firstAbove(own, above) ?? run;
  const told = `${percent(tonight)} against the control, ${percent(baseline.level)} before; the limit is ${percent(baseline.limit)} more`;

  if (previous?.state === 'confirmed' && open) {
    const gone = recent.slice(-2).every((value) => !above(value));
    const words = above(tonight) ? 'still there' : 'not above tonight, which two nights have to show';
    const why = `${gone ? 'not above on two nights' : words}: ${told}`;
    return { ...base, state: 'confirmed', since, confirm: gone, why };
  }
  if (count >= suspicion.above)
    return {
      ...base,
      state: 'suspect',
      since,
      confirm: true,
      why: `above on ${count} of the last ${recent.length} nights: ${told}`,
    };
  if (above(tonight))
    return { ...base, state: 'new', since: run, confirm: false, why: `above for the first night: ${told}` };
  const drifted = driftOf(own, tonight);
  if (drifted !== null) {
    const level = { ...baseline, level: drifted.before };
    const words = `it has risen from ${percent(drifted.before)} to ${percent(drifted.after)}, by the change point at ${drifted.run ?? run}`;
    return {
      ...base,
      baseline: level,
      state: 'suspect',
      since: drifted.run ?? run,
      confirm: true,
      why: words,
    };
  }
  return { ...base, state: 'steady', since: null, confirm: false, why: told };
}

/**
 * Until there is a baseline the truth is known all the same: head is the control, or what was accepted. A night above it
 * goes to the gate at once.
 */
function learning(
  base: Pick<Judged, 'nights' | 'missing'>,
  {
    acceptance,
    level,
    run,
    tonight,
  }: { acceptance: Acceptance | null; level: number; run: string; tonight: number },
): Judged {
  const limit = suspicion.least;
  const few = `${base.missing} more ${base.missing === 1 ? 'night is' : 'nights are'} needed for a baseline of ${needed.least}`;
  if (tonight - level > limit)
    return {
      ...{ ...base, baseline: { level, limit }, state: 'suspect', since: run, confirm: true },
      why: `${percent(tonight)} against the control, ${percent(level)} ${acceptance ? 'was accepted' : 'is right when nothing changed'}; ${few}`,
    };
  return {
    ...{ ...base, baseline: null, state: acceptance ? 'accepted' : 'learning', since: null, confirm: false },
    why: acceptance ? `${few}; accepted: ${acceptance.reason}` : few,
  };
}

/** A figure without noise. coarse: it counts from a tenth and three more; else any increase does. */
export interface Exact {
  readonly control: number;
  readonly head: number;
  readonly coarse: boolean;
}

/** A night's value of an exact figure: log(head / control), or what head has more. */
export const exactValue = ({ control, head, coarse }: Exact): number =>
  coarse ? Math.log(Math.max(head, 1) / Math.max(control, 1)) : head - control;

/** Whether a figure without noise is worse than what is accepted: then it is confirmed at once. */
export function judgeExact(
  { previous, acceptance }: Pick<History, 'previous' | 'acceptance'>,
  run: string,
  exact: Exact,
): Judged {
  const { control, head, coarse } = exact;
  const worse = (from: number) => (coarse ? judgeWork(from, head) === 'more' : head > from);
  const level = acceptance?.level ?? 0;
  const base = { baseline: { level, limit: 0 }, nights: 0, missing: 0, confirm: false };
  const accepted = coarse ? Math.max(control, 1) * Math.exp(level) : control + level;
  const told = `${figure(control)} in the control, ${figure(head)} in head`;
  if (worse(accepted)) {
    const since = previous?.state === 'confirmed' ? previous.since : run;
    return { ...base, state: 'confirmed', since, why: `${told}: it has no noise, so one night is enough` };
  }
  if (previous?.state === 'confirmed') return { ...base, state: 'fixed', since: previous.since, why: told };
  if (level > 0 && worse(control))
    return { ...base, state: 'accepted', since: null, why: `${told}; accepted: ${acceptance!.reason}` };
  return { ...base, state: 'steady', since: null, why: told };
}

const figure = (value: number) => Number(value.toPrecision(4)).toString();

/** What the gate said of a suspect metric. */
export interface Confirmation {
  readonly verdict: string;
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly pairs: number;
  readonly why: string;
}

/**
 * A pass excludes 5 %, and so it may be one of what is 3 % slower for ever: what was confirmed is gone when it lies
 * nearer to where it was before than to the least change.
 */
const backAt = Math.sqrt(limits.change);

/**
 * The state after the gate. A suspicion that it refutes is over; one that it cannot decide stays. What was confirmed is
 * fixed only when the gate, too, finds it no longer.
 */
export function afterGate(judged: Judged, { verdict, estimate, why }: Confirmation): Judged {
  const refuted = verdict === 'pass' || verdict === 'improvement';
  if (judged.state === 'confirmed')
    return refuted && estimate !== null && estimate <= backAt
      ? { ...judged, state: 'fixed', why: `no longer there: ${judged.why}; and on fresh pairs ${why}` }
      : { ...judged, why: `${judged.why}; but fresh pairs do not show that it is gone: ${why}` };
  if (verdict === 'regression')
    return { ...judged, state: 'confirmed', why: `${judged.why}. The gate confirms it` };
  if (refuted)
    return {
      ...judged,
      ...(judged.missing > 0 ? { state: 'learning' as const, baseline: null } : { state: 'steady' as const }),
      since: null,
      why: `${judged.why}; the gate does not confirm it: ${why}`,
    };
  return { ...judged, why: `${judged.why}; the gate could not decide: ${why}` };
}

const known = (nights: readonly Night[]): number[] =>
  nights.flatMap(({ value }) => (value === null ? [] : [value]));

/**
 * The nights from which a baseline may be taken. Where the run that was accepted is gone, or was made on another machine,
 * ids say which nights are older: they sort by the time of their start.
 */
function sinceAccepted(nights: readonly Night[], acceptance: Acceptance | null): readonly Night[] {
  if (acceptance === null) return nights;
  const from = nights.findIndex(({ run }) => run === acceptance.from);
  return from >= 0 ? nights.slice(from) : nights.filter(({ run }) => run >= acceptance.from);
}

/** Without the nights of a finding that is open, and of confirmed ones that nobody accepted. */
function undisturbed(nights: readonly Night[], acceptance: Acceptance | null, since: string | null): Night[] {
  const first = nights.findIndex(({ run }) => run === since);
  const accepted = nights.findIndex(({ run }) => run === acceptance?.run);
  const isAccepted = ({ run }: Night, i: number) =>
    acceptance !== null && (accepted >= 0 ? i <= accepted : run <= acceptance.run);
  return nights.filter(
    (night, i) => (first < 0 || i < first) && (night.state !== 'confirmed' || isAccepted(night, i)),
  );
}

/** The first of the nights looked at that is above, tonight not among them. */
function firstAbove(nights: readonly Night[], above: (value: number) => boolean): string | null {
  const recent = nights.filter(({ value }) => value !== null).slice(1 - suspicion.of);
  return recent.find(({ value }) => above(value!))?.run ?? null;
}

/** The newest change point, when the metric has risen there: before and after as log(head / control). */
function driftOf(nights: readonly Night[], tonight: number) {
  const last = nights.filter(({ value }) => value !== null).slice(-driftNights);
  const ratios = [...last.map(({ value }) => Math.exp(value!)), Math.exp(tonight)];
  const point = changePoints(ratios, defaultRule).at(-1);
  if (!point || point.after <= point.before) return null;
  return {
    run: last[point.index]?.run ?? null,
    before: Math.log(point.before),
    after: Math.log(point.after),
  };
}
