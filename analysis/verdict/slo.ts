import type { TrustCheck } from '../../result/run.ts';
import { againWith } from './again.ts';
import { betweenText, type Distribution, judged, type Level, levels, samplesToSettle } from './bounds.ts';
import { type LoadDoubts, lagBounds, loadDoubts, responseBounds } from './doubts.ts';
import type { Facts, LoadFacts } from './facts.ts';
import type { Promises } from './judge.ts';
import { judging } from './judging.ts';
import { lagRemedy } from './lag-remedy.ts';
import { notByItself, servedFigures, servedShare } from './served.ts';
import { type StoreLimits, type StoreResult, storeChecks } from './slo-services.ts';
import { takenShare } from './taken-share.ts';

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

interface Measured {
  readonly responseMs: Distribution;
  readonly serviceMs?: Distribution | undefined;
  readonly requests: number;
  readonly failed: number;
  readonly doubts: LoadDoubts;
  /** Requests a second, of which more are had by a longer run. */
  readonly rate: number;
}

/** Load with the percentiles that a promise is about; a `Result` has them. */
export interface SloResult extends Pick<Facts, 'skipped' | 'run' | 'trust' | 'environment'>, StoreResult {
  readonly load: readonly (LoadFacts & {
    readonly statements: readonly {
      readonly name: string;
      readonly tenantClass: string | null;
      readonly requests: number;
      readonly errors: number;
      readonly responseMs: Distribution;
      readonly serviceMs?: Distribution;
    }[];
  })[];
  readonly replication: readonly {
    readonly replica: string;
    readonly lagMs: Distribution;
    readonly probeErrorMs: number | null;
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
  const timed = levels.some((level) => limits[level] !== undefined);
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
    ...Object.entries(slo.scenarios).flatMap(([name, limits]) =>
      judging('load.all-errors', scenarioChecks(result, name, limits)),
    ),
    ...Object.entries(slo.statements).flatMap(([name, limits]) =>
      judging('load.all-errors', statementChecks(result, name, limits)),
    ),
    ...Object.entries(slo.replicas).flatMap(([name, limits]) =>
      judging('lag.stale-reads', replicaChecks(result, name, limits)),
    ),
    ...Object.entries(slo.stores).flatMap(([store, limits]) =>
      judging(
        `${store}.*`,
        storeChecks(result, limits, (part) => whyAbsent(result, [part])),
      ),
    ),
  ];
}

function scenarioChecks(result: SloResult, name: string, limits: Limits): TrustCheck[] {
  const runs = result.load.filter(({ scenario, model }) => scenario === name && model === 'open');
  const measured = runs.map((one) => ({
    ...circumstances(one, result),
    responseMs: one.responseMs,
    serviceMs: one.serviceMs,
    requests: one.requests,
    failed: Object.values(one.errors).reduce((sum, count) => sum + count, 0),
  }));
  const absent = `The scenario ${name} was not run at a given rate. ${whyAbsent(result, ['load'])}`.trim();
  const [first] = runs;
  const achieved =
    limits.achieved === undefined ? [] : [achievedCheck(result, name, limits.achieved, first, absent)];
  const repeated = limits.retries === undefined ? [] : [retriesCheck(name, limits.retries, first, absent)];
  return [...limitChecks(result, `SLO ${name}`, limits, measured, absent), ...achieved, ...repeated];
}

const circumstances = (load: LoadFacts, result: SloResult) => ({
  doubts: loadDoubts(load, result),
  rate: load.achievedRate,
});

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
  result: SloResult,
  name: string,
  limit: number,
  run: SloResult['load'][number] | undefined,
  absent: string,
): TrustCheck {
  const base = { name: `SLO ${name} achieved`, limit: 100 * limit, unit: '% of the offered rate' };
  if (!run?.offeredRate) return { ...base, ok: null, value: null, why: absent };
  const { offeredRate } = run;
  const { answered, ok, value, low, high } = servedShare({ ...run, offeredRate }, limit, result);
  return {
    ...{ ...base, ok, value: 100 * value },
    ...{ low: 100 * low, high: 100 * high },
    ...servedFigures(answered),
    why:
      ok === null
        ? notByItself
        : `${Math.round(offeredRate)}/s were offered; requests that failed were not served.`,
  };
}

