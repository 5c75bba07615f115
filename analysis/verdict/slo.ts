import type { TrustCheck } from '../../result/run.ts';
import type { Facts, LoadFacts } from './facts.ts';
import type { Promises } from './judge.ts';
import { succeededShare } from './objectives.ts';
import { type StoreLimits, type StoreResult, storeChecks } from './slo-services.ts';

type Level = 'p50' | 'p90' | 'p99' | 'p999' | 'max';
type Limits = Partial<Record<Level, number>> & {
  readonly errors?: number;
  readonly achieved?: number;
  readonly retries?: number;
};

/** Promises of a service (config/slo.ts reads them). Times in ms, shares 0 to 1. */
export interface SloFacts {
  readonly scenarios: Readonly<Record<string, Limits>>;
  readonly statements: Readonly<Record<string, Limits>>;
  readonly replicas: Readonly<Record<string, { readonly lag?: number; readonly stale?: number }>>;
  readonly stores: Readonly<Record<string, StoreLimits>>;
}

interface Distribution extends Readonly<Record<Level, number | null>> {
  readonly samples: number;
}

interface Measured {
  readonly responseMs: Distribution;
  readonly requests: number;
  readonly failed: number;
}

/** Load with the percentiles that a promise is about; a `Result` has them. */
export interface SloResult extends Pick<Facts, 'skipped' | 'run'>, StoreResult {
  readonly load: readonly {
    readonly scenario: string;
    readonly model: string;
    readonly offeredRate: number | null;
    readonly achievedRate: number;
    readonly requests: number;
    readonly errors: Readonly<Record<string, number>>;
    readonly retries?: number;
    readonly thresholds?: LoadFacts['thresholds'];
    readonly responseMs: Distribution;
    readonly statements: readonly {
      readonly name: string;
      readonly tenantClass: string | null;
      readonly requests: number;
      readonly errors: number;
      readonly responseMs: Distribution;
    }[];
  }[];
  readonly replication: readonly {
    readonly replica: string;
    readonly lagMs: Distribution;
    readonly staleReadsPct: number | null;
  }[];
}

/** Each promise with its answer, open where it was not measured, or too briefly; and our own goals that it replaces. */
export function sloPromises(result: SloResult, slo: SloFacts): Promises {
  const several = result.load.length > 1;
  const ours = (scenario: string, name: string) => (several ? `${scenario}, open: ${name}` : name);
  return {
    checks: sloObjectives(result, slo),
    instead: new Set([
      ...Object.entries(slo.scenarios)
        .filter(([scenario]) => result.load.some((one) => one.scenario === scenario))
        .flatMap(([scenario, limits]) => [
          ...(limits.errors === undefined ? [] : [ours(scenario, 'failed requests')]),
          ...(limits.achieved === undefined ? [] : [ours(scenario, 'achieved / offered rate')]),
          ...replacedThresholds(result, scenario, limits).map((source) =>
            ours(scenario, `threshold ${source}`),
          ),
        ]),
      ...Object.entries(slo.replicas).flatMap(([replica, { lag }]) =>
        lag === undefined ? [] : [`${replica} lag p99`],
      ),
    ]),
  };
}

/** Of a shipped script: what it says of response times and errors, where the user promises the same otherwise. */
function replacedThresholds({ load }: SloResult, scenario: string, limits: Limits): string[] {
  const timed = (['p50', 'p90', 'p99', 'p999', 'max'] as const).some((level) => limits[level] !== undefined);
  return load
    .filter((one) => one.scenario === scenario)
    .flatMap(({ thresholds = [] }) => thresholds)
    .map(({ source }) => source)
    .filter(
      (source) =>
        (timed && source.startsWith('olympus_response ')) ||
        (limits.errors !== undefined && source.startsWith('olympus_errors ')),
    );
}

