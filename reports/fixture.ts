/**
 * Test only: a plausible result to look at and to test the formats with. Nothing here was measured; the product
 * never imports it.
 */
import type { Percentiles, PlanResult, Result, RlsOverhead } from '../result/result.ts';
import { examplePooler, exampleStudy } from './fixture-topology.ts';

/** Numbers that look scattered and are always the same (mulberry32). */
function scatter(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const spread = (p50: number, p90: number, p99: number | null, max: number, samples: number): Percentiles => ({
  p50,
  p90,
  p99,
  p999: null,
  max,
  samples,
  why: `not enough samples: there are ${samples}, ${p99 === null ? 'p99 needs 10000, ' : ''}p99.9 needs 100000`,
});

const statements = [
  ['orders/recent', 24, 0.31, 1.1],
  ['orders/by-status', 61, 0.88, 4.2],
  ['orders/by-id', 9, 0.08, 1],
  ['orders/page-keyset', 26, 0.22, 1.4],
  ['orders/page-offset', 8032, 88.4, 1.4],
  ['orders/items-joined', 187, 1.42, 6.8],
  ['products/listing', 42, 0.4, 2.2],
  ['products/search', 412, 9.1, 38],
  ['products/by-tag', 228, 3.2, 112],
  ['products/by-metadata', 351, 5.6, 87],
  ['analytics/daily-sales', 3120, 61.5, 12.5],
  ['analytics/ranking', 1914, 34.9, 3.1],
] as const;
const classes = [
  ['whale', 1],
  ['median', 0.18],
  ['minnow', 0.05],
] as const;

const tree = (statement: string) =>
  `Limit  (20 rows, estimated 20; 0.01 ms; 0 buffers)
└─ Index Scan Backward using ${statement.split('/')[0]}_org_created on ${statement.split('/')[0]}  (20 rows, estimated 18,204; 0.3 ms; 24 buffers)
       Index Cond: (organization_id = (InitPlan 1).col1)
       Filter: (deleted_at IS NULL)`;

function plans(): PlanResult[] {
  const random = scatter(1);
  return statements.flatMap(([statement, buffers, ms, qError]) =>
    (['owner', 'app'] as const).flatMap((variant) =>
      classes.map(([tenantClass, share]): PlanResult => {
        const missed = statement === 'products/by-metadata' && variant === 'app';
        const hit = Math.max(3, Math.round(buffers * share * (missed ? 9 : 1)));
        return {
          statement,
          variant,
          tenantClass,
          shape: `f1fdeed25e10${statement.length}${tenantClass.length}`,
          detail: `a90c77be01${statement.length}${tenantClass.length}`,
          buffers: { hit, read: statement === 'analytics/daily-sales' ? Math.round(hit / 9) : 0 },
          executionMs: ms * share * (missed ? 8 : 1) * (0.8 + 0.4 * random()),
          planningMs: 0.2 + random() / 4,
          rows: 20,
          maxQError: qError * (1 + random()),
          maxQErrorNode: 'Index Scan on orders',
          indexes: missed ? [] : [`${statement.split('/')[0]}_org_created`],
          tree: tree(statement),
          expectation:
            statement === 'orders/page-offset'
              ? { ok: null, why: 'declares no expectation' }
              : missed
                ? {
                    ok: false,
                    why: 'expected an index scan on products; it is a Seq Scan, because @> is not LEAKPROOF.',
                  }
                : { ok: true, why: 'index scan on orders' },
        };
      }),
    ),
  );
}

function pagination(): Result['pagination'] {
  const pages: Result['pagination'] = [];
  for (const [tenantClass, rows] of [
    ['whale', 98_000],
    ['median', 1400],
  ] as const)
    for (const share of [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.98]) {
      const depth = Math.round(rows * share);
      const page = { tenantClass, depth };
      const deep = 24 + Math.round(depth * 0.082);
      pages.push(
        { ...page, statement: 'orders/offset', method: 'offset', buffers: deep, ms: 0.21 + depth * 0.0009 },
        {
          ...page,
          statement: 'orders/keyset',
          method: 'keyset',
          form: 'row comparison',
          buffers: 26,
          ms: 0.2 + share / 50,
        },
        {
          ...page,
          statement: 'orders/keyset-or',
          method: 'keyset',
          form: 'OR',
          buffers: deep + 3,
          ms: 0.3 + depth * 0.001,
        },
      );
    }
  return pages;
}

function overhead(): RlsOverhead[] {
  const random = scatter(3);
  return statements.slice(0, 8).flatMap(([statement, buffers, ms]) =>
    (
      [
        ['bare', 3.4],
        ['wrapped', 1.12],
        ['setting', 1.04],
      ] as const
    ).map(([variant, base]): RlsOverhead => {
      const ratio = base * (0.9 + 0.3 * random());
      return {
        statement,
        variant,
        tenantClass: 'whale',
        ratio,
        low: ratio * 0.94,
        high: ratio * 1.07,
        level: 0.995,
        pairs: 12,
        offMs: ms,
        variantMs: ms * ratio,
        offBuffers: buffers,
        variantBuffers: buffers + 2,
        keptFromIndex:
          statement === 'products/search'
            ? [
                {
                  relation: 'products',
                  clause: '(search_vector @@ ?)',
                  functions: ['ts_match_vq'],
                },
              ]
            : [],
        estimate: {
          scan: `Index Scan on ${statement.split('/')[0]}`,
          off: { estimated: 99_668, actual: 99_668 },
          variant: { estimated: 1001, actual: 99_668 },
        },
      };
    }),
  );
}

function replica(name: string, seed: number, typical: number): Result['replication'][number] {
  const random = scatter(seed);
  const series = Array.from({ length: 300 }, (_, at) => ({
    s: at / 20,
    lagMs: typical * (0.6 + random()) + (at > 170 && at < 190 ? 60 * random() : 0),
    lagBytes: Math.round(4000 * random() + (at > 170 && at < 190 ? 300_000 * random() : 0)),
  }));
  return {
    replica: name,
    lagMs: spread(typical, typical * 1.6, null, typical + 58, 1500),
    lagBytes: spread(2100, 3900, null, 301_244, 1500),
    writeRate: 842,
    staleReadsPct: 3.4,
    readYourWritesMs: typical * 1.8,
    monotonicViolations: 2,
    monotonicReads: 1480,
    probeErrorMs: 0.42,
    series,
  };
}

function load(): Result['load'][number] {
  const random = scatter(7);
  const percentiles = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75];
  const at = (p: number, scale: number) =>
    scale * (0.6 + 0.35 * Math.log10(1 / (1 - p / 100)) ** 2.2 + 0.3 * (p / 100));
  return {
    scenario: 'storefront',
    model: 'open',
    via: 'pooler',
    connections: 24,
    offeredRate: 1400,
    achievedRate: 1398.2,
    seconds: 30,
    requests: 41_946,
    dropped: 0,
    errors: { '40001': 3 },
    rows: 702_114,
    responseMs: spread(1.31, 3.02, 11.4, 61.3, 41_946),
    serviceMs: spread(1.12, 2.41, 8.02, 44.9, 41_946),
    startLagMs: spread(0.04, 0.09, 0.31, 2.1, 41_946),
    poolWaitMs: spread(0.01, 0.02, 1.9, 14, 41_946),
    ceilingRate: 11_200,
    clientCpuShare: 0.18,
    histogram: 'raw/load/storefront.hlog',
    statements: statements.slice(0, 6).flatMap(([name], which) =>
      [null, 'whale', 'median'].map((tenantClass) => {
        const requests = Math.round((tenantClass ? 3000 : 7000) / (which + 1));
        const few = requests < 10_000 ? null : 9;
        return {
          name,
          tenantClass,
          requests,
          errors: which === 1 ? 1 : 0,
          rows: requests * 20,
          responseMs: spread(1 + which / 3, 3 + which, few, 40 + which, requests),
          serviceMs: spread(0.8 + which / 3, 2 + which, few, 30 + which, requests),
        };
      }),
    ),
    series: Array.from({ length: 30 }, (_, s) => ({
      s,
      requests: Math.round(1360 + 80 * random() - (s === 17 ? 420 : 0)),
      errors: s === 17 ? 3 : 0,
      responseP50Ms: 1.2 + 0.3 * random(),
      responseP99Ms: null,
      serviceP99Ms: null,
      responseMaxMs: 14 + 9 * random() + (s === 17 ? 38 : 0),
      serviceMaxMs: 9 + 6 * random() + (s === 17 ? 21 : 0),
    })),
    stalls: [{ fromS: 17.2, toS: 17.5, due: 420, longestResponseMs: 61.3 }],
    outages: [],
    spectrum: percentiles.map((percentile) => ({
      percentile,
      responseMs: at(percentile, 1.3),
      serviceMs: at(percentile, 1.02),
    })),
  };
}

