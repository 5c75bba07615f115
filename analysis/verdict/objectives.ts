import type { TrustCheck } from '../../result/run.ts';
import { nothingExpected } from '../explain/expectation.ts';
import { betweenText, judged } from './bounds.ts';
import { bySqlstate } from './by-sqlstate.ts';
import { capacityObjectives } from './capacity.ts';
import { drillObjectives, isCaseObjective, recoveryObjectives, upkeepObjectives } from './case-objectives.ts';
import { comparisonObjectives, exactComparisons } from './comparisons.ts';
import { lagBounds } from './doubts.ts';
import type { AttackFacts, Facts, LoadFacts } from './facts.ts';
import { failedParts } from './failed-parts.ts';
import { failedStatements } from './failed-statements.ts';
import { judging } from './judging.ts';
import { lagRemedy } from './lag-remedy.ts';
import { leftOut } from './left-out.ts';
import { isMigrationObjective, migrationObjectives } from './migrations.ts';
import { onlyEstimated } from './only-estimated.ts';
import { rightPages, wrongPages } from './pages.ts';
import { foreignIdentities, poolerObjectives } from './pooler.ts';
import { failures, notByItself, servedFigures, servedShare } from './served.ts';
import { exactPromises } from './slo-services.ts';
import { takenShare } from './taken-share.ts';
import { isCounted, thresholds } from './thresholds.ts';

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
const inapplicable = 'There is nothing here that it could be asked of: ';

/** Whether an objective without an answer is open: not where nobody asked, or there is nothing to ask. */
export const isOpen = ({ ok, why }: Pick<TrustCheck, 'ok' | 'why'>): boolean =>
  ok === null && why !== notAsked && !why.startsWith(inapplicable);

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

/** Whether an objective holds or not whatever the machine did meanwhile. */
export const isExact = (name: string): boolean =>
  exact.has(name) || isCounted(name) || isCaseObjective(name) || isMigrationObjective(name);

/** The goals of the schema and its statements, each with its answer; ok null where it was not measured. */
export function objectives(facts: Facts): TrustCheck[] {
  const absent = (part: string, base: Pick<TrustCheck, 'name' | 'limit' | 'unit'>): TrustCheck => ({
    ...base,
    ok: null,
    value: null,
    why: whyAbsent(facts, part),
  });
  return [
    ...judging('plans.*', [planExpectations(facts, absent)]),
    ...judging('rls.*', [
      foreignRows(facts, absent),
      ...(facts.rls?.attacks ? [waysPast(facts.rls.attacks)] : []),
    ]),
    ...judging('pagination.*', rightPages(facts.paginationChecks ?? [])),
    ...judging('lag.lag', [replicaLag(facts, absent)]),
    ...judging('load.achieved-rate', loads(facts, absent)),
    ...judging('pooler.*', poolerObjectives(facts.pooler ?? [])),
    ...judging('capacity.*', capacityObjectives(facts.capacity)),
    ...judging('drill.*', drillObjectives(facts.drill ?? [])),
    ...judging('drill.*', migrationObjectives(facts.migration ?? [])),
    ...judging('drill.*', recoveryObjectives(facts.recovery ?? [])),
    ...judging('drill.*', upkeepObjectives('vacuum', facts.vacuum ?? [])),
    ...judging('drill.*', upkeepObjectives('checkpoint', facts.checkpoint ?? [])),
    ...judging(facts.nightly ? 'nightly.*' : 'comparison.*', comparisonObjectives(facts)),
    ...judging('plans.*', failedStatements(facts)),
    ...failedParts(facts),
    ...leftOut(facts),
  ];
}

type Absence = (part: string, base: Pick<TrustCheck, 'name' | 'limit' | 'unit'>) => TrustCheck;

