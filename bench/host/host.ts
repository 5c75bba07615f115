import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import type { Environment } from '../../result/result.ts';
import { type Processes, readProcesses, readTicks, type Ticks, treeSeconds } from './proc.ts';

/** The machine. What cannot be told is "unknown". */
export function hostFacts(): Environment['host'] {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() || `unknown (${arch()})`,
    cores: processors.length,
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    os: osName(),
  };
}

function osName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? type();
  } catch {
    return type();
  }
}

/** The machine between two moments; null where the system does not tell, and `why` says so. */
export interface HostLoad {
  readonly seconds: number;
  /** Share of all cores' time that ran something, and that the hypervisor gave to others. */
  readonly busyPct: number | null;
  readonly stealPct: number | null;
  /** CPU of each named process and its descendants. cores: seconds of CPU per second. null: it is gone. */
  readonly processes: Readonly<
    Record<string, { readonly cpuSeconds: number; readonly cores: number } | null>
  >;
  readonly why?: string;
}

/**
 * Begins to watch the machine and the named processes with all their descendants (a postmaster's backends, those
 * that have ended included). `end` tells what happened since. Reads /proc twice and nothing in between.
 */
export function sampleHost(
  pids: Readonly<Record<string, number>> = {},
  { proc = '/proc', now = () => performance.now() } = {},
): { end(): HostLoad } {
  const started = look(proc, now);
  return {
    end() {
      const ended = look(proc, now);
      const seconds = (ended.at - started.at) / 1000;
      if (started.kind === 'blind' || ended.kind === 'blind') {
        const why = `no /proc to read: ${[started, ended].map((each) => each.kind === 'blind' && each.why).find(Boolean)}`;
        const gone = Object.keys(pids).map((name) => [name, null] as const);
        return { seconds, busyPct: null, stealPct: null, processes: Object.fromEntries(gone), why };
      }
      const processes = Object.entries(pids).map(([name, pid]) => {
        const [before, after] = [treeSeconds(started.processes, pid), treeSeconds(ended.processes, pid)];
        if (before === undefined || after === undefined) return [name, null] as const;
        return [
          name,
          { cpuSeconds: after - before, cores: seconds > 0 ? (after - before) / seconds : 0 },
        ] as const;
      });
      return { seconds, ...shares(started.ticks, ended.ticks), processes: Object.fromEntries(processes) };
    },
  };
}

type Look =
  | { readonly kind: 'seen'; readonly at: number; readonly ticks: Ticks; readonly processes: Processes }
  | { readonly kind: 'blind'; readonly at: number; readonly why: string };

function look(proc: string, now: () => number): Look {
  try {
    return { kind: 'seen', ticks: readTicks(proc), processes: readProcesses(proc), at: now() };
  } catch (error) {
    return { kind: 'blind', at: now(), why: (error as Error).message };
  }
}

/** Pure. null when no tick has passed. */
export function shares(from: Ticks, to: Ticks): Pick<HostLoad, 'busyPct' | 'stealPct'> {
  const total = to.total - from.total;
  if (total <= 0) return { busyPct: null, stealPct: null };
  return {
    busyPct: (100 * (to.busy - from.busy)) / total,
    stealPct: (100 * (to.steal - from.steal)) / total,
  };
}
