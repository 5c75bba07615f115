import { readFile } from 'node:fs/promises';
import { suites } from '../../config/suites.ts';
import { milliseconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { type Connection, connect, transaction } from '../../infra/topology/session.ts';
import type { PoolerFigures, Skipped } from '../../result/result.ts';
import { drawLoadPlan } from '../../scenarios/draw-load-plan.ts';
import { settingsCall } from '../../scenarios/identity.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { findLoadTenants } from '../../scenarios/tenants.ts';
import { faultOf } from '../fault-of.ts';
import type { Measure, Setting } from '../measure.ts';
import { crowd } from './client-load.ts';
import { type Console, openConsole } from './console.ts';
import { identity, sessionPattern, transactionPattern } from './identity.ts';
import { prepared } from './prepared.ts';
import { price, type Request } from './price.ts';

const connections = 16;
const slotMs = 200;

/**
 * What a pooler does: crowds of clients over its few server connections, its price beside direct connections, named
 * prepared statements, and whether an identity can leak from one client to the next. It only reads.
 */
export const pooler: Measure = {
  part: 'pooler',
  drivenByK6: true,
  needs: ['primary', 'pooler'],
  async run(setting) {
    const { topology, database, budget, seed, progress, signal, keep } = setting;
    const endpoint = topology.get('pooler');
    await using owned = new AsyncDisposableStack();
    const opened = await openConsole(endpoint);
    const console = typeof opened === 'string' ? opened : owned.use(opened);
    const server = owned.use(await connect(topology.get('primary').url('admin', database), 'olympus-pooler'));
    const k6 = await findK6({ progress, signal });
    const { script, plan } = await whatIsSent(setting);
    const figures: PoolerFigures[] = [];
    const shared = { pooler: endpoint, database, console, signal };
    for (const clients of crowdsOf(setting)) {
      progress.note(`${clients} clients press on the pooler`);
      const measured = budget.poolerMeasured;
      figures.push(
        await crowd({ ...shared, clients, k6, script, plan, measured, seed, server, keep, progress }),
      );
      setting.soFar?.({ pooler: figures, skipped: notSent(figures) });
      signal.throwIfAborted();
    }
    progress.note('the pooler beside direct connections');
    const urls = {
      direct: topology.get('primary').url('app', database),
      pooled: endpoint.url('app', database),
    };
    const pairs = budget.poolerPairs;
    const unpriced: Skipped[] = [];
    for (const request of requests(plan))
      try {
        figures.push({
          ...(await price(request, { ...urls, connections, pairs, slotMs, signal })),
          ...{ endpoint: endpoint.name, provider: endpoint.provider },
        });
      } catch (error) {
        signal.throwIfAborted();
        const { reason, message: why, next: how } = faultOf(error);
        if (reason === 'defect') throw error;
        unpriced.push({ part: 'pooler', why: `“${request.name}” beside direct connections: ${why}`, how });
      }
    figures.push(...(await prepared({ ...shared, clients: connections, lasts: milliseconds(600) })));
    for (const pattern of [sessionPattern, transactionPattern])
      figures.push(await identity({ ...shared, clients: connections, reads: 30 }, pattern));
    await cleanUp(console, endpoint.provider);
    return { pooler: figures, skipped: [...notSent(figures), ...unpriced] };
  },
};

/** Crowds that could not be sent are said to be skipped, beside their reason in the table. */
const notSent = (figures: readonly PoolerFigures[]): Skipped[] =>
  figures.flatMap((each) =>
    each.kind === 'crowd' && each.requests === null
      ? [
          {
            part: 'pooler',
            why: `${each.name}: ${each.why}`,
            how: 'Raise the limit that is named (`ulimit -n`, max_client_conn), or measure from another machine.',
          },
        ]
      : [],
  );

/** As many as poolers of others take whose limit is 200, which is a common one; some tell none. */
const clientsOfOthers = 100;

/** A suite that is to be quick takes fewer clients, unless the user asked for this part. */
function crowdsOf({ budget, asked, topology }: Setting): readonly number[] {
  const usual =
    asked?.includes('pooler') && budget.poolerClients.length > 0
      ? suites.nightly.poolerClients
      : budget.poolerClients;
  return topology.get('pooler').provider === 'external' && usual.length > 0
    ? [...new Set([clientsOfOthers, ...usual])]
    : usual;
}

/** Reads of the catalogue for many tenants; without data a statement that needs none. */
async function whatIsSent(setting: Setting): Promise<{ script: string; plan: LoadPlan }> {
  const { topology, database, catalogue, seed, progress, signal } = setting;
  const script = scenarioScript('connection-storm');
  const text = await readFile(script, 'utf8');
  const statements = catalogue.filter(({ name }) => text.includes(`'${name}'`));
  if (statements.length === 0) return { script: scenarioScript('mixed'), plan: oneNumber };
  await using owner = await connect(topology.get('primary').url('owner', database), 'olympus-draw');
  const tenants = await findLoadTenants(owner, setting.project.tenants, 32);
  return {
    script,
    plan: await drawLoadPlan(owner, { statements, tenants, count: 32, seed, progress, signal }),
  };
}

const oneNumber: LoadPlan = {
  statements: [{ name: 'one-number', sql: 'SELECT $1::int', weight: 1, role: 'app', kind: 'read' }],
  settings: [],
  tenants: [{ class: 'none', id: '', userId: '', identity: [], weight: 1 }],
  draws: { 'one-number': { 0: [['1']] } },
};

const firstTenant = ({ settings = [], tenants }: LoadPlan) => ({
  identity: Object.fromEntries(settings.map((setting, i) => [setting, tenants[0]!.identity?.[i] ?? ''])),
});

/** One that costs the server nothing, which shows the most that pooling can cost, and one as the application sends it. */
function requests(plan: LoadPlan): Request[] {
  const [statement] = plan.statements;
  const identity = settingsCall(firstTenant(plan));
  const [values] = plan.draws[statement!.name]![0] ?? [];
  return [
    { name: 'one number', send: ({ client }) => client.query('SELECT $1::int', [1]) },
    ...(statement && values && statement.name !== 'one-number'
      ? [
          {
            name: `${statement.name} in a transaction`,
            send: (connection: Connection) =>
              transaction(connection, async () => {
                if (identity) await connection.query(identity.text, identity.values);
                await connection.query(statement.sql, values);
              }),
          },
        ]
      : []),
  ];
}

/** Server connections of our own pooler that hold settings or statements of the tests are replaced. */
async function cleanUp(console: Console | string, provider: string): Promise<void> {
  if (typeof console !== 'string' && provider !== 'external') await console.reconnect().catch(() => {});
}
