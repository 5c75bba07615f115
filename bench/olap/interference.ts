import { type Connection, connect } from '../../infra/topology/session.ts';
import type { OlapInterference } from '../../result/result.ts';
import { forTenant } from '../../scenarios/identity.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Setting } from '../measure.ts';
import { percentilesOf } from '../percentiles.ts';
import type { Place } from './places.ts';
import { questions } from './questions.ts';

const clients = 4;
/** Two reads and a write of the shop's, each transaction taken back. */
const names = ['orders/by-id', 'products/by-id', 'products/update-price'];
const drawsEach = 50;

type Transaction = (session: Connection) => Promise<void>;

/** Four clients run short transactions on the primary, first alone, then while each place is asked the questions. */
export async function interference(
  setting: Setting,
  places: readonly Place[],
): Promise<Omit<OlapInterference, 'endpoint' | 'provider'>[]> {
  const { topology, database, budget, signal } = setting;
  await using owned = new AsyncDisposableStack();
  const sessions: Connection[] = [];
  for (let client = 0; client < clients; client++)
    sessions.push(owned.use(await connect(topology.get('primary').url('app', database), 'olympus-oltp')));
  const transactions = await drawTransactions(setting);
  const rows: Omit<OlapInterference, 'endpoint' | 'provider'>[] = [];
  for (const place of [undefined, ...places]) {
    const transactionMs: number[] = [];
    let asked = 0;
    const started = performance.now();
    const until = started + budget.partTime;
    const asking = async () => {
      while (place && performance.now() < until && !signal.aborted)
        for (const question of questions) if ((await place.ask(question)) !== null) asked++;
    };
    await Promise.all([
      asking(),
      ...sessions.map(async (session, client) => {
        for (let turn = client; performance.now() < until && !signal.aborted; turn += 1) {
          const began = performance.now();
          await transactions[turn % transactions.length]!(session);
          transactionMs.push(performance.now() - began);
        }
      }),
    ]);
    signal.throwIfAborted();
    rows.push({
      name: 'short transactions on the primary',
      kind: 'interference',
      asked: place?.name ?? 'nowhere',
      questions: asked,
      transactionsPerSecond: (1000 * transactionMs.length) / budget.partTime,
      transactionMs: percentilesOf(transactionMs),
    });
  }
  return rows;
}

async function drawTransactions({
  topology,
  database,
  catalogue,
  tenants,
  seed,
}: Setting): Promise<Transaction[]> {
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-olap');
  const all: Transaction[][] = [];
  for (const statement of catalogue.filter(({ name }) => names.includes(name)))
    for (const tenant of tenants) {
      const draws = await drawParameters(admin, statement, tenant, drawsEach, seed);
      all.push(
        draws.map((draw) => async (session: Connection) => {
          await forTenant(session, tenant, () => session.query(statement.sql, draw));
        }),
      );
    }
  const longest = Math.max(0, ...all.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => all.flatMap((some) => some[i] ?? [])).flat();
}
