import { Bench } from 'tinybench';
import { samplesThatBound } from '../../analysis/statistics/quantile-ranks.ts';
import type { Milliseconds } from '../../config/units.ts';
import type { MicroResult } from '../../result/result.ts';
import { percentilesOf } from '../percentiles.ts';

/** One thing that is done again and again, one at a time. */
export interface MicroTask {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  /** For work that never waits: lets the event loop turn before each sample, outside of it, so that Ctrl-C is heard. */
  readonly yields?: boolean;
}

export interface Timed {
  readonly result: MicroResult;
  /** Latencies in milliseconds, ascending. */
  readonly samples: readonly number[];
}

/** Enough samples to bound a p99 take longer than the measured time where an operation does; this long, they are waited for. */
const waitedForMs = 1000;

/** How many samples there are at least. */
async function iterationsOf({ run }: MicroTask): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await run();
    fastest = Math.min(fastest, performance.now() - start);
  }
  const needed = Math.ceil(samplesThatBound(0.99));
  return needed * fastest <= waitedForMs ? needed : 1;
}

/**
 * Runs a task by tinybench for `time` after a warm-up. Percentiles come from its samples; operations per second are
 * operations over the wall time of the loop: tinybench's own mean of reciprocals reads too high on skewed latencies.
 * @throws what the task throws, or signal.reason.
 */
export async function runTask(task: MicroTask, time: Milliseconds, signal: AbortSignal): Promise<Timed> {
  signal.throwIfAborted();
  let began = 0;
  let wall = 0;
  const bench = new Bench({
    time,
    iterations: await iterationsOf(task),
    warmupTime: Math.min(250, time / 4),
    warmupIterations: 8, // PostgreSQL plans a prepared statement anew five times before it may keep one plan
    retainSamples: true,
    throws: true,
    signal,
    setup() {
      began = performance.now();
    },
    teardown(_, mode) {
      if (mode === 'run') wall = performance.now() - began;
    },
  });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  bench.add(task.name, task.run, { async: true, ...(task.yields && { beforeEach: turn }) });
  const [finished] = await bench.run();
  signal.throwIfAborted();
  const { result } = finished!;
  if (result.state !== 'completed') throw new Error(`${task.name} did not complete: ${result.state}`);
  const samples: readonly number[] = result.latency.samples!;
  const { p50, p99, why } = percentilesOf(samples);
  return {
    samples,
    result: {
      name: task.name,
      unit: 'ms',
      p50,
      p99,
      operationsPerSecond: (samples.length * 1000) / wall,
      samples: samples.length,
      ...(p99 === null && why !== undefined && { why }),
    },
  };
}
