/** Of result.json: the pooler. */
import { type Static, Type } from 'typebox';
import { Nullable, Percentiles } from './percentiles.ts';

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
