/** Of result.json: the pooler. */
import { type Static, Type } from 'typebox';
import { derived, exact, not, percentiles, rowsByKind, tally, timed } from '../figure-tree.ts';
import { everySuite, measure, section } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';

const ofPooler = { name: Type.String(), endpoint: Type.String(), provider: Type.String() };
const Interval = {
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  level: Nullable(Type.Number()),
  pairs: Type.Integer(),
};
const Errors = Type.Record(Type.String(), Type.Integer(), { description: 'by SQLSTATE' });

/** Many clients that press on the pooler as hard as they can. */
export const PoolerCrowd = Type.Object({
  ...ofPooler,
  kind: Type.Literal('crowd'),
  clients: Type.Integer(),
  connectMs: Nullable(Type.Number({ description: 'until all of them were connected' })),
  requestsPerSecond: Nullable(Type.Number()),
  requests: Nullable(Type.Integer()),
  errors: Errors,
  responseMs: Nullable(Percentiles),
  /** What further clients among them waited for a server connection: the round trip of BEGIN. */
  waitMs: Nullable(Percentiles),
  poolSize: Nullable(Type.Integer({ description: 'server connections that the pool may have' })),
  serversActiveMax: Nullable(Type.Integer({ description: 'sv_active of SHOW POOLS, the most seen' })),
  clientsWaitingMax: Nullable(Type.Integer({ description: 'cl_waiting, the most seen' })),
  maxWaitMs: Nullable(Type.Number({ description: 'maxwait, the most seen' })),
  backendsMax: Nullable(
    Type.Integer({ description: 'connections of that login that the server held, the most seen' }),
  ),
  clientCpuPct: Nullable(Type.Number({ description: 'of all cores, for the generator' })),
  why: Type.Optional(Type.String()),
});
export type PoolerCrowd = Static<typeof PoolerCrowd>;

/** The same requests on as many connections, directly and through the pooler, in turn. */
export const PoolerPrice = Type.Object({
  ...ofPooler,
  kind: Type.Literal('price'),
  connections: Type.Integer(),
  directPerSecond: Type.Number(),
  pooledPerSecond: Type.Number(),
  directP50Ms: Type.Number(),
  pooledP50Ms: Type.Number(),
  /** Of the rates, pooled to direct. */
  ratio: Nullable(Type.Number()),
  ...Interval,
});
export type PoolerPrice = Static<typeof PoolerPrice>;

/** Named prepared statements, which a pooler in transaction mode must know about, or unnamed ones. */
export const PoolerPrepared = Type.Object({
  ...ofPooler,
  kind: Type.Literal('prepared'),
  statements: Type.Union([Type.Literal('named'), Type.Literal('unnamed')]),
  maxPreparedStatements: Nullable(Type.Integer()),
  requestsPerSecond: Type.Number(),
  requests: Type.Integer(),
  errors: Errors,
  why: Type.Optional(Type.String()),
});
export type PoolerPrepared = Static<typeof PoolerPrepared>;

/** Whose identity a request sees that a pattern has set. */
export const PoolerIdentity = Type.Object({
  ...ofPooler,
  kind: Type.Literal('identity'),
  pattern: Type.Union([Type.Literal('session'), Type.Literal('transaction')]),
  clients: Type.Integer(),
  reads: Type.Integer(),
  foreignReads: Type.Integer({ description: 'that saw the identity of another tenant' }),
  missingReads: Type.Integer({ description: 'that saw none' }),
  errors: Errors,
});
export type PoolerIdentity = Static<typeof PoolerIdentity>;

export const PoolerFigures = Type.Union([PoolerCrowd, PoolerPrice, PoolerPrepared, PoolerIdentity]);
export type PoolerFigures = Static<typeof PoolerFigures>;

/** Where no read came back nothing is known of it. */
const identityFaults = ({ pattern, reads, foreignReads, missingReads }: PoolerIdentity) =>
  pattern === 'transaction' && reads > 0 ? foreignReads + missingReads : undefined;

export const pooler = measure({
  part: 'pooler',
  title: 'Pooler',
  what: 'many clients over few connections: what it costs, and whose identity each of them has',
  suites: everySuite,
  sections: {
    pooler: section(
      Type.Array(PoolerFigures),
      rowsByKind<PoolerFigures>({
        crowd: {
          labels: ({ clients }) => ({ clients: `${clients} clients` }),
          leaves: {
            clients: not('a label: how many there are'),
            connectMs: timed('connect', 'ms'),
            requestsPerSecond: timed('crowd-rate', '/s', { better: 'more' }),
            requests: timed('crowd-requests', 'requests', { better: 'none' }),
            errors: tally('errors', 'errors', 'sqlstate'),
            responseMs: percentiles('response'),
            waitMs: percentiles('wait-for-connection'),
            poolSize: not('a setting in force'),
            serversActiveMax: timed('servers-active', 'sessions', { better: 'none' }),
            clientsWaitingMax: timed('clients-waiting', 'clients', { better: 'none' }),
            maxWaitMs: timed('longest-wait', 'ms'),
            backendsMax: timed('backends', 'sessions', { better: 'none' }),
            clientCpuPct: timed('generator-cpu', '%', { better: 'none' }),
          },
        },
        price: {
          labels: ({ name }) => ({ request: name }),
          leaves: {
            connections: not('a setting: how many there are on each side'),
            directPerSecond: timed('direct-rate', '/s', { better: 'more' }),
            pooledPerSecond: timed('pooled-rate', '/s', { better: 'more' }),
            directP50Ms: timed('direct-p50', 'ms'),
            pooledP50Ms: timed('pooled-p50', 'ms'),
            ratio: timed('pooled-to-direct', 'ratio', {
              ...{ better: 'more', low: 'low', high: 'high', samples: 'pairs' },
              help: 'Requests a second through the pooler against those on direct connections.',
            }),
            low: not('bound of the ratio'),
            high: not('bound of the ratio'),
            level: not('confidence of the ratio’s interval'),
            pairs: not('samples of the ratio'),
          },
        },
        prepared: {
          labels: ({ statements }) => ({ statements }),
          leaves: {
            maxPreparedStatements: not('a setting in force'),
            requestsPerSecond: timed('prepared-rate', '/s', { better: 'more' }),
            requests: timed('prepared-requests', 'requests', { better: 'none' }),
            errors: tally('prepared-errors', 'errors', 'sqlstate', { decides: null }), // as many as there is time for
          },
          derived: [
            derived(
              exact('prepared-fails', 'events', {
                help: '1 where such statements fail through the pooler, else 0.',
              }),
              ({ errors }) => Number(Object.keys(errors).length > 0),
            ),
          ],
        },
        identity: {
          labels: ({ pattern }) => ({ pattern }),
          leaves: {
            clients: not('a setting'),
            reads: timed('identity-reads', 'requests', { better: 'none' }),
            foreignReads: timed('foreign-reads', 'requests'), // a pattern that is wrong is so by chance
            missingReads: timed('missing-reads', 'requests'),
            errors: tally('identity-errors', 'errors', 'sqlstate'),
          },
          derived: [
            derived(
              exact('wrong-identities', 'requests', {
                help: 'Requests of the pattern that must hold that saw another identity, or none.',
              }),
              identityFaults,
            ),
          ],
        },
      }),
      () => [],
    ),
  },
});