function sloObjectives(result: SloResult, slo: SloFacts): TrustCheck[] {
  return [
    ...Object.entries(slo.scenarios).flatMap(([name, limits]) => scenarioChecks(result, name, limits)),
    ...Object.entries(slo.statements).flatMap(([name, limits]) => statementChecks(result, name, limits)),
    ...Object.entries(slo.replicas).flatMap(([name, limits]) => replicaChecks(result, name, limits)),
    ...Object.values(slo.stores).flatMap((limits) =>
      storeChecks(result, limits, (part) => whyAbsent(result, [part])),
    ),
  ];
}

function scenarioChecks(result: SloResult, name: string, limits: Limits): TrustCheck[] {
  const runs = result.load.filter(({ scenario, model }) => scenario === name && model === 'open');
  const measured = runs.map((one) => ({
    responseMs: one.responseMs,
    requests: one.requests,
    failed: Object.values(one.errors).reduce((sum, count) => sum + count, 0),
  }));
  const absent = `The scenario ${name} was not run at a given rate. ${whyAbsent(result, ['load'])}`.trim();
  const [first] = runs;
  const achieved = limits.achieved === undefined ? [] : [achievedCheck(name, limits.achieved, first, absent)];
  const repeated = limits.retries === undefined ? [] : [retriesCheck(name, limits.retries, first, absent)];
  return [...limitChecks(`SLO ${name}`, limits, measured, absent), ...achieved, ...repeated];
}

function retriesCheck(
  name: string,
  limit: number,
  run: SloResult['load'][number] | undefined,
  absent: string,
): TrustCheck {
  const base = { name: `SLO ${name} retries`, limit: 100 * limit, unit: '% of requests' };
  if (run?.retries === undefined || run.requests === 0)
    return { ...base, ok: null, value: null, why: absent || 'There was no request.' };
  const value = (100 * run.retries) / run.requests;
  return {
    ...base,
    ok: value <= base.limit,
    value,
    why: `${run.retries} repeats for ${run.requests} requests, after serialization failures and deadlocks.`,
  };
}

function achievedCheck(
  name: string,
  limit: number,
  run: SloResult['load'][number] | undefined,
  absent: string,
): TrustCheck {
  const base = { name: `SLO ${name} achieved`, limit: 100 * limit, unit: '% of the offered rate' };
  if (!run?.offeredRate) return { ...base, ok: null, value: null, why: absent };
  const value = (100 * succeededShare(run) * run.achievedRate) / run.offeredRate;
  return {
    ...base,
    ok: value >= 100 * limit,
    value,
    why: `${Math.round(run.offeredRate)}/s were offered; requests that failed were not served.`,
  };
}

function statementChecks(result: SloResult, name: string, limits: Limits): TrustCheck[] {
  const matches = (one: string) => (name.endsWith('/*') ? one.startsWith(name.slice(0, -1)) : one === name);
  const all = result.load.filter(({ model }) => model === 'open').flatMap(({ statements }) => statements);
  const measured = all.filter((one) => matches(one.name));
  const names = [...new Set(measured.map((one) => one.name))];
  if (names.length === 0)
    return limitChecks(
      `SLO ${name}`,
      limits,
      [],
      `No load executes ${name}. ${whyAbsent(result, ['load']) || executed(all)}`.trim(),
    );
  return names.flatMap((each) => {
    const own = measured.filter((one) => one.name === each);
    const whole = own.filter(({ tenantClass }) => tenantClass === null);
    return limitChecks(
      `SLO ${each}`,
      limits,
      (whole.length > 0 ? whole : own).map(({ responseMs, requests, errors }) => ({
        responseMs,
        requests,
        failed: errors,
      })),
      '',
    );
  });
}

