export type Resource =
  | 'CPU'
  | 'hypervisor'
  | 'other programs'
  | 'load generator'
  | 'pool'
  | 'locks'
  | 'WAL'
  | 'I/O'
  | 'unknown';

/** What was seen while the load was at its limit. Shares in per cent; null: could not be seen. */
export interface Seen {
  readonly busyPct: number | null;
  readonly stealPct: number | null;
  /** CPU seconds a second of the generator, and of the whole server. */
  readonly generatorCores: number | null;
  readonly serverCores: number | null;
  /** What neither of them took, nor the harness. */
  readonly othersCores?: number | null;
  readonly cores: number;
  /** Clients that waited for a server connection at once. */
  readonly poolWaiting: number | null;
  /** What working sessions waited for, as type:event, most first. */
  readonly waits: readonly { readonly event: string; readonly pct: number }[];
}

export interface Saturation {
  readonly resource: Resource;
  readonly why: string;
}

const fullPct = 85;
const muchStealPct = 10;
const muchOthersPct = 10;
const manyPct = 30;

/**
 * What the load ran into. Full cores explain waiting of every kind, so they are looked at first; then what sessions
 * waited for; a queue at the pool is told last, because it forms in front of everything that is slow.
 */
export function saturation(seen: Seen): Saturation {
  const { busyPct, stealPct, generatorCores, serverCores, cores, waits } = seen;
  if (busyPct !== null && busyPct + (stealPct ?? 0) >= fullPct) {
    const told = `the cores were ${Math.round(busyPct)} % busy and ${Math.round(stealPct ?? 0)} % stolen`;
    if ((stealPct ?? 0) >= muchStealPct)
      return { resource: 'hypervisor', why: `${told}: what neighbours took is missing` };
    const others = seen.othersCores ?? 0;
    if ((100 * others) / cores >= muchOthersPct)
      return {
        resource: 'other programs',
        why: `${told}, and ${others.toFixed(2)} of ${cores} cores were taken by other programs: with all of them the server may do more`,
      };
    if (generatorCores !== null && serverCores !== null && generatorCores > serverCores)
      return {
        resource: 'load generator',
        why: `${told}, and the generator took ${generatorCores.toFixed(2)} cores, more than the server's ${serverCores.toFixed(2)}: give it a machine of its own`,
      };
    return {
      resource: 'CPU',
      why: `${told}${serverCores === null ? '' : `; the server took ${serverCores.toFixed(2)} of ${cores} cores${generatorCores === null ? '' : `, the load generator beside it ${generatorCores.toFixed(2)}`}`}`,
    };
  }
  const sum = (kind: RegExp) =>
    waits.filter(({ event }) => kind.test(event)).reduce((total, { pct }) => total + pct, 0);
  const kinds: [Resource, RegExp][] = [
    ['locks', /^Lock\b/],
    ['WAL', /WAL/],
    ['I/O', /^IO\b/],
  ];
  for (const [resource, kind] of kinds)
    if (sum(kind) >= manyPct)
      return {
        resource,
        why: `${Math.round(sum(kind))} % of the working sessions that were seen waited for it`,
      };
  if ((seen.poolWaiting ?? 0) > 0)
    return {
      resource: 'pool',
      why: `up to ${seen.poolWaiting} clients waited for a server connection while the cores were ${busyPct === null ? 'not watched' : `${Math.round(busyPct)} % busy`}: a larger pool may help`,
    };
  return { resource: 'unknown', why: 'neither full cores nor one kind of waiting explains it' };
}
