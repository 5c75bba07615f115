import { findMaximum } from '../../analysis/capacity/search.ts';
import { judgeStep, type Slo, type Step } from '../../analysis/capacity/step.ts';
import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { percentiles } from '../../analysis/histogram/percentiles.ts';
import { shareAbove } from '../../analysis/histogram/share-above.ts';
import type { CapacityResult } from '../../result/measures/capacity.ts';
import type { LoadReport } from '../load/run-load.ts';
import type { Setting } from '../measure.ts';
import type { Loadable } from './target.ts';
import { saturated, type Watched, watched } from './watch.ts';

/** The rate that the search begins with, of what a closed loop reaches: an open one keeps up somewhat less. */
const hopeful = 0.7;
/** Enough requests for one in a hundred to be counted, within these seconds. */
const wantedRequests = 6000;
const [shortest, longest] = [4, 15];

type Found = Exclude<CapacityResult['maximum'], null>;

/** Seconds that a load at this rate is measured. */
export const stepLength = (rate: number): number =>
  Math.min(longest, Math.max(shortest, wantedRequests / rate));

/** The highest rate whose p99 stays within the objective, and what the load ran into just above it. */
export async function measureMaximum(
  setting: Setting,
  target: Loadable,
  slo: Slo,
): Promise<{ readonly found: Found; readonly full: Watched }> {
  const { progress, signal } = setting;
  const ceiling = (await target.ceiling()) / 2;
  const full = await watched(setting, 'capacity/closed.json', () => target.closed(undefined, shortest));
  const closed = full.report.requests / full.report.seconds;
  progress.note(`a closed loop reaches ${Math.round(closed)} requests a second`);
  const p99s: (number | null)[] = [];
  let edge: { readonly rate: number; readonly seen: Watched } | undefined;
  const maximum = await findMaximum(
    async (rate) => {
      signal.throwIfAborted();
      const seen = await watched(setting, `capacity/probe-${p99s.length + 1}.json`, () =>
        target.open(rate, stepLength(rate)),
      );
      const judged = judgeLoad(seen.report, slo);
      p99s.push(percentiles(decodeHistogram(seen.report.response)).p99);
      progress.note(`${Math.round(rate)} a second: ${judged.ok ? 'kept up' : 'not kept up'}, ${judged.why}`);
      if (!judged.ok && (!edge || rate < edge.rate)) edge = { rate, seen };
      return judged;
    },
    { start: Math.max(1, hopeful * closed), ceiling },
  );
  const { probes, ...figures } = maximum;
  return {
    found: {
      ...figures,
      probes: probes.map((probe, i) => ({ ...probe, responseP99Ms: p99s[i] ?? null })),
      saturation: edge ? saturated(edge.seen) : null,
    },
    full,
  };
}

/** Whether a load was kept up, and why not. */
export const judgeLoad = (report: LoadReport, slo: Slo) => judgeStep(stepOf(report, slo.p99Ms), slo);

function stepOf(report: LoadReport, limitMs: number): Step {
  const errors = Object.values(report.errors).reduce((sum, count) => sum + count, 0);
  return {
    offeredRate: report.offered / report.durationSeconds,
    achievedRate: report.requests / report.seconds,
    requests: report.requests,
    errorShare: report.requests > 0 ? errors / report.requests : 0,
    slowShare: shareAbove(decodeHistogram(report.response), limitMs),
    medians: medians(report),
  };
}

const medians = ({ series }: LoadReport): (number | null)[] =>
  Map.groupBy(series, ({ s }) => s)
    .entries()
    .toArray()
    .sort(([a], [b]) => a - b)
    .map(([, [second]]) => percentiles(decodeHistogram(second!.response)).p50);
