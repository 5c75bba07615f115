import { type Static, Type } from 'typebox';
import { exact, not, percentiles, rowsByKind, timed } from '../figure-tree.ts';
import { longSuites, measure, section } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';
import { words } from '../words.ts';

const of = { name: Type.String(), endpoint: Type.String(), provider: Type.String() };

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

export const cache = measure({
  part: 'cache',
  title: 'Cache',
  what: 'a cache before the database: what it saves, how stale it is, and what happens when an entry expires',
  suites: longSuites,
  sections: {
    cache: section(
      Type.Array(CacheFigures),
      rowsByKind<CacheFigures>({
        aside: {
          labels: ({ name }) => ({ of: name }),
          leaves: {
            clients: not('a setting'),
            ttlMs: not('a setting'),
            distinctQueries: not('a setting: how many different requests are asked'),
            requests: timed('requests', 'requests', { better: 'none' }),
            hitPct: timed('hits', '%', { better: 'more' }),
            databaseCalls: timed('database-calls', 'requests', { better: 'none' }),
            callsSavedPct: timed('calls-saved', '%', { better: 'more' }),
            buffersSavedPct: timed('pages-saved', '%', { better: 'more' }),
            buffersPerRequest: timed('pages-per-request', 'pages'),
            buffersPerRequestDirect: timed('pages-per-direct-request', 'pages'),
            requestsPerSecond: timed('request-rate', '/s', { better: 'more' }),
            directRequestsPerSecond: timed('direct-request-rate', '/s', { better: 'more' }),
            hitMs: percentiles('hit'),
            missMs: percentiles('miss'),
            directMs: percentiles('direct'),
          },
        },
        stampede: {
          labels: ({ name, protection }) => ({ of: name, protection }),
          leaves: {
            clients: not('a setting'),
            expiries: not('a setting'),
            executionsPerExpiry: timed('executions-per-expiry', 'requests', {
              help: 'Executions of the statement by the database each time its entry expired.',
            }),
            executionsMax: timed('most-executions', 'requests'),
            servedMs: timed('served', 'ms', { help: 'Until the last client had the answer.' }),
          },
        },
        staleness: {
          labels: ({ name, method }) => ({ of: name, method }),
          leaves: {
            ttlMs: not('a setting'),
            readers: not('a setting'),
            writes: not('a setting'),
            staleMs: percentiles('stale', 'ms', {
              help: 'From a commit until no reader is given what was before it.',
            }),
          },
        },
        sessions: {
          labels: () => ({}),
          leaves: {
            clients: not('a setting'),
            sessionBytes: not('a setting'),
            operationsPerSecond: timed('session-operations-rate', '/s', { better: 'more' }),
            getMs: percentiles('session-read'),
            setMs: percentiles('session-write'),
          },
        },
        'rate limit': {
          labels: ({ method }) => ({ method }),
          leaves: {
            clients: not('a setting'),
            limit: not('a setting'),
            attempts: not('a setting'),
            windows: not('a setting'),
            allowedMin: timed('fewest-allowed', 'requests', { better: 'none' }),
            allowedMax: timed('most-allowed', 'requests', {
              help: 'Requests that passed a limit, in the worst window.',
            }),
            endless: exact('endless-counters', 'events', {
              help: 'Counters that never expire after a client died in mid-request.',
            }),
            decisionMs: percentiles('decision'),
          },
        },
        'pub/sub': {
          labels: () => ({}),
          leaves: {
            subscribers: not('a setting'),
            messages: not('a setting'),
            lost: exact('messages-lost', 'events'),
            latencyMs: percentiles('message'),
          },
        },
      }),
      () => [],
    ),
  },
});
