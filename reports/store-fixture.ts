import type {
  CacheFigures,
  ObjectFigures,
  OlapFigures,
  Percentiles,
  VectorFigures,
} from '../result/result.ts';

const few = 'there are 900 samples, p99 needs 1,000';
const ms = (p50: number, samples = 900): Percentiles => ({
  p50,
  p90: p50 * 2,
  p99: samples < 1000 ? null : p50 * 5,
  p999: null,
  max: p50 * 20,
  samples,
  ...(samples < 1000 && { why: few }),
});

const redis = { endpoint: 'cache', provider: 'local' };
export const cacheExample: CacheFigures[] = [
  {
    ...{ ...redis, name: 'query results, cache-aside', kind: 'aside', clients: 8, ttlMs: 1000 },
    ...{ distinctQueries: 89, requests: 1203, hitPct: 91.1, databaseCalls: 107, callsSavedPct: 91.1 },
    ...{ buffersSavedPct: 96.6, buffersPerRequest: 4.18, buffersPerRequestDirect: 121 },
    ...{
      requestsPerSecond: 2388,
      directRequestsPerSecond: 550,
      hitMs: ms(0.39, 1096),
      missMs: ms(16.7, 107),
    },
    directMs: ms(11, 282),
  },
  ...(['none', 'single flight'] as const).map(
    (protection): CacheFigures => ({
      ...{
        ...redis,
        name: 'stampede on orders/daily-window',
        kind: 'stampede',
        protection,
        clients: 64,
        expiries: 5,
      },
      ...{
        executionsPerExpiry: protection === 'none' ? 64 : 1,
        executionsMax: protection === 'none' ? 64 : 1,
      },
      servedMs: protection === 'none' ? 117.6 : 18.6,
    }),
  ),
  {
    ...{
      ...redis,
      name: 'staleness after a write',
      kind: 'staleness',
      method: 'expiry',
      ttlMs: 100,
      readers: 4,
    },
    ...{ writes: 40, staleMs: ms(52, 40) },
  },
  {
    ...{
      ...redis,
      name: 'staleness after a write',
      kind: 'staleness',
      method: 'pub/sub',
      ttlMs: null,
      readers: 4,
    },
    ...{ writes: 40, staleMs: ms(2.1, 40) },
  },
  {
    ...{
      ...redis,
      name: 'rate limit',
      kind: 'rate limit',
      method: 'read, then write',
      clients: 64,
      limit: 100,
    },
    ...{ attempts: 320, windows: 5, allowedMin: 288, allowedMax: 320, endless: 0, decisionMs: ms(8.9, 1600) },
  },
  {
    ...{ ...redis, name: 'sessions', kind: 'sessions', clients: 32, sessionBytes: 1024 },
    ...{ operationsPerSecond: 20_254, getMs: ms(0.39, 8179), setMs: ms(0.39, 1995) },
  },
  {
    ...redis,
    name: 'pub/sub',
    kind: 'pub/sub',
    subscribers: 4,
    messages: 125,
    lost: 0,
    latencyMs: ms(0.44, 500),
  },
];

const qdrant = { name: 'qdrant-edge 0.9.0 (shim)', endpoint: 'vector', provider: 'local' };
export const vectorExample: VectorFigures[] = [
  {
    ...{ ...qdrant, kind: 'index', points: 20_000, dimensions: 128, m: 16, efConstruct: 100 },
    ...{ loadMs: 4100, pointsPerSecond: 4878, buildMs: 6200, indexedPoints: 20_000 },
  },
  ...[10, 32, 64, 128].flatMap((ef): VectorFigures[] =>
    ['none', 'tenant: whale'].map((filter) => ({
      ...{
        ...qdrant,
        kind: 'search',
        filter,
        selectivityPct: filter === 'none' ? 100 : 16.8,
        ef,
        queries: 100,
      },
      ...{ recallAt10: 1 - 0.6 / ef, latencyMs: ms(0.9 + ef / 100, 300) },
    })),
  ),
  {
    ...{ name: 'full text search of names', endpoint: 'primary', provider: 'local', kind: 'text' },
    ...{ method: 'full text', queries: 100, answered: 100, overlapAt10: 0.463, latencyMs: ms(2.1, 100) },
  },
];

const places = ['primary', 'materialised view', 'replica2', 'chDB 26.7.2.1 (ClickHouse engine)'];
const at = (name: string) => ({ name, endpoint: name, provider: 'local' });
export const olapExample: OlapFigures[] = [
  ...['revenue by day', 'customers by week'].flatMap((question) =>
    places.map((name, i): OlapFigures => {
      const impossible = i === 1 && question === 'customers by week';
      return {
        ...{ ...at(name), kind: 'question', question, rows: impossible ? null : 90 },
        equal: impossible ? null : true,
        latencyMs: impossible
          ? { p50: null, p90: null, p99: null, p999: null, max: null, samples: 0 }
          : ms(80 / (i + 1), 20),
        ...(impossible && { why: 'the materialised view does not hold what is asked' }),
      };
    }),
  ),
  ...places.map(
    (name, i): OlapFigures => ({ ...at(name), kind: 'freshness', how: 'replayed', freshMs: 40 * i }),
  ),
  ...['nowhere', ...places].map(
    (asked, i): OlapFigures => ({
      ...{
        ...at('primary'),
        kind: 'interference',
        asked,
        questions: 12 * i,
        transactionsPerSecond: 900 - 90 * i,
      },
      transactionMs: ms(3 + i, 1800),
    }),
  ),
  {
    ...at(places[3]!),
    kind: 'loading',
    path: 'COPY out, insert',
    rows: 200_000,
    bytes: 24e6,
    ms: 1900,
    rowsPerSecond: 105_263,
  },
  { ...at('materialised view'), kind: 'refresh', rows: 9120, ms: 611, walBytes: 81_920 },
];

const s3 = { name: 'S3 (VERSITYGW)', endpoint: 'objects', provider: 'local' };
export const objectsExample: ObjectFigures[] = [
  {
    ...{ ...s3, kind: 'transfer', bytes: 33_554_432, parts: 7, putMs: 410, getMs: 120 },
    ...{ putBytesPerSecond: 81_840_000, getBytesPerSecond: 279_600_000, verified: true },
  },
  { ...s3, kind: 'race', writers: 8, rounds: 10, acceptedMax: 1, overwritten: 0 },
];
