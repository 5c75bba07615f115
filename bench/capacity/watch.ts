import type { Demand } from '../../analysis/capacity/demand.ts';
import { shareDemand } from '../../analysis/capacity/demand.ts';
import { type Saturation, saturation } from '../../analysis/capacity/saturation.ts';
import type { LoadEvidence } from '../../result/result.ts';
import { withEvidence } from '../evidence/with-evidence.ts';
import { type HostLoad, sampleHost } from '../host/host.ts';
import type { LoadReport } from '../load/run-load.ts';
import type { Setting } from '../measure.ts';

/** A load, and what server and machine did meanwhile. */
export interface Watched {
  readonly report: LoadReport;
  readonly host: HostLoad;
  readonly evidence: LoadEvidence | undefined;
}

/** @param file where all of the evidence is kept */
export async function watched(
  setting: Setting,
  file: string,
  work: () => Promise<LoadReport>,
): Promise<Watched> {
  const { pid } = setting.topology.get('primary');
  const sample = sampleHost(pid === undefined ? {} : { server: pid });
  const { outcome: report, evidence } = await withEvidence(setting, file, work);
  return { report, host: sample.end(), evidence };
}

/** What the load ran into. */
export function saturated({ report, host, evidence }: Watched): Saturation {
  return saturation({
    busyPct: host.busyPct,
    stealPct: host.stealPct,
    generatorCores: report.usage.wallSeconds > 0 ? report.usage.cpuSeconds / report.usage.wallSeconds : null,
    serverCores: host.processes.server?.cores ?? null,
    cores: report.cores,
    poolWaiting: evidence?.poolerWaitingMax ?? null,
    waits: evidence?.waits ?? [],
  });
}

/** CPU of each statement of the catalogue in this load; [] where the server's processes cannot be seen. */
export function demandsOf({ host, evidence }: Watched): Demand[] {
  const cpuSeconds = host.processes.server?.cpuSeconds;
  if (cpuSeconds === undefined || !evidence?.statements) return [];
  const named = evidence.statements.flatMap(({ name, calls, executionMs }) =>
    name === null ? [] : [{ statement: name, calls, executionMs }],
  );
  return shareDemand(1000 * cpuSeconds, named);
}
