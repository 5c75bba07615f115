import { Fault, missing } from '../../config/fault.ts';
import type { Connection } from '../../infra/topology/session.ts';
import { paced, within } from '../pause.ts';
import type { ProbeWriter } from './probe-writer.ts';
import type { Replica } from './replica.ts';
import type { Observation } from './summary.ts';
import { type Wandering, wander } from './wandering-reader.ts';
import { writeLoad } from './write-load.ts';

const probesEvery = 10; // ms: 1,000 probes, enough for p99, in ten seconds
/** How long probes that are still under way are waited for when the window has ended. */
const drainMs = 2000;

export interface ProbeWindow {
  readonly writer: ProbeWriter;
  readonly loaders: readonly Connection[];
  readonly replicas: readonly Replica[];
  readonly lasts: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly count: (doneMs: number) => void;
}

export interface Probed {
  /** By probe, then by replica. */
  readonly observations: readonly (readonly Observation[])[];
  readonly wandering: Wandering;
  /** Commits a second on the primary: probes and load. */
  readonly commitsPerSecond: number;
}

/**
 * Commits probes under the write load for `lasts` ms and sees what becomes of each on each replica; ends the
 * replicas' watches.
 * @throws Fault (component) when the primary fails; a replica that fails only costs its own observations.
 */
export async function probeWindow(given: ProbeWindow): Promise<Probed> {
  const { writer, loaders, replicas, lasts, now, signal, count } = given;
  const started = now();
  const stop = new AbortController();
  const pace = { until: started + lasts, now, signal: AbortSignal.any([signal, stop.signal]) };
  const underWay: Promise<Observation[]>[] = [];
  const [, loadCommits, wandering] = await together(stop, [
    paced({ every: probesEvery, ...pace }, async () => {
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
    }),
    writeLoad(loaders, pace),
    wander(
      replicas.map(({ newest }) => newest),
      pace,
    ),
  ]).catch((error: Error) => {
    signal.throwIfAborted();
    if (error instanceof Fault) throw error;
    throw missing(
      `The primary failed while replication lag was measured: ${error.message}`,
      'See `./olympus status` and the log of the server.',
      error,
    );
  });
  const ended = now();
  await within(Promise.all(underWay), drainMs, signal);
  await Promise.all(replicas.flatMap(({ replayed, visible }) => [replayed.end(), visible.end()]));
  return {
    observations: await Promise.all(underWay),
    wandering,
    commitsPerSecond: ((writer.commits + loadCommits) * 1000) / (ended - started),
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
