import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { percentiles } from '../../analysis/histogram/percentiles.ts';
import { connect } from '../../infra/topology/session.ts';
import type { CapacityResult } from '../../result/measures/capacity.ts';
import type { Setting } from '../measure.ts';
import type { Target } from './target.ts';
import { watched } from './watch.ts';

const counts = [4, 16, 64, 256, 1024];
const length = 4; // seconds

type Found = Exclude<CapacityResult['tenants'], null>;

/** The same rate from more and more tenants: what a request takes, and what the next hundred tenants take of the disk. */
export async function measureTenants(setting: Setting, target: Target, rate: number): Promise<Found> {
  const all = await countTenants(setting);
  const points: Found['points'] = [];
  const wanted = [...counts.filter((count) => count < all), Math.min(all, counts.at(-1)!)];
  for (const [i, count] of wanted.entries()) {
    setting.signal.throwIfAborted();
    const some = await target.withTenants(count);
    const { report, host, evidence } = await watched(setting, `capacity/tenants-${count}.json`, () =>
      some.open(rate, length),
    );
    const calls = evidence?.statements?.reduce((sum, each) => sum + (each.name ? each.calls : 0), 0) ?? 0;
    const cpuSeconds = host.processes.server?.cpuSeconds;
    points.push({
      tenants: some.tenants,
      cpuMsPerRequest: cpuSeconds === undefined || calls === 0 ? null : (1000 * cpuSeconds) / calls,
      bufferHitPct: evidence?.bufferHitPct ?? null,
      serviceP50Ms: percentiles(decodeHistogram(report.service)).p50,
    });
    setting.progress.count(i + 1, wanted.length, 'numbers of tenants');
  }
  const bytes = await databaseBytes(setting);
  return { rate, points, bytesPerHundred: (100 * bytes) / all, why: told(points) };
}

function told(points: Found['points']): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first?.cpuMsPerRequest || !last?.cpuMsPerRequest || first === last)
    return "The server's CPU could not be seen, or there are too few tenants to compare.";
  const change = 100 * (last.cpuMsPerRequest / first.cpuMsPerRequest - 1);
  return `With ${last.tenants} tenants in place of ${first.tenants} a request takes ${Math.abs(change).toFixed(0)} % ${change < 0 ? 'less' : 'more'} CPU of the server at the same rate.`;
}

async function countTenants({ topology, database }: Setting): Promise<number> {
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-capacity');
  const { rows } = await admin.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM core.organizations WHERE deleted_at IS NULL',
  );
  return rows[0]!.count;
}

async function databaseBytes({ topology, database }: Setting): Promise<number> {
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-capacity');
  const { rows } = await admin.query<{ bytes: string }>('SELECT pg_database_size($1) AS bytes', [database]);
  return Number(rows[0]!.bytes);
}
