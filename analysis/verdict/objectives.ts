import type { TrustCheck } from '../../result/run.ts';
import { capacityObjectives } from './capacity.ts';
import { comparisonObjectives, exactComparisons } from './comparisons.ts';
import type { AttackFacts, Facts, LoadFacts } from './facts.ts';
import { failedStatements } from './failed-statements.ts';
import { p99AtMost } from './p99-at-most.ts';
import { rightPages, wrongPages } from './pages.ts';
import { foreignIdentities, poolerObjectives } from './pooler.ts';
import { exactPromises } from './slo-services.ts';

/** The goals of the system under test. One literal. */
export const goals = {
  /** ms, p99 of the replica that the application reads from. */
  replicaLag: 1000,
  replica: 'replica1',
  achievedShare: 0.98,
} as const;

const grouped = (count: number) => count.toLocaleString('en-US');

/** Why an objective is open although nothing is wrong: the user asked for other parts. */
export const notAsked = 'This run did not ask for it.';

/** Objectives that hold or not whatever the machine did meanwhile: a missed one is no matter of trust. */
export const exact: ReadonlySet<string> = new Set([
  'plan expectations',
  'rows of another tenant',
  'ways past row-level security',
  wrongPages,
  foreignIdentities,
  ...exactComparisons,
  ...exactPromises,
]);

/** Thresholds of a script on what is counted, not timed. */
const counted = /\bthreshold olympus_(requests|errors|dropped|rows|bytes)\b/;

/** Whether an objective holds or not whatever the machine did meanwhile. */
export const isExact = (name: string): boolean => exact.has(name) || counted.test(name);

/** The goals of the schema and its statements, each with its answer; ok null where it was not measured. */
export function objectives(facts: Facts): TrustCheck[] {
  const absent = (part: string, base: Pick<TrustCheck, 'name' | 'limit' | 'unit'>): TrustCheck => ({
    ...base,
    ok: null,
    value: null,
    why: whyAbsent(facts, part),
  });
  return [
    planExpectations(facts, absent),
    foreignRows(facts, absent),
    ...(facts.rls?.attacks ? [waysPast(facts.rls.attacks)] : []),
    ...rightPages(facts.paginationChecks ?? []),
    replicaLag(facts, absent),
    ...loads(facts, absent),
    ...poolerObjectives(facts.pooler ?? []),
    ...capacityObjectives(facts.capacity),
    ...comparisonObjectives(facts),
    ...failedStatements(facts),
  ];
}

type Absence = (part: string, base: Pick<TrustCheck, 'name' | 'limit' | 'unit'>) => TrustCheck;

function planExpectations({ plans }: Facts, absent: Absence): TrustCheck {
  const base = { name: 'plan expectations', limit: 0, unit: 'plans missed' };
  const judged = plans.filter(({ expectation }) => expectation.ok !== null);
  if (plans.length === 0) return absent('plans', base);
  if (judged.length === 0)
    return { ...base, ok: null, value: null, why: 'No measured statement declares an expectation.' };
  const missed = judged.filter(({ expectation }) => !expectation.ok);
  const first = missed[0];
  return {
    ...base,
    ok: missed.length === 0,
    value: missed.length,
    why: first
      ? `${first.statement} (${first.variant}, ${first.tenantClass}): ${first.expectation.why}`
      : `All ${judged.length} judged plans are as their statements expect.`,
  };
}

function foreignRows({ rls }: Facts, absent: Absence): TrustCheck {
  const base = { name: 'rows of another tenant', limit: 0, unit: 'rows' };
  if (!rls) return absent('rls', base);
  const { reads, rows, foreignRows: value } = rls.leaks;
  if (reads === 0 || rows === 0)
    return {
      ...base,
      ok: null,
      value: null,
      why: `${reads} reads returned ${rows} rows: nothing was checked.`,
    };
  return {
    ...base,
    ok: value === 0,
    value,
    why: `${grouped(rows)} rows of ${grouped(reads)} reads were checked for their tenant.`,
  };
}