function planExpectations({ plans }: Facts, absent: Absence): TrustCheck {
  const base = { name: 'plan expectations', limit: 0, unit: 'plans missed' };
  const judged = plans.filter(({ expectation }) => expectation.ok !== null);
  if (plans.length === 0) return absent('plans', base);
  if (plans.some(({ estimated }) => estimated)) return { ...base, ok: null, value: null, ...onlyEstimated };
  if (judged.length === 0)
    return {
      ...base,
      ok: null,
      value: null,
      why: plans.every(({ expectation: { why } }) => why === nothingExpected)
        ? `${inapplicable}no measured statement declares an expectation.`
        : 'No measured statement declares an expectation that could be judged.',
    };
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

function replicaLag(facts: Facts, absent: Absence): TrustCheck {
  const limit = goals.replicaLag;
  const base = { name: `${goals.replica} lag p99`, limit, unit: 'ms' };
  const replica = facts.replication.find((one) => one.replica === goals.replica);
  if (!replica) return absent('lag', base);
  const { lagMs, probeErrorMs } = replica;
  const bounds = lagBounds(lagMs, 'p99', probeErrorMs, takenShare(undefined, facts));
  const sides = judged(lagMs, 'p99', bounds, limit);
  const lies = `${betweenText(bounds, 'ms')} by ${grouped(lagMs.samples)} commits, the error of the probe included`;
  if (sides.ok !== null)
    return {
      ...{ ...base, ...sides },
      why: `From the commit on the primary until a reader there sees the row: ${lies}.`,
    };
  const remedy = lagRemedy(probeErrorMs, facts.run);
  return {
    ...{ ...base, ...sides },
    why: `It is ${lies}, which does not lie on one side of the limit.`,
    ...(remedy && { remedy }),
  };
}

function loads(facts: Facts, absent: Absence): TrustCheck[] {
  const { load } = facts;
  if (load.length === 0)
    return [
      absent('load', { name: 'achieved / offered rate', limit: goals.achievedShare, unit: '' }),
      absent('load', { name: 'failed requests', limit: 0, unit: 'requests' }),
    ];
  const name = (text: string, { scenario, model }: LoadFacts) =>
    load.length > 1 ? `${scenario}, ${model}: ${text}` : text;
  return load.flatMap((one) =>
    [
      ...(one.model === 'open' ? [{ ...achieved(one, facts), name: 'achieved / offered rate' }] : []),
      { ...failed(one), name: 'failed requests', figures: ['load.all-errors'] },
      ...thresholds(one, facts),
    ].map((check) => ({
      ...check,
      name: name(check.name, one),
      labels: { scenario: one.scenario, model: one.model },
    })),
  );
}

/** Requests that failed were not served: a system that refuses everything at once does not keep up. */
function achieved(load: LoadFacts, facts: Facts): Omit<TrustCheck, 'name'> {
  const { offeredRate, requests } = load;
  const limit = goals.achievedShare;
  const base = { limit, unit: '' };
  if (!offeredRate) return { ...base, ok: null, value: null, why: 'The offered rate is not known.' };
  const { answered, ...served } = servedShare({ ...load, offeredRate }, limit, facts);
  return {
    ...{ ...base, ...served },
    ...servedFigures(answered),
    why: served.ok
      ? 'The system keeps up with the offered rate.'
      : served.ok === null
        ? notByItself
        : answered
          ? `The system does not serve what is offered: ${grouped(failures(load))} of ${grouped(requests)} requests failed.`
          : 'The system does not keep up: a backlog grows.',
  };
}

function failed({ errors, requests }: LoadFacts): Omit<TrustCheck, 'name'> {
  const value = failures({ errors });
  return {
    ok: value === 0,
    value,
    limit: 0,
    unit: 'requests',
    why: value ? bySqlstate(errors) : `None of ${grouped(requests)} requests failed.`,
  };
}

function whyAbsent({ run, skipped }: Facts, part: string): string {
  const skip = skipped.find((each) => each.part === part);
  if (skip) return `${skip.applies === false ? inapplicable : 'Skipped: '}${skip.why}`;
  if (run.stages.some(({ name }) => name === part)) return 'It was run and gave nothing to judge.';
  return run.complete ? notAsked : 'The run ended before it was measured.';
}