function statementChecks(result: SloResult, name: string, limits: Limits): TrustCheck[] {
  const matches = (one: string) => (name.endsWith('/*') ? one.startsWith(name.slice(0, -1)) : one === name);
  const all = result.load
    .filter(({ model }) => model === 'open')
    .flatMap((load) =>
      load.statements.map((one) => {
        const { doubts, rate } = circumstances(load, result);
        return { ...one, doubts, rate: (rate * one.requests) / Math.max(1, load.requests) };
      }),
    );
  const measured = all.filter((one) => matches(one.name));
  const names = [...new Set(measured.map((one) => one.name))];
  if (names.length === 0)
    return limitChecks(
      result,
      `SLO ${name}`,
      limits,
      [],
      `No load executes ${name}. ${whyAbsent(result, ['load']) || executed(all)}`.trim(),
    );
  return names.flatMap((each) => {
    const own = measured.filter((one) => one.name === each);
    const whole = own.filter(({ tenantClass }) => tenantClass === null);
    return limitChecks(
      result,
      `SLO ${each}`,
      limits,
      (whole.length > 0 ? whole : own).map(({ errors, ...one }) => ({ ...one, failed: errors })),
      '',
    );
  });
}

/** Of several runs the worst counts. */
function limitChecks(
  { run }: SloResult,
  name: string,
  limits: Limits,
  measured: readonly Measured[],
  absent: string,
): TrustCheck[] {
  const checks: TrustCheck[] = [];
  for (const level of levels)
    if (limits[level] !== undefined)
      checks.push(
        measured.length === 0
          ? {
              name: `${name} ${level}`,
              ok: null,
              value: null,
              limit: limits[level],
              unit: 'ms',
              why: absent,
              figures: ['load.response'],
            }
          : worst(measured.map((one) => levelCheck(`${name} ${level}`, level, limits[level]!, one, run))),
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
  { responseMs, serviceMs, doubts, rate }: Measured,
  run: Facts['run'],
): TrustCheck {
  const bounds = responseBounds({ response: responseMs, service: serviceMs }, level, doubts);
  const sides = judged(responseMs, level, bounds, limit);
  const base = { name, limit, unit: 'ms', ...sides, figures: ['load.response'] };
  const lies = `${betweenText(bounds, 'ms')} by ${responseMs.samples.toLocaleString('en-US')} requests, from the intended start${doubtText(doubts)}`;
  if (sides.ok !== null) return { ...base, why: `${sentenceCase(lies)}.` };
  return { ...base, ...settle(run, { lies, limit, level, samples: responseMs.samples, bounds, rate }) };
}

const sentenceCase = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}`;

function doubtText({ late, dropped, taken }: LoadDoubts): string {
  const why = [
    late && 'starts may be late',
    dropped && 'some never started',
    taken > 0 && `up to ${Math.round(100 * taken)} % of the cores were not the server’s`,
  ].filter(Boolean);
  return why.length > 0 ? ` (${why.join(', ')})` : '';
}

/** Why an interval decides nothing, and which run would: how long, and of how many requests. */
function settle(
  run: Facts['run'],
  {
    lies,
    limit,
    level,
    samples,
    bounds,
    rate,
  }: {
    lies: string;
    limit: number;
    level: Level;
    samples: number;
    bounds: { low: number | null; high: number | null };
    rate: number;
  },
): Pick<TrustCheck, 'why' | 'remedy'> {
  const why = `It is ${lies}, and the limit lies within.`;
  const needed = samplesToSettle(bounds, limit, { samples, level });
  if (needed === null || rate <= 0) return { why };
  const seconds = Math.ceil(needed / rate);
  const command = againWith(run, { '--duration': `${seconds}s` });
  return {
    why: `${why} About ${needed.toLocaleString('en-US')} requests, ${seconds} s, would settle it.`,
    ...(command && { remedy: command }),
  };
}

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
        ? lagCheck(result, name, limits.lag, replica)
        : {
            ...{ name: `SLO ${name} lag p99`, ok: null, value: null, limit: limits.lag, unit: 'ms' },
            ...{ why: absent, figures: ['lag.lag'] },
          },
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

function lagCheck(
  result: SloResult,
  name: string,
  limit: number,
  { lagMs, probeErrorMs }: SloResult['replication'][number],
): TrustCheck {
  const bounds = lagBounds(lagMs, 'p99', probeErrorMs, takenShare(undefined, result));
  const sides = judged(lagMs, 'p99', bounds, limit);
  const base = { name: `SLO ${name} lag p99`, limit, unit: 'ms', ...sides, figures: ['lag.lag'] };
  const lies = `${betweenText(bounds, 'ms')} by ${lagMs.samples} commits, the error of the probe included`;
  if (sides.ok !== null) return { ...base, why: `${sentenceCase(lies)}.` };
  const remedy = lagRemedy(probeErrorMs, result.run);
  return { ...base, why: `It is ${lies}, and the limit lies within.`, ...(remedy && { remedy }) };
}

/** Why these parts have no figures: they were skipped, or the run ended before them. */
function whyAbsent({ skipped, run }: SloResult, parts: readonly string[]): string {
  const own = skipped.filter(({ part }) => parts.includes(part));
  if (own.length > 0) return own.map(({ part, why }) => `${part} was skipped: ${why}`).join(' ');
  const ran = run.stages.some(({ name }) => parts.includes(name));
  return run.complete || ran ? '' : 'The run ended before it.';
}
