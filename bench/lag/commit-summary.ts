import { ratioOfPairs } from '../../analysis/statistics/hodges-lehmann.ts';
import { median } from '../../analysis/statistics/quantile.ts';
import type { CommitMode } from '../../result/result.ts';
import { percentilesOf } from '../percentiles.ts';
import { type ModeCommit, type ModeSlots, modes } from './commit-modes.ts';
import { lagOf } from './lag-of.ts';

const level = 0.95;

/** Pure: latency and staleness of each mode, and its latency beside that of `on`. The slot is the sample of the ratio. */
export function summariseModes({ slots }: ModeSlots): CommitMode[] {
  const middles = (commits: readonly (readonly ModeCommit[])[]) =>
    commits.map((slot) => median(slot.map(({ commitMs }) => commitMs))!);
  const on = middles(slots.get('on')!);
  return modes.map((mode) => {
    const bySlot = slots.get(mode)!;
    const all = bySlot.flat();
    const seen = all.flatMap(({ visible }) => (visible.kind === 'seen' ? [lagOf(visible)] : []));
    const read = all.filter(({ visible }) => visible.first !== null);
    const stale = read.filter(({ id, visible }) => visible.first! < id).length;
    const shift = ratioOfPairs(
      middles(bySlot).map((ms, i) => [on[i]!, ms] as const),
      level,
    );
    const interval = mode !== 'on' && shift.kind === 'interval' ? shift : undefined;
    return {
      mode,
      commitMs: percentilesOf(all.map(({ commitMs }) => commitMs)),
      visibleMs: percentilesOf(seen, all.length - seen.length),
      staleReadsPct: read.length === 0 ? null : (100 * stale) / read.length,
      ratio: mode === 'on' ? 1 : shift.estimate,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      level: interval?.level ?? null,
      slots: bySlot.length,
    };
  });
}
