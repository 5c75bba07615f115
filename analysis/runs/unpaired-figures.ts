import type { ComparisonResult, Percentiles, Result } from '../../result/result.ts';

interface Figure {
  readonly metric: string;
  readonly unit: string;
  readonly value: number | null;
}

const why = 'One run each is one sample: no interval and no p follow from its requests.';

/** Distributions and rates of both runs beside each other: told, never judged. */
export function unpairedFigures(a: Result, b: Result): ComparisonResult[] {
  const before = new Map(figuresOf(a).map(({ metric, value }) => [metric, value]));
  return figuresOf(b).flatMap(({ metric, unit, value }): ComparisonResult[] => {
    const old = before.get(metric) ?? null;
    if (old === null || value === null) return [];
    const ratio = old > 0 ? value / old : null;
    return [
      {
        metric,
        ...{ a: old, b: value, ratio, low: null, high: null, pairs: 1, unit, why },
        verdict: 'not judged',
        role: 'advisory',
      },
    ];
  });
}

/** The summary figures of a run, by names that stay the same from run to run. */
export function figuresOf({ load, replication, micro, rls, dataset }: Result): Figure[] {
  return [
    ...load.flatMap(({ scenario, model, via, responseMs, serviceMs, achievedRate, evidence }) => {
      const of = `${scenario} ${model} via ${via}`;
      return [
        ...percentiles(`${of}, response`, responseMs),
        ...percentiles(`${of}, service`, serviceMs),
        { metric: `${of}, achieved rate`, unit: '/s', value: achievedRate },
        {
          metric: `${of}, WAL per request`,
          unit: 'B',
          value:
            evidence?.walBytesPerSecond != null && achievedRate > 0
              ? evidence.walBytesPerSecond / achievedRate
              : null,
        },
      ];
    }),
    ...replication.flatMap(({ replica, lagMs }) => percentiles(`${replica}, lag`, lagMs)),
    ...(rls?.overhead ?? []).map(({ statement, variant, tenantClass, ratio }) => ({
      metric: `${statement} policy ${variant}, ${tenantClass}, time against owner`,
      ...{ unit: '', value: ratio },
    })),
    ...micro.flatMap(({ name, unit, p50, p99 }) => [
      { metric: `${name}, p50`, unit, value: p50 },
      { metric: `${name}, p99`, unit, value: p99 },
    ]),
    ...(dataset?.tables ?? []).map(({ name, bytes }) => ({
      metric: `${name}, size`,
      unit: 'B',
      value: bytes,
    })),
  ];
}

const percentiles = (of: string, { p50, p99 }: Percentiles): Figure[] => [
  { metric: `${of} p50`, unit: 'ms', value: p50 },
  { metric: `${of} p99`, unit: 'ms', value: p99 },
];
