import { ratioOfPairs } from '../../analysis/statistics/hodges-lehmann.ts';
import { seeded } from '../../analysis/statistics/seeded.ts';
import { seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { openEvidence } from '../evidence/evidence.ts';
import { type LoadOptions, runLoad, scenarioScript } from '../load/run-load.ts';
import { atMost, type Goal, type SelfTest, unmeasured } from './goal.ts';
import { backendSeconds, cores } from './processor-time.ts';

const pairs = 10;
const slot = seconds(3);
const warmup = seconds(0.5);
const connections = 8;
const rows = 100_000;
const level = 0.95;
const limit = 1; // %

const throughput = 'price of observing, throughput of a closed load';
const processor = "price of observing, of the machine's CPU";

interface Slot {
  readonly rate: number;
  /** CPU seconds a second of this process and of the observer's sessions; null: they are not on this machine. */
  readonly busy: number | null;
}

/**
 * What watching the server costs: a prepared point select on eight connections as fast as it goes, in slots with and
 * without evidence, ABBA. The throughput is the answer; the observer's CPU says the same with far less noise.
 */
export const observer: SelfTest = async ({ topology, database, progress, signal }) => {
  const k6 = await findK6({ progress, signal });
  const primary = topology.get('primary');
  const url = primary.url('admin', database);
  await using admin = await connect(url, 'olympus-self');
  await fill(admin);
  const load: LoadOptions = {
    ...{ k6, url, connections, plan: pointSelects(), protocol: 'prepared', seed: 1 },
    ...{ script: scenarioScript('self/point-select'), rate: 0, duration: slot, warmup, progress, signal },
  };
  const catalogue = await readCatalogue();
  const watch = () => openEvidence({ primary, pooler: topology.find('pooler'), database, catalogue });

  const plain = () => measured(admin, () => rateOf(load));
  const watched = () =>
    measured(admin, async (settle) => {
      await using window = await watch();
      const rate = await rateOf(load);
      await settle(); // before the observer's sessions end, and their CPU time with them
      await window.finish();
      return rate;
    });
  await rateOf({ ...load, duration: seconds(1) });
  const slots: (readonly [plain: Slot, watched: Slot])[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? await plain() : await watched();
    const second = pair % 2 === 0 ? await watched() : await plain();
    slots.push(pair % 2 === 0 ? [first, second] : [second, first]);
    progress.count(pair + 1, pairs, 'pairs of slots');
  }
  return [throughputGoal(slots), processorGoal(slots)];
};

const rateOf = async (options: LoadOptions): Promise<number> => {
  const { report } = await runLoad(options);
  return report.requests / report.seconds;
};

/** `settle` takes the observer's CPU time; without it, it is taken when the work ends. */
async function measured(
  admin: Session,
  work: (settle: () => Promise<void>) => Promise<number>,
): Promise<Slot> {
  const [began, own] = [performance.now(), process.cpuUsage()];
  let busy: number | null | undefined;
  const settle = async () => {
    const { user, system } = process.cpuUsage(own);
    const sessions = await backendSeconds(admin, 'olympus-evidence');
    busy =
      sessions === null ? null : ((user + system) / 1e6 + sessions) / ((performance.now() - began) / 1000);
  };
  const rate = await work(settle);
  if (busy === undefined) await settle();
  return { rate, busy: busy ?? null };
}

function throughputGoal(slots: readonly (readonly [Slot, Slot])[]): Goal {
  const ratio = ratioOfPairs(
    slots.map(([plain, watched]) => [plain.rate, watched.rate] as const),
    level,
  );
  if (ratio.kind !== 'interval') return unmeasured(throughput, limit, '%, at most', 'too few pairs of slots');
  const [price, low, high] = [ratio.estimate, ratio.high, ratio.low].map((share) => 100 * (1 - share));
  const rate = slots.reduce((sum, [plain]) => sum + plain.rate, 0) / slots.length;
  const why = `${level * 100} % interval ${low!.toFixed(2)} to ${high!.toFixed(2)} %, ${pairs} pairs of ${slot / 1000} s in the order ABBA, ${Math.round(rate)} selects a second unobserved`;
  const goal = atMost(throughput, price!, limit, '%', why);
  return low! > limit || high! <= limit
    ? goal
    : { ...goal, ok: null, why: `not settled, the goal lies within: ${why}` };
}

/** What the observed slots burn beyond the others: the harness runs its load in both. */
function processorGoal(slots: readonly (readonly [Slot, Slot])[]): Goal {
  const extra = slots.flatMap(([plain, watched]) =>
    plain.busy === null || watched.busy === null ? [] : [watched.busy - plain.busy],
  );
  if (extra.length === 0)
    return unmeasured(processor, limit, '%, at most', "the server's processes cannot be seen from here");
  const mean = extra.reduce((sum, each) => sum + each, 0) / extra.length;
  return atMost(
    processor,
    (100 * mean) / cores,
    limit,
    '%',
    `${(1000 * mean).toFixed(1)} ms of CPU a second, of ${cores} cores: this process and the observer's session`,
  );
}

async function fill(admin: Session): Promise<void> {
  await admin.query('CREATE TABLE observed (id integer PRIMARY KEY, value integer NOT NULL)');
  await admin.query('INSERT INTO observed SELECT n, n % 1000 FROM generate_series(1, $1::int) AS n', [rows]);
  await admin.query('VACUUM ANALYZE observed');
}

function pointSelects(): LoadPlan {
  const random = seeded(1);
  const draws = Array.from({ length: 10_000 }, () => [String(1 + Math.floor(random() * rows))]);
  return {
    statements: [
      {
        name: 'point',
        sql: 'SELECT value FROM observed WHERE id = $1',
        weight: 1,
        role: 'app',
        kind: 'read',
      },
    ],
    tenants: [{ class: 'none', id: '', userId: '', weight: 1 }],
    draws: { point: { 0: draws } },
  };
}