const tables = [
  ['audit.inventory_movements', 612_000, 91_226_112, 410_000],
  ['order_items', 502_113, 74_448_896, 388_000],
  ['orders', 200_000, 61_865_984, 214_000],
  ['product_variants', 124_880, 22_937_600, 240_000],
  ['products', 50_000, 48_594_944, 61_000],
  ['users', 4200, 1_146_880, 90_000],
  ['categories', 1310, 294_912, null],
  ['organization_members', 4900, 909_312, 90_000],
  ['organizations', 120, 81_920, null],
] as const;

/** A result with every part that this version measures. `changes` replace whole sections. */
export function exampleResult(changes: Partial<Result> = {}): Result {
  return {
    schemaVersion: 1,
    run: {
      id: '20261123-014205-337-quick-9f3a',
      startedAt: '2026-11-23T01:42:05.337Z',
      finishedAt: '2026-11-23T01:45:49.020Z',
      suite: 'quick',
      command: './olympus bench --suite quick --scale medium --seed 42',
      complete: true,
      stages: [
        ['topology', 5.2],
        ['data', 41.7],
        ['plans', 9.1],
        ['pagination', 4.4],
        ['rls', 38.3],
        ['lag', 20.6],
        ['load', 52.9],
        ['micro', 12.8],
      ].map(([name, seconds]) => ({ name: name as string, seconds: seconds as number })),
    },
    verdict: {
      status: 'objective-missed',
      reasons: [
        'Objective missed: plan expectations, 3 plans missed (limit 0). products/by-metadata (app, whale): expected an index scan on products; it is a Seq Scan, because @> is not LEAKPROOF.',
        'Objective missed: failed requests, 3 requests (limit 0). By SQLSTATE: 40001 3.',
      ],
    },
    trust: {
      checks: [
        {
          name: 'start lag p99',
          ok: true,
          value: 0.31,
          limit: 1,
          unit: 'ms',
          why: 'Requests start when the schedule says, so waiting is charged to the server rightly.',
        },
        {
          name: 'generator ceiling',
          ok: true,
          value: 8,
          limit: 2,
          unit: 'x offered rate',
          why: 'Against a null target the generator is at least twice as fast as it had to be.',
        },
        {
          name: 'dropped starts',
          ok: true,
          value: 0,
          limit: 0,
          unit: 'starts',
          why: 'Every scheduled request was started and is in the percentiles.',
        },
        {
          name: 'generator CPU',
          ok: true,
          value: 18.2,
          limit: 50,
          unit: '% of all cores',
          why: 'The generator leaves the server its cores.',
        },
        {
          name: 'samples for p99',
          ok: true,
          value: 41_946,
          limit: 10_000,
          unit: 'requests',
          why: 'At least 100 requests lie beyond the p99.',
        },
        {
          name: 'steady throughput',
          ok: true,
          value: 3.33,
          limit: 10,
          unit: '% of seconds off',
          why: 'Throughput per second stays near its median, beyond what random arrivals explain.',
        },
        {
          name: 'CPU steal',
          ok: null,
          value: null,
          limit: 5,
          unit: '% of CPU time',
          why: 'This system does not tell what the hypervisor took.',
        },
      ],
    },
    environment: {
      fingerprint: '7c1e0b5d4f2a9e83',
      harness: { version: '0.1.0', commit: 'a1432d1', node: 'v24.21.0', k6: 'k6 v1.4.0' },
      host: {
        cpu: 'Example CPU @ 2.10GHz',
        cores: 2,
        memoryBytes: 25_769_803_776,
        kernel: 'Linux 6.1.0',
        os: 'Debian GNU/Linux 12 (bookworm)',
        stealPct: null,
      },
      endpoints: [
        {
          name: 'primary',
          provider: 'local',
          version: 'PostgreSQL 18.4',
          settings: { shared_buffers: '256MB', work_mem: '16MB', jit: 'off', synchronous_commit: 'on' },
        },
        {
          name: 'replica1',
          provider: 'local',
          version: 'PostgreSQL 18.4',
          settings: { hot_standby_feedback: 'off' },
        },
        {
          name: 'replica2',
          provider: 'local',
          version: 'PostgreSQL 18.4',
          settings: { hot_standby_feedback: 'on' },
        },
        {
          name: 'pooler',
          provider: 'local',
          version: 'PgBouncer 1.18.0',
          settings: { pool_mode: 'transaction', default_pool_size: '20' },
        },
      ],
    },
    dataset: {
      scale: 'small',
      seed: 42,
      digest: 'sha256:6f0a77d1c58e4a0b',
      seconds: 41.7,
      tables: tables.map(([name, rows, bytes, rowsPerSecond]) => ({ name, rows, bytes, rowsPerSecond })),
    },
    objectives: [
      {
        name: 'plan expectations',
        ok: false,
        value: 3,
        limit: 0,
        unit: 'plans missed',
        why: 'products/by-metadata (app, whale): expected an index scan on products; it is a Seq Scan, because @> is not LEAKPROOF.',
      },
      {
        name: 'rows of another tenant',
        ok: true,
        value: 0,
        limit: 0,
        unit: 'rows',
        why: '18,204 rows of 600 reads were checked for their tenant.',
      },
      {
        name: 'replica1 lag p99',
        ok: true,
        value: 64.1,
        limit: 1000,
        unit: 'ms',
        why: 'No p99 (not enough samples: there are 1500, p99 needs 10000), but the largest of all is within the limit.',
      },
      {
        name: 'achieved / offered rate',
        ok: true,
        value: 0.9987,
        limit: 0.98,
        unit: '',
        why: 'The system keeps up with the offered rate.',
      },
      {
        name: 'failed requests',
        ok: false,
        value: 3,
        limit: 0,
        unit: 'requests',
        why: 'By SQLSTATE: 40001 3.',
      },
    ],
    plans: plans(),
    planModes: [
      {
        statement: 'orders/pending',
        variant: 'app',
        skew: 7.2,
        tenants: [
          {
            tenantClass: 'whale',
            pages: { custom: 71, generic: 512, auto: 512 },
            sameShape: false,
            chosen: 'generic',
          },
          {
            tenantClass: 'median',
            pages: { custom: 75, generic: 69, auto: 69 },
            sameShape: false,
            chosen: 'generic',
          },
        ],
      },
    ],
    planDiffs: [
      {
        statement: 'orders/recent',
        tenantClass: 'whale',
        before: 'without the index',
        after: 'with the index',
        verdict: 'less-work',
        summary: 'another shape, pages 31608 → 4, execution 357 → 0.06 ms, worst estimate off 1 → 1x.',
        rows: [
          {
            kind: 'same',
            depth: 0,
            before: 'Limit  (20 rows, estimated 20)',
            after: 'Limit  (20 rows, estimated 20)',
            words: [],
          },
          {
            kind: 'gone',
            depth: 1,
            before: 'Sort  (20 rows, estimated 999668)',
            after: null,
            words: ['is gone'],
          },
          {
            kind: 'changed',
            depth: 2,
            before: 'Seq Scan on orders  (999668 rows, estimated 999668; 31608 buffers)',
            after: 'Index Scan using orders_org_created on orders  (20 rows, estimated 999668; 4 buffers)',
            words: ['Seq Scan became Index Scan using orders_org_created', 'reads fewer pages: 31608 → 4'],
          },
        ],
      },
    ],
    pagination: pagination(),
    rls: {
      overhead: overhead(),
      findings: [
        {
          rule: 'bare-function',
          object: 'core.products.tenant_select',
          severity: 'warning',
          message:
            'core.products.tenant_select runs auth.user_organizations() for every row; (SELECT f()) is run once a statement.',
          fix: 'ALTER POLICY "tenant_select" ON "core"."products" USING ((organization_id = ANY ((SELECT auth.user_organizations())::uuid[])))',
          waived: null,
          price: {
            read: 'every visible row of core.products, as a member of the median, where no index finds them',
            before: { ms: 5375, buffers: 261413 },
            after: { ms: 116, buffers: 11418 },
          },
          visible: 'the same rows',
        },
        {
          rule: 'not-forced',
          object: 'core.users',
          severity: 'warning',
          message: 'The policies of core.users do not bind its owner.',
          fix: 'ALTER TABLE "core"."users" FORCE ROW LEVEL SECURITY',
          waived: 'the owner is nobody’s login',
        },
      ],
      leaks: {
        reads: 600,
        rows: 18_204,
        foreignRows: 0,
        byStatement: statements.map(([statement]) => ({ statement, rows: 1517, foreignRows: 0 })),
      },
    },
    replication: [replica('replica1', 11, 6.1), replica('replica2', 12, 6.9)],
    replicationStudy: exampleStudy(),
    load: [load()],
    index: [],
    pooler: examplePooler(),
    cache: [],
    vector: [],
    olap: [],
    objects: [],
    micro: [
      {
        name: 'orders/by-id, prepared',
        unit: 'ms',
        p50: 0.214,
        p99: 0.61,
        operationsPerSecond: 4310,
        samples: 8620,
      },
      {
        name: 'encode 1,000 order rows',
        unit: 'ms',
        p50: 1.92,
        p99: null,
        operationsPerSecond: 501,
        samples: 1003,
        why: 'not enough samples: there are 1003, p99 needs 10000',
      },
    ],
    comparison: [],
    skipped: [
      {
        part: 'cache',
        why: 'no Redis on this machine',
        how: 'apt-get install redis-server, or name one with --topology.',
      },
    ],
    warnings: [
      {
        code: 'wal-size',
        message: 'A checkpoint fell into the measured window at second 17.',
        advice: 'Raise max_wal_size, or read the maxima of that second with care.',
      },
    ],
    ...changes,
  };
}
