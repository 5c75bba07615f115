import { median } from '../../analysis/statistics/quantile.ts';
import { samplesNeeded } from '../../analysis/statistics/samples-needed.ts';
import type { ReplicationResult } from '../../result/result.ts';
import { percentilesOf } from '../percentiles.ts';
import type { Calibration } from './calibration.ts';
import { lagOf, uncertaintyOf } from './lag-of.ts';
import type { Sighting } from './watch.ts';

/** One probe as one replica showed it. */
export interface Observation {
  /** Milliseconds from the window's start to the acknowledgement. */
  readonly at: number;
  readonly id: number;
  /** Bytes from the WAL's start to where the commit had certainly ended. */
  readonly lsn: number;
  readonly replayed: Sighting;
  readonly visible: Sighting;
}

/** Everything that one replica's figures are computed from; kept raw beside them. */
export interface ReplicaSamples {
  readonly replica: string;
  readonly observations: readonly Observation[];
  readonly calibration: Calibration;
  readonly wanderingReads: number;
  readonly monotonicViolations: number;
  /** Why watching this replica stopped early, if it did. */
  readonly failures: readonly string[];
}

const seriesPoints = 300;

/** Pure: the figures of one replica. `commitsPerSecond` is the primary's, under which they were taken. */
export function summarise(samples: ReplicaSamples, commitsPerSecond: number): ReplicationResult {
  const { replica, observations, calibration, failures } = samples;
  const looks = observations.filter(({ replayed }) => replayed.first !== null);
  const reads = observations.filter(({ visible }) => visible.first !== null);
  const lags = looks.flatMap(({ replayed }) => (replayed.kind === 'seen' ? [lagOf(replayed)] : []));
  const unseen = looks.length - lags.length;
  const why = [
    ...(unseen > 0 ? [lowerBound(looks, unseen)] : []),
    ...failures,
    ...(calibration.kind === 'uncalibrated'
      ? [
          `the probe was not calibrated: ${calibration.why}; probeErrorMs is half the interval between looks alone`,
        ]
      : []),
  ];
  return {
    replica,
    lagMs: percentilesOf(lags, unseen),
    lagBytes: percentilesOf(looks.map(bytesBehind)),
    writeRate: commitsPerSecond,
    staleReadsPct:
      reads.length === 0
        ? null
        : (100 * reads.filter(({ id, visible }) => visible.first! < id).length) / reads.length,
    readYourWritesMs: medianWait(reads),
    monotonicViolations: samples.wanderingReads === 0 ? null : samples.monotonicViolations,
    monotonicReads: samples.wanderingReads,
    probeErrorMs: probeError(looks, calibration),
    ...(why.length > 0 ? { why: why.join('; ') } : {}),
    series: downsample(looks),
  };
}

/** How far the replica's replay was behind the commit at the first look after its acknowledgement. */
const bytesBehind = ({ lsn, replayed }: Observation): number => Math.max(0, lsn - replayed.first!);

/** Median over all reads that wait; null while the middle one has not seen its write. */
function medianWait(reads: readonly Observation[]): number | null {
  if (reads.length < samplesNeeded.p50) return null;
  const waits = reads.map(({ visible }) =>
    visible.kind === 'seen' ? visible.beforeMs : Number.POSITIVE_INFINITY,
  );
  const middle = median(waits)!;
  return Number.isFinite(middle) ? middle : null;
}

/** The larger of what the calibration found and the median half interval between looks. */
function probeError(looks: readonly Observation[], calibration: Calibration): number | null {
  const half = median(
    looks.flatMap(({ replayed }) => (replayed.kind === 'seen' ? [uncertaintyOf(replayed)] : [])),
  );
  if (calibration.kind === 'uncalibrated') return half;
  return Math.max(half ?? 0, calibration.errorMs);
}

function lowerBound(looks: readonly Observation[], unseen: number): string {
  const longest = Math.max(
    ...looks.map(({ replayed }) => (replayed.kind === 'unseen' ? replayed.atLeastMs : 0)),
  );
  return `${unseen} of ${looks.length} probes were not replayed when measuring ended; the lag reached at least ${Math.round(longest)} ms`;
}

/** At most 300 points: the worst probe of each stretch of time, so that no spike is lost. */
function downsample(looks: readonly Observation[]): ReplicationResult['series'] {
  const end = (looks.at(-1)?.at ?? 0) + 1;
  const worst = new Map<number, ReplicationResult['series'][number]>();
  for (const look of looks) {
    const stretch = Math.floor((look.at / end) * seriesPoints);
    const lagMs = look.replayed.kind === 'seen' ? lagOf(look.replayed) : null;
    const kept = worst.get(stretch);
    if (kept && severity(kept.lagMs) >= severity(lagMs)) continue;
    worst.set(stretch, { s: look.at / 1000, lagMs, lagBytes: bytesBehind(look) });
  }
  return [...worst.values()];
}

const severity = (lagMs: number | null): number => lagMs ?? Number.POSITIVE_INFINITY;
