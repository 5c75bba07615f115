import { readFileSync } from 'node:fs';
import { childPids } from '../../infra/process/child-pids.ts';
import type { Control } from '../../infra/topology/control.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { DrillResult } from '../../result/measures/drill.ts';

type Memory = DrillResult['memory'];

export interface MemoryWatch extends Disposable {
  soFar(): Memory;
}

const every = 1000; // ms

/** Looks once a second at the memory that each part, with what it forked, and this process have to themselves. */
export function watchMemory(topology: Topology, control: Control): MemoryWatch {
  const seen = new Map<string, number[]>();
  const note = (name: string, bytes: number | null) => {
    if (bytes !== null) seen.set(name, [...(seen.get(name) ?? []), bytes]);
  };
  const timer = setInterval(() => {
    note('olympus', ownBytes(process.pid));
    for (const { name } of topology.endpoints) {
      const pid = control.pid(name);
      if (pid !== undefined) note(name, sum([pid, ...childPids(pid)].map(ownBytes)));
    }
  }, every);
  timer.unref();
  return {
    soFar: () =>
      [...seen].flatMap(([process, bytes]) => {
        const third = Math.floor(bytes.length / 3);
        if (third === 0) return [];
        return { process, firstBytes: median(bytes.slice(0, third)), lastBytes: median(bytes.slice(-third)) };
      }),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

const sum = (all: readonly (number | null)[]): number | null =>
  all.every((each) => each === null) ? null : all.reduce<number>((total, each) => total + (each ?? 0), 0);

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
};

/** Memory that only this process has: what it shares with others (shared_buffers) would be counted many times. */
function ownBytes(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(text)?.[1];
    return kilobytes === undefined ? null : 1024 * Number(kilobytes);
  } catch {
    return null; // it ended meanwhile, or the system does not tell
  }
}
