/** Sections of result.json on the stores beside PostgreSQL: cache, vector store, OLAP, objects. */
import { type Static, Type } from 'typebox';
import { Nullable, Percentiles } from './percentiles.ts';

const of = { name: Type.String(), endpoint: Type.String(), provider: Type.String() };
const words = <const Words extends readonly string[]>(...all: Words) =>
  Type.Unsafe<Words[number]>(Type.Enum([...all]));

/** The same requests asked of the database alone, and through a cache of query results. */
export const CacheAside = Type.Object({
  ...of,
  kind: Type.Literal('aside'),
  clients: Type.Integer(),
  ttlMs: Type.Number(),
  distinctQueries: Type.Integer(),
  requests: Type.Integer(),
  hitPct: Nullable(Type.Number()),
  databaseCalls: Type.Integer(),
  callsSavedPct: Nullable(Type.Number()),
  buffersSavedPct: Nullable(Type.Number({ description: 'pages that the database did not have to read' })),
  buffersPerRequest: Nullable(Type.Number()),
  buffersPerRequestDirect: Nullable(Type.Number()),
  requestsPerSecond: Type.Number(),
  directRequestsPerSecond: Type.Number(),
  hitMs: Percentiles,
  missMs: Percentiles,
  directMs: Percentiles,
});
export type CacheAside = Static<typeof CacheAside>;

/** Many clients that find the same entry expired at once. */
export const CacheStampede = Type.Object({
  ...of,
  kind: Type.Literal('stampede'),
  protection: words('none', 'single flight'),
  clients: Type.Integer(),
  expiries: Type.Integer(),
  executionsPerExpiry: Type.Number({ description: 'of the statement, by the database' }),
  executionsMax: Type.Integer(),
  servedMs: Type.Number({ description: 'until the last client had the answer: median of the expiries' }),
});
export type CacheStampede = Static<typeof CacheStampede>;

/** From a commit until no reader is given what was before it. */
export const CacheStaleness = Type.Object({
  ...of,
  kind: Type.Literal('staleness'),
  method: words('expiry', 'pub/sub'),
  ttlMs: Nullable(Type.Number()),
  readers: Type.Integer(),
  writes: Type.Integer(),
  staleMs: Percentiles,
});
export type CacheStaleness = Static<typeof CacheStaleness>;

export const CacheSessions = Type.Object({
  ...of,
  kind: Type.Literal('sessions'),
  clients: Type.Integer(),
  sessionBytes: Type.Integer(),
  operationsPerSecond: Type.Number(),
  getMs: Percentiles,
  setMs: Percentiles,
});
export type CacheSessions = Static<typeof CacheSessions>;

/** Whether a limit of requests holds when all ask at once. */
export const CacheRateLimit = Type.Object({
  ...of,
  kind: Type.Literal('rate limit'),
  method: words('read, then write', 'increment', 'script'),
  clients: Type.Integer(),
  limit: Type.Integer(),
  attempts: Type.Integer(),
  windows: Type.Integer(),
  allowedMin: Type.Integer(),
  allowedMax: Type.Integer(),
  endless: Type.Integer({ description: 'counters that never expire after a client died in mid-request' }),
  decisionMs: Percentiles,
});
export type CacheRateLimit = Static<typeof CacheRateLimit>;

export const CachePublishing = Type.Object({
  ...of,
  kind: Type.Literal('pub/sub'),
  subscribers: Type.Integer(),
  messages: Type.Integer(),
  lost: Type.Integer(),
  latencyMs: Percentiles,
});
export type CachePublishing = Static<typeof CachePublishing>;

export const CacheFigures = Type.Union([
  CacheAside,
  CacheStampede,
  CacheStaleness,
  CacheSessions,
  CacheRateLimit,
  CachePublishing,
]);
export type CacheFigures = Static<typeof CacheFigures>;

export const VectorIndex = Type.Object({
  ...of,
  kind: Type.Literal('index'),
  points: Type.Integer(),
  dimensions: Type.Integer(),
  m: Type.Integer(),
  efConstruct: Type.Integer(),
  loadMs: Type.Number(),
  pointsPerSecond: Type.Number(),
  buildMs: Type.Number(),
  indexedPoints: Nullable(Type.Integer()),
});
export type VectorIndex = Static<typeof VectorIndex>;

