import { suites } from '../../config/suites.ts';
import { seconds } from '../../config/units.ts';
import type { EndpointName } from '../../infra/topology/endpoint.ts';
import { shop } from '../../project/shop.ts';
import type { ReplicationStudy } from '../../result/result.ts';
import type { Calibration } from '../lag/calibration.ts';
import { lag as measure } from '../lag/lag.ts';
import { atMost, type Goal, type SelfTest, unmeasured } from './goal.ts';

const limit = 2; // ms
const replicas = ['replica1', 'replica2'] as const satisfies EndpointName[];
const applied = 'stale reads right after a commit under remote_apply';
const nameOf = (replica: string) => `lag probe, error on ${replica}`;

/**
 * The probe of replication lag on lags that are known: a replay delay that it injects itself, and none at all after a
 * commit that has waited for the replica to show it.
 */
export const lag: SelfTest = async ({ topology, database, seed, progress, signal }) => {
  const absent = replicas.find((name) => !topology.find(name));
  if (absent) {
    const { why } = topology.absence(absent);
    return [
      ...replicas.map((replica) => unmeasured(nameOf(replica), limit, 'ms, at most', `${absent}: ${why}`)),
      unmeasured(applied, 0, '%, at most', `${absent}: ${why}`),
    ];
  }
  const kept = new Map<string, string>();
  const { replicationStudy: study } = await measure.run({
    ...{ topology, database, seed, progress, signal, project: shop, catalogue: [], tenants: [] },
    budget: { ...suites.smoke, lagProbe: seconds(1), commitSlots: 5, commitsPerSlot: 8 },
    async keep(file, content) {
      kept.set(file, String(content));
      return file;
    },
  });
  return [...replicas.map((replica) => goalOf(replica, kept.get(`lag/${replica}.json`)!)), applyGoal(study!)];
};

function applyGoal({ commitModes, why }: ReplicationStudy): Goal {
  const apply = commitModes?.modes.find(({ mode }) => mode === 'remote_apply');
  if (apply?.staleReadsPct == null)
    return unmeasured(applied, 0, '%, at most', why.map((each) => each.why).join('; '));
  const local = commitModes!.modes.find(({ mode }) => mode === 'local')!;
  return atMost(
    applied,
    apply.staleReadsPct,
    0,
    '%',
    `${apply.commitMs.samples} commits; under local ${local.staleReadsPct?.toFixed(0)} % of the reads were stale`,
  );
}

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