/** Of several runs the worst counts. */
function limitChecks(
  name: string,
  limits: Limits,
  measured: readonly Measured[],
  absent: string,
): TrustCheck[] {
  const checks: TrustCheck[] = [];
  for (const level of ['p50', 'p90', 'p99', 'p999', 'max'] as const)
    if (limits[level] !== undefined)
      checks.push(
        measured.length === 0
          ? { name: `${name} ${level}`, ok: null, value: null, limit: limits[level], unit: 'ms', why: absent }
          : worst(
              measured.map(({ responseMs }) =>
                levelCheck(`${name} ${level}`, level, limits[level]!, responseMs),
              ),
            ),
      );
  if (limits.errors !== undefined) {
    const base = { name: `${name} errors`, limit: 100 * limits.errors, unit: '% of requests' };
    const requests = measured.reduce((sum, one) => sum + one.requests, 0);
    const failed = measured.reduce((sum, one) => sum + one.failed, 0);
    const value = requests === 0 ? null : (100 * failed) / requests;
    checks.push(
      value === null
        ? { ...base, ok: null, value, why: absent || 'There was no request.' }
        : { ...base, ok: value <= base.limit, value, why: `${failed} of ${requests} requests failed.` },
    );
  }
  return checks;
}

function levelCheck(
  name: string,
  level: Level,
  limit: number,
  distribution: Distribution,
  what = 'requests',
): TrustCheck {
  const value = distribution[level];
  const base = { name, limit, unit: 'ms' };
  if (value !== null)
    return {
      ...base,
      ok: value <= limit,
      value,
      why: `Of ${distribution.samples} ${what}${what === 'requests' ? ', from the intended start' : ''}.`,
    };
  const { max, samples } = distribution;
  if (max !== null && max <= limit)
    return {
      ...base,
      ok: true,
      value: max,
      why: `${samples} ${what} are too few for a ${level}, but the longest of all is within the limit.`,
    };
  return {
    ...base,
    ok: null,
    value: null,
    why: `${samples} ${what} are too few for a ${level}: it needs ${needed[level]}.`,
  };
}

/** Samples from which a percentile is reported (docs/method.md, "Percentiles"). */
const needed: Readonly<Record<Level, string>> = {
  p50: 'one',
  p90: '1,000',
  p99: '10,000',
  p999: '100,000',
  max: 'one',
};

/** What could be promised instead. */
function executed(all: readonly { readonly name: string }[]): string {
  const names = [...new Set(all.map(({ name }) => name))].sort();
  return names.length === 0 ? '' : `Those that ran: ${names.join(', ')}.`;
}

const rank = ({ ok }: TrustCheck) => (ok === false ? 0 : ok === null ? 1 : 2);
const worst = (checks: readonly TrustCheck[]): TrustCheck =>
  checks.toSorted((a, b) => rank(a) - rank(b) || (b.value ?? 0) - (a.value ?? 0))[0]!;

function replicaChecks(
  result: SloResult,
  name: string,
  limits: { lag?: number; stale?: number },
): TrustCheck[] {
  const replica = result.replication.find((one) => one.replica === name);
  const absent = `The lag of ${name} was not measured. ${whyAbsent(result, ['lag'])}`.trim();
  const checks: TrustCheck[] = [];
  if (limits.lag !== undefined)
    checks.push(
      replica
        ? levelCheck(`SLO ${name} lag p99`, 'p99', limits.lag, replica.lagMs, 'commits')
        : { name: `SLO ${name} lag p99`, ok: null, value: null, limit: limits.lag, unit: 'ms', why: absent },
    );
  if (limits.stale !== undefined) {
    const base = { name: `SLO ${name} stale reads`, limit: 100 * limits.stale, unit: '% of reads' };
    const value = replica?.staleReadsPct ?? null;
    checks.push(
      value === null
        ? { ...base, ok: null, value, why: absent }
        : { ...base, ok: value <= base.limit, value, why: 'Reads that missed the newest write.' },
    );
  }
  return checks;
}

/** Why these parts have no figures: they were skipped, or the run ended before them. */
function whyAbsent({ skipped, run }: SloResult, parts: readonly string[]): string {
  const own = skipped.filter(({ part }) => parts.includes(part));
  if (own.length > 0) return own.map(({ part, why }) => `${part} was skipped: ${why}`).join(' ');
  const ran = run.stages.some(({ name }) => parts.includes(name));
  return run.complete || ran ? '' : 'The run ended before it.';
}
