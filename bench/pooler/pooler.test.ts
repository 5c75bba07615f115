import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { suites } from '../../config/suites.ts';
import { seconds } from '../../config/units.ts';
import { startLocal } from '../../infra/local/local.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { shop } from '../../project/shop.ts';
import type { PoolerFigures } from '../../result/result.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { patience } from '../../test/patience.ts';
import type { Setting } from '../measure.ts';
import { crowd } from './client-load.ts';
import { configured, openConsole } from './console.ts';
import { identity, type Pattern, sessionPattern } from './identity.ts';
import { tooManyFor } from './open-files.ts';
import { pooler } from './pooler.ts';

const database = 'postgres';
const signal = patience();
let topology: Topology;
let endpoint: Endpoint;
let k6 = '';

before(async () => {
  k6 = await findK6({ progress: silent, signal });
  topology = await startLocal({
    name: 'test_pooler',
    parts: ['pooler'],
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
  endpoint = topology.get('pooler');
});

after(() => topology?.[Symbol.asyncDispose]());

const setting = (): Setting => ({
  topology,
  database,
  project: shop,
  catalogue: [],
  tenants: [],
  seed: 1,
  budget: { ...suites.smoke, poolerClients: [120], poolerMeasured: seconds(1), poolerPairs: 6 },
  progress: silent,
  keep: async (file) => `raw/${file}`,
  signal,
});

const only = <Kind extends PoolerFigures['kind']>(all: readonly PoolerFigures[], kind: Kind) =>
  all.filter((each): each is Extract<PoolerFigures, { kind: Kind }> => each.kind === kind);

test('a crowd stays within the pool, and a session-level SET is gone with its transaction, or leaks where the pooler resets nothing', async () => {
  const { pooler: all } = await pooler.run(setting());
  const [many] = only(all!, 'crowd');
  assert.equal(many!.why, undefined);
  assert.equal(many!.poolSize, 50);
  assert.ok(many!.serversActiveMax! > 0 && many!.serversActiveMax! <= 50, `${many!.serversActiveMax} active`);
  assert.ok(many!.backendsMax! > 0 && many!.backendsMax! <= 50, `${many!.backendsMax} backends`);
  assert.ok(many!.clientsWaitingMax! > 0, '120 clients cannot all have one of 50');
  assert.ok(many!.requests! > 0 && many!.waitMs!.samples > 0);
  assert.deepEqual(many!.errors, {});

  const [price] = only(all!, 'price');
  assert.ok(price!.low! <= price!.ratio! && price!.ratio! <= price!.high!);
  assert.equal(price!.pairs, 6);

  const statements = only(all!, 'prepared');
  assert.deepEqual(statements.find((each) => each.statements === 'unnamed')!.errors, {});
  const unfollowed = statements.find((each) => each.statements === 'named' && !each.maxPreparedStatements)!;
  assert.ok(
    Object.keys(unfollowed.errors).some((state) => ['26000', '42P05'].includes(state)),
    `named statements that the pooler does not follow fail: ${JSON.stringify(unfollowed.errors)}`,
  );
  for (const { maxPreparedStatements, errors } of statements)
    if (maxPreparedStatements) assert.deepEqual(errors, {});

  const [session, transaction] = only(all!, 'identity');
  assert.equal(session!.foreignReads, 0, 'what was set for the session does not reach the next client');
  assert.ok(session!.missingReads > 0, 'nor the next request of the same client');
  assert.deepEqual(
    [transaction!.reads, transaction!.foreignReads, transaction!.missingReads, transaction!.errors],
    [16 * 30, 0, 0, {}],
  );
});

test('a pooler that resets nothing between transactions hands a session-level SET on', async () => {
  const console = await openConsole(endpoint);
  assert.ok(typeof console !== 'string');
  await using _ = console;
  await console.set('server_reset_query_always', 0);
  try {
    const figures = await identity(
      { pooler: endpoint, database, clients: 16, reads: 30, signal },
      sessionPattern,
    );
    assert.ok(figures.foreignReads > 0, 'the pattern that leaks was seen to leak');
  } finally {
    await console.set('server_reset_query_always', 1);
    await console.reconnect();
  }
});

test('a pattern whose local setting has no transaction around it is seen to have no identity', async () => {
  const broken: Pattern = {
    name: 'local without a transaction',
    pattern: 'transaction',
    async read({ client }, tenant) {
      await client.query(`SELECT set_config('app.org_id', $1, true)`, [tenant]);
      return (await client.query(`SELECT current_setting('app.org_id', true) AS who`)).rows[0].who ?? '';
    },
  };
  const figures = await identity({ pooler: endpoint, database, clients: 4, reads: 5, signal }, broken);
  assert.deepEqual([figures.reads, figures.missingReads, figures.foreignReads], [20, 20, 0]);
});

test('a pooler without a console is measured all the same, and what only the console tells has its reason', async () => {
  const closed: Endpoint = { ...endpoint, url: (_, name) => endpoint.url('app', name) };
  const console = await openConsole(closed);
  assert.ok(typeof console === 'string');
  const figures = await crowd({ ...options(60), pooler: closed, console });
  assert.match(figures.why!, /console cannot be asked/);
  assert.deepEqual([figures.serversActiveMax, figures.maxWaitMs, figures.poolSize], [null, null, null]);
  assert.ok(figures.requests! > 0);
});

test('more clients than the pooler or this machine takes are not tried, and the reason is told', async () => {
  await using console = openedOr(await openConsole(endpoint));
  const most = (await configured(console, 'max_client_conn'))!;
  const figures = await crowd({ ...options(most), console });
  assert.equal(figures.requests, null);
  assert.match(figures.why!, /max_client_conn|open files/);
  assert.match(tooManyFor(3000, 1024)!, /3000 connections need 3500 open files .* allows 1024/);
  assert.equal(tooManyFor(3000, 16_384), undefined);
});

test('a crowd that cannot connect costs its own line, with the words of the generator', async () => {
  const away: Endpoint = { ...endpoint, url: () => 'postgres://nobody:s3cret@127.0.0.1:1/none' };
  const figures = await crowd({ ...options(10), pooler: away, console: 'not asked' });
  assert.equal(figures.requests, null);
  assert.match(figures.why!, /k6 ended with code/);
  assert.doesNotMatch(figures.why!, /s3cret/);
});

const openedOr = <T>(opened: T | string): T => {
  assert.ok(typeof opened !== 'string', String(opened));
  return opened;
};

const options = (clients: number) => ({
  ...{ pooler: endpoint, database, clients, k6, script: scenarioScript('mixed'), server: undefined },
  plan: {
    statements: [
      { name: 'one', sql: 'SELECT $1::int', weight: 1, role: 'app' as const, kind: 'read' as const },
    ],
    settings: [],
    tenants: [{ class: 'none', id: '', userId: '', identity: [], weight: 1 }],
    draws: { one: { 0: [['1']] } },
  },
  ...{ measured: seconds(0.5), seed: 1, keep: async (file: string) => file, progress: silent, signal },
});
