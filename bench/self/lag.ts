import { suites } from '../../config/suites.ts';
import { seconds } from '../../config/units.ts';
import type { EndpointName } from '../../infra/topology/endpoint.ts';
import type { Calibration } from '../lag/calibration.ts';
import { lag as measure } from '../lag/lag.ts';
import { atMost, type Goal, type SelfTest, unmeasured } from './goal.ts';

const limit = 2; // ms
const replicas = ['replica1', 'replica2'] as const satisfies EndpointName[];
const nameOf = (replica: string) => `lag probe, error on ${replica}`;

/** The probe of replication lag on a lag that is known: a replay delay that it injects itself. */
export const lag: SelfTest = async ({ topology, database, seed, progress, signal }) => {
  const absent = replicas.find((name) => !topology.find(name));
  if (absent) {
    const why = topology.absent.find(({ part }) => part === absent)?.why ?? 'it is off';
    return replicas.map((replica) => unmeasured(nameOf(replica), limit, 'ms, at most', `${absent}: ${why}`));
  }
  const kept = new Map<string, string>();
  await measure.run({
    ...{ topology, database, seed, progress, signal, catalogue: [], tenants: [] },
    budget: { ...suites.smoke, lagProbe: seconds(1) },
    async keep(file, content) {
      kept.set(file, String(content));
      return file;
    },
  });
  return replicas.map((replica) => goalOf(replica, kept.get(`lag/${replica}.json`)!));
};

function goalOf(replica: string, raw: string): Goal {
  const { calibration } = JSON.parse(raw) as { calibration: Calibration };
  if (calibration.kind === 'uncalibrated')
    return unmeasured(nameOf(replica), limit, 'ms, at most', `it was not calibrated: ${calibration.why}`);
  const { errorMs, probes, injectedMs, expectedMs, measuredMs } = calibration;
  return atMost(
    nameOf(replica),
    errorMs,
    limit,
    'ms',
    `median of ${probes} probes of an injected delay of ${injectedMs} ms; it should have measured ${expectedMs.toFixed(1)} ms and measured ${measuredMs.toFixed(1)} ms`,
  );
}
