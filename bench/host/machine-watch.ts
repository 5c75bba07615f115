import type { Others } from '../../result/result.ts';
import { type MachineLook, othersBetween, sharesBetween, unseen } from './others.ts';
import { readPressure } from './pressure.ts';
import { readProcesses, readTicks } from './proc.ts';

/** What others took in each second, in seconds of the watch. */
export interface OthersSecond {
  readonly s: number;
  readonly othersCores: number;
  /** Of our own processes: the harness and the load generator. */
  readonly ownCores: number;
  /** Of the servers that are measured here. */
  readonly serversCores: number;
}

/** Watches who else uses the machine. Disposing it ends the watching. */
export interface MachineWatch extends Disposable {
  /** Since it began. */
  soFar(): Others;
  readonly series: readonly OthersSecond[];
}

interface WatchOptions {
  /** The first processes of the servers that are measured (`serverRoots`); our own is known. */
  readonly roots: readonly number[];
  readonly every?: number;
  readonly proc?: string;
  readonly now?: () => number;
}

const points = 3600; // an hour of seconds

export function watchMachine({
  roots,
  every = 1000,
  proc = '/proc',
  now = () => performance.now(),
}: WatchOptions): MachineWatch {
  const servers = new Set(roots);
  const ours = new Set([process.pid, ...roots]);
  const look = (): MachineLook | string => {
    try {
      const [ticks, processes, pressure] = [readTicks(proc), readProcesses(proc), readPressure(proc)];
      return { at: now() / 1000, ticks, processes, pressure };
    } catch (error) {
      return `no /proc to read: ${(error as Error).message}`;
    }
  };
  const first = look();
  const series: OthersSecond[] = [];
  let last = first;
  const timer = setInterval(() => {
    const seen = look();
    if (typeof seen !== 'string' && typeof last !== 'string' && typeof first !== 'string') {
      const { othersCores } = othersBetween(last, seen, ours);
      if (othersCores !== null && series.length < points)
        series.push({ s: seen.at - first.at, othersCores, ...sharesBetween(last, seen, servers) });
    }
    last = seen;
  }, every);
  timer.unref();
  return {
    series,
    soFar() {
      const seen = look();
      if (typeof first === 'string' || typeof seen === 'string')
        return unseen(typeof first === 'string' ? first : (seen as string));
      return othersBetween(first, seen, ours);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
