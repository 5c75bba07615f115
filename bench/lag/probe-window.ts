import { Fault, missing } from '../../config/fault.ts';
import { paced, pause, within } from '../pause.ts';
import type { ProbeWriter } from './probe-writer.ts';
import type { Replica } from './replica.ts';
import { type RoundRobin, readRoundRobin } from './round-robin-reader.ts';
import type { Observation } from './summary.ts';
import type { WriteSource, Written } from './write-source.ts';

export const probesEvery = 10; // ms: 1,000 probes, enough for p99, in ten seconds
/** How long probes that are still under way are waited for when the window has ended. */
const drainMs = 2000;

export interface ProbeWindow {
  readonly writer: ProbeWriter;
  readonly source: WriteSource;
  readonly replicas: readonly Replica[];
  readonly lasts: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly count: (doneMs: number) => void;
}

export interface Probed {
  /** By probe, then by replica. */
  readonly observations: readonly (readonly Observation[])[];
  readonly wandering: RoundRobin;
  readonly written: Written;
  /** Commits a second on the primary: probes and load. */
  readonly commitsPerSecond: number;
}

/**
 * Commits probes under the write load for `lasts` ms and sees what becomes of each on each replica; ends the
 * replicas' watches. Second 0 is when the load began; what was probed before it did is left out.
 * @throws Fault (component) when the primary fails; a replica that fails only costs its own observations.
 */
export async function probeWindow(given: ProbeWindow): Promise<Probed> {
  const { writer, source, replicas, lasts, now, signal, count } = given;
  const started = now() + source.lead;
  const startedAt = Date.now() + source.lead;
  const stop = new AbortController();
  const pace = { lasts, until: started + lasts, now, signal: AbortSignal.any([signal, stop.signal]) };
  const underWay: Promise<Observation[]>[] = [];
  const probes = async () => {
    await pause(source.lead, pace.signal);
    await paced({ every: probesEvery, ...pace }, async () => {
      const { id, lsn, at } = await writer.commit();
      underWay.push(
        Promise.all(
          replicas.map(async ({ replayed, visible }) => {
            const [replay, read] = await Promise.all([replayed.expect(lsn), visible.expect(id)]);
            return { at: at - started, id, lsn, replayed: replay, visible: read };
          }),
        ),
      );
      count(at - started);
    });
  };
  const wandering = async () => {
    await pause(source.lead, pace.signal);
    const reads = replicas.map(({ newest }) => newest);
    return await readRoundRobin(reads, { ...pace, acknowledged: () => writer.newest });
  };
  const [, written, wandered, ended] = await together(stop, [
    probes(),
    source.write(pace),
    wandering(),
    pause(source.lead + lasts, pace.signal).then(now),
  ]).catch((error: Error) => {
    signal.throwIfAborted();
    if (error instanceof Fault) throw error;
    throw missing(
      `The primary failed while replication lag was measured: ${error.message}`,
      'See `./olympus status` and the log of the server.',
      error,
    );
  });
  await within(Promise.all(underWay), drainMs, signal);
  await Promise.all(replicas.flatMap(({ replayed, visible }) => [replayed.end(), visible.end()]));
  const late = written.startedAt === null ? 0 : Math.max(0, written.startedAt - startedAt);
  return {
    observations: (await Promise.all(underWay)).flatMap((probe) =>
      probe[0]!.at < late ? [] : [probe.map((each) => ({ ...each, at: each.at - late }))],
    ),
    wandering: wandered,
    written,
    commitsPerSecond: ((writer.commits + written.commits) * 1000) / (ended - started),
  };
}

/** Like Promise.all; but when one fails the others are stopped and waited for first, so that none is left behind. */
async function together<T extends readonly Promise<unknown>[]>(
  stop: AbortController,
  work: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const each of work) each.catch((error) => stop.abort(error));
  await Promise.allSettled(work);
  return Promise.all(work);
}
