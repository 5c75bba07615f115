import { seeded } from '../../analysis/statistics/seeded.ts';
import { type Coefficients, throughputAt } from '../../analysis/usl/model.ts';
import { mediansOf } from '../../analysis/usl/plateau.ts';
import { scalability } from '../../analysis/usl/usl.ts';
import { connect } from '../../infra/topology/session.ts';
import type { CapacityResult } from '../../result/measures/capacity.ts';
import { sampleHost } from '../host/host.ts';
import type { Setting } from '../measure.ts';
import { sharedCores } from './sharing.ts';
import type { Loadable } from './target.ts';

const loads = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const repeats = 3;
const slot = 1.5; // seconds
const nearlyBest = 0.95;

type Found = Exclude<CapacityResult['scalability'], null>;

/**
 * Throughput of a closed loop over the number of connections, each load three times in random order so that drift of
 * the machine is no load's own, and the Universal Scalability Law through it.
 */
export async function measureScalability(setting: Setting, target: Loadable): Promise<Found> {
  const { progress, signal, seed } = setting;
  const random = seeded(seed);
  const allowed = await connectionsAllowed(setting);
  const order = Array.from({ length: repeats }, () => loads.filter((load) => load <= allowed)).flat();
  shuffle(order, random);
  const { pid } = setting.topology.get('primary');
  const points: Found['points'] = [];
  /** Of the most connections. */
  let shared: string | null = null;
  for (const [i, connections] of order.entries()) {
    signal.throwIfAborted();
    const sample = sampleHost(pid === undefined ? {} : { server: pid });
    const report = await target.closed(connections, slot);
    if (connections === Math.max(...order)) shared = sharedCores({ report, host: sample.end() });
    points.push({ connections, throughput: report.requests / report.seconds });
    progress.count(i + 1, order.length, 'loads');
  }
  points.sort((a, b) => a.connections - b.connections);
  const measured = points.map(({ connections, throughput }) => ({ load: connections, throughput }));
  const { peak, plateau, ...law } = scalability(measured, random);
  const middle = mediansOf(measured).map(({ load, throughput }) => ({ connections: load, throughput }));
  return {
    points,
    medians: middle,
    curve: curveOf(middle, {
      alpha: law.alpha.value,
      beta: law.beta.value,
      gamma: law.gamma.value,
    }),
    alpha: law.alpha,
    beta: law.beta,
    gamma: law.gamma,
    plateau: plateau && { connections: plateau.from, throughput: plateau.throughput },
    peak: peak && {
      connections: peak.load,
      throughput: peak.throughput,
      low: peak.low,
      high: peak.high,
    },
    why: law.why,
    notes: [...law.notes, ...(shared === null ? [] : [shared])],
    bestPool: bestPool(middle),
  };
}

/** The fewest connections whose throughput is nearly the best. */
export function bestPool(medians: Found['medians']): Found['bestPool'] {
  const best = Math.max(...medians.map(({ throughput }) => throughput));
  return medians.find(({ throughput }) => throughput >= nearlyBest * best)!;
}

const steps = 40;

function curveOf(medians: Found['medians'], law: Coefficients): Found['curve'] {
  const most = medians.at(-1)!.connections;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const connections = 1 + ((most - 1) * i) / steps;
    return { connections, throughput: throughputAt(law, connections) };
  });
}

/** Half of what the server admits: others are connected too. */
async function connectionsAllowed({ topology }: Setting): Promise<number> {
  await using admin = await connect(topology.get('primary').url('admin'), 'olympus-capacity');
  const { rows } = await admin.query<{ most: string }>(`SELECT current_setting('max_connections') AS most`);
  return Number(rows[0]!.most) / 2;
}

function shuffle(values: number[], random: () => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
}
