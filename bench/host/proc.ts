import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Times of all cores together since boot, in clock ticks (man 5 proc, /proc/stat). */
export interface Ticks {
  readonly total: number;
  readonly busy: number;
  readonly steal: number;
}

/** One process: its parent, and the CPU of itself and of its children that it has waited for, in seconds. */
export interface ProcessTimes {
  /** As the kernel knows it: at most 15 characters of the program's name. */
  readonly name: string;
  readonly parent: number;
  readonly seconds: number;
}
export type Processes = ReadonlyMap<number, ProcessTimes>;

const ticksPerSecond = 100; // USER_HZ, fixed at 100 on the platforms that Node runs on

export const readTicks = (proc: string): Ticks => parseTicks(readFileSync(`${proc}/stat`, 'utf8'));

/** @throws when the first line is not that of /proc/stat. */
export function parseTicks(text: string): Ticks {
  const line = /^cpu +([\d ]+)$/m.exec(text)?.[1];
  if (line === undefined) throw new Error('/proc/stat has no line "cpu"');
  // guest time, after steal, is already in user time
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(' ')
    .map(Number);
  const busy = user + nice + system + irq + softirq;
  return { total: busy + idle + iowait + steal, busy, steal };
}

export function readProcesses(proc: string): Processes {
  const processes = new Map<number, ProcessTimes>();
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name)) continue;
    try {
      processes.set(
        Number(name),
        named(parseProcess(readFileSync(`${proc}/${name}/stat`, 'utf8')), `${proc}/${name}`),
      );
    } catch {} // it ended while we looked
  }
  return processes;
}

/** Node.js names its first thread so, and nobody can end a "MainThread": its program's file has the name. */
function named(process: ProcessTimes, folder: string): ProcessTimes {
  if (!/^(node-)?MainThread$/.test(process.name)) return process;
  try {
    return { ...process, name: basename(readlinkSync(`${folder}/exe`)) };
  } catch {
    return process; // another user's, or it ended
  }
}

/** /proc/<pid>/stat: the command's name is in brackets and may hold spaces and brackets itself. */
export function parseProcess(text: string): ProcessTimes {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system, childrenUser, childrenSystem] = [1, 11, 12, 13, 14].map((at) =>
    Number(fields[at]),
  );
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  return {
    name,
    parent: parent!,
    seconds: (user! + system! + childrenUser! + childrenSystem!) / ticksPerSecond,
  };
}

/**
 * CPU seconds of a process and all its descendants since it began; undefined when there is no such process. One that
 * ends in between moves from its own line to its parent's, so that the sum keeps it.
 */
export function treeSeconds(processes: Processes, root: number): number | undefined {
  return processes.has(root) ? treesSeconds(processes, new Set([root])) : undefined;
}

/** The same of several trees, each process once. */
export function treesSeconds(processes: Processes, roots: ReadonlySet<number>): number {
  let sum = 0;
  for (const [pid, { seconds }] of processes) if (descends(processes, pid, roots)) sum += seconds;
  return sum;
}

export function descends(processes: Processes, pid: number, roots: ReadonlySet<number>): boolean {
  let at: number | undefined = pid;
  for (let depth = 0; at !== undefined && depth < 64; depth++) {
    if (roots.has(at)) return true;
    at = processes.get(at)?.parent;
  }
  return false;
}