/** What the topology lacks an endpoint for was not tried; what was tried and not understood is not held. */
function waysPast(attacks: readonly AttackFacts[]): TrustCheck {
  const base = { name: 'ways past row-level security', limit: 0, unit: 'ways' };
  const tried = attacks.filter(({ reached }) => reached);
  const leaked = tried.filter(({ outcome }) => outcome === 'leaked');
  const unclear = tried.filter(({ outcome }) => outcome === 'unchecked');
  const [first] = [...leaked, ...unclear];
  const known = tried.filter(({ outcome }) => outcome === 'known').length;
  return {
    ...base,
    ok: leaked.length > 0 ? false : unclear.length > 0 || tried.length === 0 ? null : true,
    value: tried.length === 0 ? null : leaked.length,
    why: first
      ? `${first.name} through the ${first.via} ${first.outcome === 'leaked' ? 'got through' : 'could not be checked'}.`
      : `${tried.length} were tried${known > 0 ? `; ${known} of them PostgreSQL cannot hold, as docs/schema.md says` : ''}.`,
  };
}

function replicaLag({ replication }: Facts, absent: Absence): TrustCheck {
  const limit = goals.replicaLag;
  const base = { name: `${goals.replica} lag p99`, limit, unit: 'ms' };
  const replica = replication.find((one) => one.replica === goals.replica);
  if (!replica) return absent('lag', base);
  const { ok, value, why } = p99AtMost(replica.lagMs, limit);
  return {
    ...base,
    ok,
    value,
    why: why || 'From the commit on the primary until a reader there sees the row.',
  };
}

function loads({ load }: Facts, absent: Absence): TrustCheck[] {
  if (load.length === 0)
    return [
      absent('load', { name: 'achieved / offered rate', limit: goals.achievedShare, unit: '' }),
      absent('load', { name: 'failed requests', limit: 0, unit: 'requests' }),
    ];
  const name = (text: string, { scenario, model }: LoadFacts) =>
    load.length > 1 ? `${scenario}, ${model}: ${text}` : text;
  return load.flatMap((one) => [
    ...(one.model === 'open' ? [{ ...achieved(one), name: name('achieved / offered rate', one) }] : []),
    { ...failed(one), name: name('failed requests', one) },
    ...thresholds(one).map((check) => ({ ...check, name: name(check.name, one) })),
  ]);
}

/** Requests that failed were not served: a system that refuses everything at once does not keep up. */
function achieved(load: LoadFacts): Omit<TrustCheck, 'name'> {
  const { offeredRate, achievedRate, requests } = load;
  const base = { limit: goals.achievedShare, unit: '' };
  if (!offeredRate) return { ...base, ok: null, value: null, why: 'The offered rate is not known.' };
  const value = succeededShare(load) * (achievedRate / offeredRate);
  const ok = value >= goals.achievedShare;
  const answered = achievedRate / offeredRate >= goals.achievedShare;
  return {
    ...base,
    ok,
    value,
    why: ok
      ? 'The system keeps up with the offered rate.'
      : answered
        ? `The system does not serve what is offered: ${grouped(failures(load))} of ${grouped(requests)} requests failed.`
        : 'The system does not keep up: a backlog grows.',
  };
}

const failures = ({ errors }: Pick<LoadFacts, 'errors'>) =>
  Object.values(errors).reduce((sum, count) => sum + count, 0);

/** Of the requests that ended. */
export const succeededShare = ({ errors, requests }: Pick<LoadFacts, 'errors' | 'requests'>): number =>
  requests === 0 ? 0 : 1 - failures({ errors }) / requests;

/** The script's own, as k6 judged them. */
function thresholds({ thresholds: all = [] }: LoadFacts): TrustCheck[] {
  return all.map(({ source, value, limit, ok }) => ({
    ...{ name: `threshold ${source}`, ok, value, limit, unit: '' },
    why: ok ? 'The script declares it, and it was kept.' : 'The script declares it, and it was not kept.',
  }));
}

function failed({ errors, requests }: LoadFacts): Omit<TrustCheck, 'name'> {
  const byState = Object.entries(errors).filter(([, count]) => count > 0);
  const value = byState.reduce((sum, [, count]) => sum + count, 0);
  return {
    ok: value === 0,
    value,
    limit: 0,
    unit: 'requests',
    why: value
      ? `By SQLSTATE: ${byState.map(([state, count]) => `${state} ${count}`).join(', ')}.`
      : `None of ${grouped(requests)} requests failed.`,
  };
}

function whyAbsent({ run, skipped }: Facts, part: string): string {
  const skip = skipped.find((each) => each.part === part);
  if (skip) return `Skipped: ${skip.why}`;
  if (run.stages.some(({ name }) => name === part)) return 'It was run and gave nothing to judge.';
  return run.complete ? notAsked : 'The run ended before it was measured.';
}
