import type { Percentiles, Result } from '../result/result.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [value: number | null, labels: Labels, suffix?: '_info'];

/**
 * OpenMetrics text (version 1.0): gauges in base units (seconds, bytes, ratios). What is null is left out: a gauge
 * that is missing is not 0.
 */
export function renderOpenMetrics(result: Result): string {
  const common = { suite: result.run.suite };
  const lines: string[] = [];
  const family = (
    name: string,
    type: 'gauge' | 'info',
    unit: string,
    help: string,
    samples: readonly Sample[],
  ) => {
    const known = samples.filter(([value]) => value !== null);
    if (known.length === 0) return;
    lines.push(`# TYPE ${name} ${type}`);
    if (unit) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${escapeText(help)}`);
    for (const [value, labels, suffix = ''] of known)
      lines.push(`${name}${suffix}${labelText({ ...common, ...labels })} ${value}`);
  };
  const gauge = (name: string, unit: string, help: string, samples: readonly Sample[]) =>
    family(name, 'gauge', unit, help, samples);

  const { run, verdict, environment, load, replication, plans, rls, dataset, micro, pagination } = result;
  family('olympus_run', 'info', '', 'The run.', [
    [
      1,
      {
        id: run.id,
        verdict: verdict.status,
        complete: String(run.complete),
        fingerprint: environment.fingerprint,
      },
      '_info',
    ],
  ]);
  gauge(
    'olympus_check_ok',
    '',
    'Trust checks and objectives: 1 holds, 0 does not; without a sample, not told.',
    [
      ...result.trust.checks.map(({ name, ok }) => [truth(ok), { kind: 'trust', name }] as const),
      ...result.objectives.map(({ name, ok }) => [truth(ok), { kind: 'objective', name }] as const),
    ],
  );
  gauge(
    'olympus_load_offered_rate',
    '',
    'Offered requests per second.',
    load.map((each) => [each.offeredRate, { scenario: each.scenario, model: each.model }]),
  );
  gauge(
    'olympus_load_achieved_rate',
    '',
    'Finished requests per second.',
    load.map((each) => [each.achievedRate, { scenario: each.scenario, model: each.model }]),
  );
  gauge(
    'olympus_load_dropped_starts',
    '',
    'Scheduled requests that never started.',
    load.map((each) => [each.dropped, { scenario: each.scenario, model: each.model }]),
  );
  gauge(
    'olympus_load_errors',
    '',
    'Failed requests by SQLSTATE.',
    load.flatMap(({ scenario, model, errors }) =>
      Object.entries(errors).map(([sqlstate, n]) => [n, { scenario, model, sqlstate }] as const),
    ),
  );
  gauge(
    'olympus_load_response_seconds',
    'seconds',
    'Response time from the intended start.',
    load.flatMap(({ scenario, model, responseMs }) => quantiles(responseMs, { scenario, model }, 1000)),
  );
  gauge(
    'olympus_load_service_seconds',
    'seconds',
    'Service time from the actual start.',
    load.flatMap(({ scenario, model, serviceMs }) => quantiles(serviceMs, { scenario, model }, 1000)),
  );
  gauge(
    'olympus_replication_lag_seconds',
    'seconds',
    'Commit on the primary to visible on the replica.',
    replication.flatMap(({ replica, lagMs }) => quantiles(lagMs, { replica }, 1000)),
  );
  gauge(
    'olympus_replication_lag_bytes',
    'bytes',
    'WAL not yet replayed.',
    replication.flatMap(({ replica, lagBytes }) => quantiles(lagBytes, { replica }, 1)),
  );
  gauge(
    'olympus_plan_buffers',
    '',
    'Executor buffers of a plan, by where they were found.',
    plans.flatMap((plan) =>
      (['hit', 'read'] as const).map(
        (where) => [plan.buffers[where], { ...planLabels(plan), where }] as const,
      ),
    ),
  );
  gauge(
    'olympus_plan_execution_seconds',
    'seconds',
    'Execution time under EXPLAIN ANALYZE.',
    plans.map((plan) => [inSeconds(plan.executionMs), planLabels(plan)]),
  );
  gauge(
    'olympus_page_buffers',
    '',
    'Buffers of one page at a depth.',
    pagination.map((page) => [page.buffers, pageLabels(page)]),
  );
  gauge(
    'olympus_rls_overhead_ratio',
    'ratio',
    'Time under row-level security against the owner with a filter.',
    (rls?.overhead ?? []).map((each) => [
      each.ratio,
      { statement: each.statement, variant: each.variant, tenant_class: each.tenantClass },
    ]),
  );
  gauge('olympus_rls_foreign_rows', '', 'Rows of another tenant.', rls ? [[rls.leaks.foreignRows, {}]] : []);
  gauge(
    'olympus_table_rows',
    '',
    'Rows of a table.',
    (dataset?.tables ?? []).map(({ name, rows }) => [rows, { table: name }]),
  );
  gauge(
    'olympus_table_bytes',
    'bytes',
    'Size of a table with its indexes.',
    (dataset?.tables ?? []).map(({ name, bytes }) => [bytes, { table: name }]),
  );
  gauge(
    'olympus_night_ratio',
    'ratio',
    'Head against the pinned control.',
    (result.nightly?.metrics ?? [])
      .filter(({ exact, unit }) => !exact || unit !== '')
      .map(({ metric, state, value }) => [value === null ? null : Math.exp(value), { metric, state }]),
  );
  gauge(
    'olympus_comparison_ratio',
    'ratio',
    'B against A.',
    result.comparison.map(({ metric, ratio, verdict, role }) => [
      ratio,
      { metric, verdict, ...(role && { role }) },
    ]),
  );
  gauge(
    'olympus_micro_operations_rate',
    '',
    'Operations per wall second.',
    micro.map(({ name, operationsPerSecond }) => [operationsPerSecond, { name }]),
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

const truth = (ok: boolean | null) => (ok === null ? null : Number(ok));
const inSeconds = (ms: number | null) => (ms === null ? null : ms / 1000);
const planLabels = ({ statement, variant, tenantClass }: Result['plans'][number]) => ({
  statement,
  variant,
  tenant_class: tenantClass,
});
const pageLabels = ({ statement, method, form, tenantClass, depth }: Result['pagination'][number]) => ({
  statement,
  method: form ?? method,
  tenant_class: tenantClass,
  depth: String(depth),
});

function quantiles(of: Percentiles, labels: Labels, divisor: number): Sample[] {
  const levels = { p50: '0.5', p90: '0.9', p99: '0.99', p999: '0.999', max: '1' } as const;
  return (Object.keys(levels) as (keyof typeof levels)[]).map((level) => {
    const value = of[level];
    return [value === null ? null : value / divisor, { ...labels, quantile: levels[level] }];
  });
}

const escapeText = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const labelText = (labels: Labels) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeText(value)}"`)
    .join(',')}}`;
