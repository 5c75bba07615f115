import type { HostLoad } from '../host/host.ts';
import type { LoadReport } from '../load/run-load.ts';

/** One load: what the generator says of itself, and what the machine did meanwhile. */
export interface Shared {
  readonly report: Pick<LoadReport, 'usage' | 'cores'>;
  readonly host: Pick<HostLoad, 'busyPct' | 'processes'>;
}

/** The generator took at least this share of the cores. */
const noticeable = 0.1;
const fullPct = 85;

/**
 * Pure: what it means for a load that generator and server have the same cores; null where the server's processes are
 * not seen (it is on another machine) or the generator took next to nothing.
 */
export function sharedCores({ report, host }: Shared): string | null {
  const server = host.processes.server?.cores;
  const { cpuSeconds, wallSeconds } = report.usage;
  if (server === undefined || wallSeconds <= 0) return null;
  const generator = cpuSeconds / wallSeconds;
  if (generator < noticeable * report.cores) return null;
  const full = host.busyPct !== null && host.busyPct >= fullPct;
  return `the generator runs on the server's machine: of ${report.cores} cores it took ${generator.toFixed(2)}, the server ${server.toFixed(2)}${
    full
      ? `, and they were ${Math.round(host.busyPct!)} % busy: this is the limit of the pair, the server alone goes further`
      : ''
  }`;
}
