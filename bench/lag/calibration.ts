import { median } from '../../analysis/statistics/quantile.ts';
import { paced, within } from '../pause.ts';
import { injectDelay, injectedMs, refusesDelay } from './injected-delay.ts';
import { lagOf } from './lag-of.ts';
import type { Commit, ProbeWriter } from './probe-writer.ts';
import type { Replica } from './replica.ts';
import type { Sighting } from './watch.ts';

/** The probe tried on a lag that is known. Times are in milliseconds. */
export type Calibration =
  | {
      readonly kind: 'calibrated';
      readonly probes: number;
      readonly injectedMs: number;
      /** Median of what the probe should have measured, and of what it did. */
      readonly expectedMs: number;
      readonly measuredMs: number;
      /** Median lag before the injection, without load. */
      readonly baselineMs: number | null;
      /** Median of |measured - expected|. */
      readonly errorMs: number;
    }
  | { readonly kind: 'uncalibrated'; readonly why: string };

interface Clocked {
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Injects a replay delay on one replica and compares what the probe measures with what it should.
 *
 * recovery_min_apply_delay counts from the commit's time stamp in the WAL, the probe from the acknowledgement, which
 * comes `commitMs` later: the truth is injected - commitMs. The way of the WAL to the replica passes while the delay
 * runs, so the baseline is not added to it. Both servers must share one clock: the topology's own do.
 */
export async function calibrate(writer: ProbeWriter, replica: Replica, clock: Clocked): Promise<Calibration> {
  if (replica.endpoint.provider === 'external')
    return { kind: 'uncalibrated', why: 'settings of an external server are left alone' };
  const why = await refusesDelay(replica.admin).catch((error: Error) => error.message);
  if (why !== undefined) return { kind: 'uncalibrated', why };
  const baseline = seen(await probes(writer, replica, { count: 40, every: 5 }, clock)).map(({ lag }) => lag);
  try {
    await using _ = await injectDelay(replica.admin);
    if (!(await delayed(writer, replica, clock)))
      return { kind: 'uncalibrated', why: 'an injected replay delay did not take effect within 10 s' };
    const pairs = seen(await probes(writer, replica, { count: 40, every: 20 }, clock)).map(
      ({ lag, commit }) => ({ measured: lag, expected: injectedMs - commit.commitMs }),
    );
    if (pairs.length === 0) return { kind: 'uncalibrated', why: 'no probe came back in time' };
    return {
      kind: 'calibrated',
      probes: pairs.length,
      injectedMs,
      expectedMs: median(pairs.map(({ expected }) => expected))!,
      measuredMs: median(pairs.map(({ measured }) => measured))!,
      baselineMs: median(baseline),
      errorMs: median(pairs.map(({ measured, expected }) => Math.abs(measured - expected)))!,
    };
  } catch (error) {
    clock.signal.throwIfAborted();
    return { kind: 'uncalibrated', why: (error as Error).message };
  }
}

/** The startup process reads its settings in its own time: probes until one is delayed. */
async function delayed(writer: ProbeWriter, replica: Replica, clock: Clocked): Promise<boolean> {
  for (const until = clock.now() + 10_000; clock.now() < until; ) {
    if (replica.replayed.failure !== undefined) throw new Error(replica.replayed.failure);
    const [probe] = await probes(writer, replica, { count: 1, every: 1 }, clock);
    if (probe && probe.sighting.kind === 'seen' && lagOf(probe.sighting) > injectedMs / 2) return true;
  }
  return false;
}

interface Probe {
  readonly commit: Commit;
  readonly sighting: Sighting;
}

/** Commits `count` probes, one each `every` ms, and waits for them, at most two seconds. */
async function probes(
  writer: ProbeWriter,
  { replayed }: Replica,
  { count, every }: { count: number; every: number },
  { now, signal }: Clocked,
): Promise<Probe[]> {
  const underWay: Promise<Probe>[] = [];
  await paced({ every, until: now() + count * every, now, signal }, async () => {
    const commit = await writer.commit();
    underWay.push(replayed.expect(commit.lsn).then((sighting) => ({ commit, sighting })));
  });
  return (await within(Promise.all(underWay), 2000, signal)) ?? [];
}

const seen = (from: readonly Probe[]): { lag: number; commit: Commit }[] =>
  from.flatMap(({ commit, sighting }) =>
    sighting.kind === 'seen' ? [{ commit, lag: lagOf(sighting) }] : [],
  );
