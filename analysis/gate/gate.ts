import { type Comparison, comparePairs, levelFor } from '../compare/compare.ts';
import { limits } from '../compare/verdict.ts';
import { holm } from '../statistics/holm.ts';

/** Pairs after which the gate looks, and its confidence there (docs/method.md, "Comparing two sides"). */
export const steps = [
  { pairs: 10, level: 0.99 },
  { pairs: 20, level: 0.98 },
] as const;
/** More metrics than these cannot gate together: Holm's correction would leave 10 pairs no power. */
const maxPrimaries = 3;

/** One metric of both sides, more is worse; a pair is one slot of A and one of B beside it. */
export interface Metric {
  readonly name: string;
  /** primary: decides; advisory: is told; control: cannot be affected by the change, so it must not move. */
  readonly role: 'primary' | 'advisory' | 'control';
  readonly pairs: readonly (readonly [a: number, b: number])[];
}

export interface Judged extends Omit<Comparison, 'verdict'> {
  readonly name: string;
  readonly role: Metric['role'];
  readonly verdict: Comparison['verdict'] | 'moved';
  /** Of a primary metric: p by Holm over all of them. */
  readonly adjusted: number | null;
}

export interface Gate {
  readonly status: 'regression' | 'improvement' | 'pass' | 'inconclusive' | 'void';
  readonly why: string;
  readonly metrics: readonly Judged[];
}

/**
 * What the pairs so far say: each metric by its interval, the primary ones corrected by Holm, everything void when a
 * control moved.
 * @throws RangeError for more than three primary metrics
 */
export function gate(metrics: readonly Metric[]): Gate {
  const primaries = metrics.filter(({ role }) => role === 'primary').length;
  if (primaries > maxPrimaries) throw new RangeError(`${primaries} primary metrics; at most ${maxPrimaries}`);
  const judged = corrected(metrics.map(judgeAlone));
  return { ...decide(judged), metrics: judged };
}

/** Whether more pairs could still decide: the next step's number of pairs, or null to stop. */
export function nextStep({ status }: Gate, pairs: number): number | null {
  if (status !== 'inconclusive' && status !== 'void') return null;
  return steps.find((step) => step.pairs > pairs)?.pairs ?? null;
}

function judgeAlone({ name, role, pairs }: Metric): Judged {
  const comparison = comparePairs(pairs, { higherIsBetter: false, level: undefined });
  const moved =
    role === 'control' && (comparison.verdict === 'regression' || comparison.verdict === 'improvement');
  return {
    ...comparison,
    name,
    role,
    adjusted: null,
    ...(moved ? { verdict: 'moved', why: 'the change cannot affect it, and yet it moved' } : {}),
  };
}

function corrected(judged: readonly Judged[]): Judged[] {
  const primaries = judged.filter(({ role, p }) => role === 'primary' && p !== null);
  const adjusted = holm(primaries.map(({ p }) => p!));
  return judged.map((one) => {
    const at = primaries.indexOf(one);
    if (at < 0) return one;
    const p = adjusted[at]!;
    const alpha = 1 - levelFor(one.pairs!);
    const claims = one.verdict === 'regression' || one.verdict === 'improvement';
    if (!claims || p <= alpha) return { ...one, adjusted: p };
    const why = `alone it would be called a change, but not as one of ${primaries.length} metrics (Holm: p ${p.toPrecision(2)})`;
    return { ...one, adjusted: p, verdict: one.high! < limits.pass ? 'pass' : 'inconclusive', why };
  });
}

function decide(judged: readonly Judged[]): Pick<Gate, 'status' | 'why'> {
  const of = (role: Metric['role'], verdict: string) =>
    judged.filter((one) => one.role === role && one.verdict === verdict);
  const named = (which: readonly Judged[]) => which.map(({ name, why }) => `${name}: ${why}`).join('; ');
  const moved = of('control', 'moved');
  if (moved.length > 0) return { status: 'void', why: `The comparison is void. ${named(moved)}` };
  const primaries = judged.filter(({ role }) => role === 'primary');
  for (const status of ['regression', 'inconclusive', 'not enough samples', 'improvement'] as const) {
    const found = of('primary', status);
    if (found.length > 0)
      return { status: status === 'not enough samples' ? 'inconclusive' : status, why: named(found) };
  }
  if (primaries.length === 0) return { status: 'inconclusive', why: 'No primary metric was measured.' };
  return { status: 'pass', why: named(primaries) };
}