/** The ten nearest products, against those that comparing with every product finds. */
export const VectorSearch = Type.Object({
  ...of,
  kind: Type.Literal('search'),
  filter: Type.String({ description: 'none, or of which tenant' }),
  selectivityPct: Type.Number({ description: 'of the products, that pass the filter' }),
  ef: Type.Integer(),
  queries: Type.Integer(),
  recallAt10: Type.Number(),
  latencyMs: Percentiles,
});
export type VectorSearch = Static<typeof VectorSearch>;

/** The same intents asked of PostgreSQL as words. */
export const VectorText = Type.Object({
  ...of,
  kind: Type.Literal('text'),
  method: words('trigram', 'full text'),
  queries: Type.Integer(),
  answered: Type.Integer({ description: 'queries with at least one product' }),
  overlapAt10: Nullable(Type.Number({ description: 'of its first ten with the ten nearest by embedding' })),
  latencyMs: Percentiles,
});
export type VectorText = Static<typeof VectorText>;

export const VectorFigures = Type.Union([VectorIndex, VectorSearch, VectorText]);
export type VectorFigures = Static<typeof VectorFigures>;

/** One dashboard question at one place. */
export const OlapQuestion = Type.Object({
  ...of,
  kind: Type.Literal('question'),
  question: Type.String(),
  rows: Nullable(Type.Integer()),
  equal: Nullable(Type.Boolean({ description: 'its rows are those of the primary, exactly' })),
  latencyMs: Percentiles,
  why: Type.Optional(Type.String()),
});
export type OlapQuestion = Static<typeof OlapQuestion>;

/** How a place gets what was committed, and how long that takes. */
export const OlapFreshness = Type.Object({
  ...of,
  kind: Type.Literal('freshness'),
  how: Type.String(),
  freshMs: Nullable(Type.Number({ description: 'from a commit until the place answers with it' })),
  why: Type.Optional(Type.String()),
});
export type OlapFreshness = Static<typeof OlapFreshness>;

/** Short transactions on the primary while the questions are asked somewhere. */
export const OlapInterference = Type.Object({
  ...of,
  kind: Type.Literal('interference'),
  asked: Type.String({ description: 'where the questions were asked meanwhile' }),
  questions: Type.Integer(),
  transactionsPerSecond: Type.Number(),
  transactionMs: Percentiles,
});
export type OlapInterference = Static<typeof OlapInterference>;

export const OlapLoading = Type.Object({
  ...of,
  kind: Type.Literal('loading'),
  path: Type.String(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  ms: Type.Number(),
  rowsPerSecond: Type.Number(),
});
export type OlapLoading = Static<typeof OlapLoading>;

/** What it costs to compute the materialised view anew while it is read. */
export const OlapRefresh = Type.Object({
  ...of,
  kind: Type.Literal('refresh'),
  rows: Type.Integer(),
  ms: Type.Number(),
  walBytes: Type.Number(),
});
export type OlapRefresh = Static<typeof OlapRefresh>;

export const OlapFigures = Type.Union([
  OlapQuestion,
  OlapFreshness,
  OlapInterference,
  OlapLoading,
  OlapRefresh,
]);
export type OlapFigures = Static<typeof OlapFigures>;

/** One object written in parts and read back with its checksum. */
export const ObjectTransfer = Type.Object({
  ...of,
  kind: Type.Literal('transfer'),
  bytes: Type.Integer(),
  parts: Type.Integer(),
  putMs: Type.Number(),
  getMs: Type.Number(),
  putBytesPerSecond: Type.Number(),
  getBytesPerSecond: Type.Number(),
  verified: Type.Boolean({ description: 'what came back has the SHA-256 of what was sent' }),
});
export type ObjectTransfer = Static<typeof ObjectTransfer>;

/** Writers that put the same key at once, only if it is not there. */
export const ObjectRace = Type.Object({
  ...of,
  kind: Type.Literal('race'),
  writers: Type.Integer(),
  rounds: Type.Integer(),
  acceptedMax: Type.Integer({
    description: 'writers that were told they wrote it, of one round; the goal is 1',
  }),
  overwritten: Type.Integer({ description: 'rounds whose object is not that of the accepted writer' }),
});
export type ObjectRace = Static<typeof ObjectRace>;

export const ObjectFigures = Type.Union([ObjectTransfer, ObjectRace]);
export type ObjectFigures = Static<typeof ObjectFigures>;
