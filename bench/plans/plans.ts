import { checkExpectations, type ForeignRows } from '../../analysis/explain/expectation.ts';
import { fingerprints } from '../../analysis/explain/fingerprint.ts';
import { describe, nodesOf, type Plan } from '../../analysis/explain/plan.ts';
import { planLines } from '../../analysis/explain/plan-lines.ts';
import { worstEstimate } from '../../analysis/explain/q-error.ts';
import { renderPlan } from '../../analysis/explain/render.ts';
import {
  jsonWithoutValues,
  planWithoutValues,
  withoutValues,
} from '../../analysis/explain/without-values.ts';
import { Fault } from '../../config/fault.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import type {
  NestedPlan,
  PlanDiffResult,
  PlanResult,
  Result,
  StatementText,
  TableState,
  Warning,
} from '../../result/result.ts';
import { forTenant } from '../../scenarios/identity.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../scenarios/statement.ts';
import type { Measure, Setting } from '../measure.ts';
import { isBarred } from '../postgres/barred.ts';
import { type Explained, explain } from '../postgres/explain.ts';
import { callsFunctions, type Nested, nestedPlans } from '../postgres/nested-plans.ts';
import { type Row, rowOwners } from '../postgres/row-owner.ts';
import { openPlanSessions, type PlanSessions } from '../postgres/sessions.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { planModes } from './modes.ts';
import { type Captured, planPairs } from './plan-pairs.ts';
import { readDeadRows, tableState } from './table-state.ts';

type Variant = 'owner' | 'app';

/** Where one login stands for both, what it reads is read once. */
const variantsOf = ({ roles }: Setting['project'], { role }: Statement): readonly Variant[] =>
  roles.app === roles.owner ? [role] : ['owner', 'app'];

export const plans: Measure = {
  part: 'plans',
  needs: ['primary'],
  async run(setting) {
    const [reads, writes] = (['read', 'write'] as const).map((kind) =>
      setting.catalogue.filter((statement) => statement.kind === kind),
    ) as [Statement[], Statement[]];
    const found = await plansOf(setting, reads);
    const written = writes.length > 0 ? await onCopy(setting, writes) : await stateAlone(setting);
    const both = {
      statements: statementTexts(setting.catalogue, [...found.plans, ...written.plans]),
      plans: [...found.plans, ...written.plans],
      planPairs: [...found.pairs, ...written.pairs],
      tableState: written.tableState,
      warnings: [...found.warnings, ...written.warnings],
    };
    return setting.budget.planModes ? withModes(setting, both) : both;
  },
};

const statementTexts = (catalogue: readonly Statement[], all: readonly PlanResult[]): StatementText[] => {
  const planned = new Set(all.map(({ statement }) => statement));
  return catalogue.flatMap(({ name, what, sql, role, kind }) =>
    planned.has(name) ? [{ name, what, sql, role, kind }] : [],
  );
};

interface Found {
  readonly plans: PlanResult[];
  readonly pairs: PlanDiffResult[];
  readonly warnings: Warning[];
}

async function plansOf(setting: Setting, statements: readonly Statement[]): Promise<Found> {
  await using sessions = await openPlanSessions(setting);
  const { admin } = sessions;
  const found: Found = { plans: [], pairs: [], warnings: [] };
  const total = statements.length * setting.tenants.length;
  let done = 0;
  for (const statement of statements) {
    const variants = variantsOf(setting.project, statement);
    const captured: Captured[] = [];
    for (const tenant of setting.tenants) {
      setting.signal.throwIfAborted();
      const [draw] = await drawParameters(admin, statement, tenant, 1, setting.seed);
      if (!draw) found.warnings.push(noParameters(statement, tenant));
      for (const variant of draw ? variants : []) {
        try {
          captured.push(await capturePlan(setting, { statement, tenant, variant, draw: draw!, sessions }));
        } catch (error) {
          setting.signal.throwIfAborted();
          if (isBarred(statement, variant, error)) continue;
          found.warnings.push(failed(statement, tenant, variant, error as Error));
        }
      }
      done += 1;
      setting.progress.count(done, total, 'plans');
    }
    found.plans.push(...captured.map(({ result }) => result));
    found.pairs.push(...planPairs(captured, sessions.lineage));
  }
  return found;
}

type Written = Found & { readonly tableState: TableState[] };

/**
 * Writes are executed, and what is taken back leaves dead rows and pending entries: on a copy, so that the base stays as it
 * was and the next run reads the same pages.
 */
async function onCopy(setting: Setting, writes: readonly Statement[]): Promise<Written> {
  const primary = setting.topology.get('primary');
  const dead = await deadRowsOf(setting);
  await using made = new AsyncDisposableStack();
  let copy: string;
  try {
    copy = made.use(await cloneDatabase(primary, setting.database, `${setting.database}_plans`)).database;
  } catch (error) {
    setting.signal.throwIfAborted();
    return {
      ...{ plans: [], pairs: [] },
      warnings: [notCopied(writes, error as Error)],
      tableState: await tableState(dead, null),
    };
  }
  const found = await plansOf({ ...setting, database: copy }, writes);
  await using admin = await connect(primary.url('admin', copy), 'olympus-plans');
  return { ...found, tableState: await tableState(dead, admin) };
}

const stateAlone = async (setting: Setting): Promise<Written> => ({
  ...{ plans: [], pairs: [], warnings: [] },
  tableState: await tableState(await deadRowsOf(setting), null),
});

async function deadRowsOf({ topology, database }: Setting): Promise<ReadonlyMap<string, number>> {
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-plans');
  return await readDeadRows(admin);
}

const notCopied = (writes: readonly Statement[], error: Error): Warning => ({
  code: 'writes-not-explained',
  message: `${writes.map(({ name }) => name).join(', ')}: no plan, for writes are executed on a copy of the database, and it could not be made: ${error.message}`,
  advice: error instanceof Fault ? error.next : 'Measure where a database can be made beside this one.',
});

/** As `plans`, with the plan modes whatever the suite. */
export const plansInModes: Measure = {
  ...plans,
  async run(setting) {
    const found = await plans.run({ ...setting, budget: { ...setting.budget, planModes: false } });
    return withModes(setting, found);
  },
};

async function withModes(setting: Setting, found: Partial<Result>): Promise<Partial<Result>> {
  const modes = await planModes(setting);
  return { ...found, planModes: modes.planModes, warnings: [...(found.warnings ?? []), ...modes.warnings] };
}

interface Capture {
  readonly statement: Statement;
  readonly tenant: Tenant;
  readonly variant: Variant;
  readonly draw: Draw;
  readonly sessions: PlanSessions;
}

/** The owner gets the identity too: it filters by tenant itself, but functions ask who is calling. */
async function capturePlan(setting: Setting, capture: Capture): Promise<Captured> {
  const { statement, tenant, variant, draw, sessions } = capture;
  const session = sessions.as[variant];
  const { explained, rows } = await forTenant(session, tenant, async () => {
    const explained = await warmPlan(session, statement, draw, setting.budget.planRepeats);
    const rows = statement.kind === 'read' ? (await session.query<Row>(statement.sql, draw)).rows : null;
    return { explained, rows };
  });
  const file = `plans/${statement.name.replaceAll('/', '-')}.${tenant.class}.${variant}.json`;
  const kept = await setting.keep(file, setting.masked ? jsonWithoutValues(explained.json) : explained.json);
  const foreign = await foreignRows(sessions.admin, tenant, rows);
  const nested = callsFunctions(explained.plan)
    ? await openFunctions(capture, setting.masked === true)
    : null;
  const masked = setting.masked === true;
  const result = { ...planResult(capture, explained.plan, foreign, masked), ...nested, file: kept };
  return { plan: explained.plan, result };
}

/** What its functions ran: EXPLAIN has them as one node. */
async function openFunctions({ statement, tenant, variant, draw, sessions }: Capture, masked: boolean) {
  const { session, why } = await sessions.nested(variant);
  const found: Nested = session
    ? await nestedPlans(session, statement.sql, tenant, draw)
    : { kind: 'closed', why };
  if (found.kind === 'closed') return { nestedWhy: found.why };
  const plans = masked ? found.plans.map(nestedWithoutValues) : found.plans;
  return plans.length > 0 ? { nested: plans } : null; // a function of the server itself runs no statement
}

/** Executions beyond the suite's, until the fewest pages have been read twice. */
const moreExecutions = 3;
/** Executions beyond those, until the expected time is met: a neighbour on the machine is no missed expectation. */
const moreForTime = 12;

/**
 * Of several executions those that read the fewest pages, of these the fastest: the first sets hint bits and fills
 * memory, and now and then one reads the system's catalogue, because somebody else's change made it forget.
 */
async function warmPlan(
  session: Session,
  statement: Statement,
  draw: Draw,
  repeats: number,
): Promise<Explained> {
  const seen: Explained[] = [];
  for (;;) {
    seen.push(await explainOnce(session, statement, draw));
    const fewest = Math.min(...seen.map(pages));
    const warm = seen.filter((each) => pages(each) === fewest);
    if (seen.length < repeats || (warm.length < 2 && seen.length < repeats + moreExecutions)) continue;
    const fastest = warm.toSorted((a, b) => (a.plan.executionMs ?? 0) - (b.plan.executionMs ?? 0))[0]!;
    const inTime = (fastest.plan.executionMs ?? 0) <= longestExpected(statement);
    if (inTime || seen.length >= repeats + moreExecutions + moreForTime) return fastest;
  }
}

/** Milliseconds that the statement may take as it expects; without limit when it expects none. */
const longestExpected = ({ expects }: Statement): number =>
  Math.min(...expects.map((each) => (each.kind === 'at-most-ms' ? each.limit : Infinity)), Infinity);

/** What a write does is taken back before it is done again: it may refuse to do the same twice. */
async function explainOnce(session: Session, { sql, kind }: Statement, draw: Draw): Promise<Explained> {
  if (kind === 'read') return explain(session, sql, draw);
  await session.query('SAVEPOINT once');
  try {
    return await explain(session, sql, draw);
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT once');
  }
}

const pages = ({ plan: { root } }: Explained) => (root.buffers ? root.buffers.hit + root.buffers.read : 0);

async function foreignRows(
  admin: Session,
  tenant: Tenant,
  rows: readonly Row[] | null,
): Promise<ForeignRows> {
  if (rows === null) return { rows: null, why: 'A write returns no rows to look at.' };
  const owners = await rowOwners(admin, rows);
  const foreign = owners.filter((owner) => owner !== null && owner !== tenant.id).length;
  const unknown = owners.filter((owner) => owner === null).length;
  if (foreign > 0) return { rows: foreign, why: `${foreign} of ${rows.length} rows are of another tenant.` };
  if (unknown > 0)
    return {
      rows: null,
      why: `${unknown} rows have neither organization_id nor an id that says whose they are.`,
    };
  return { rows: 0, why: `All ${rows.length} rows are of the tenant.` };
}

function planResult(
  { statement, tenant, variant, draw, sessions: { lineage } }: Capture,
  plan: Plan,
  foreign: ForeignRows,
  masked: boolean,
): PlanResult {
  const { root } = plan;
  const shown = masked ? planWithoutValues(plan) : plan;
  const worst = worstEstimate(root);
  const indexes = nodesOf(root).flatMap(({ index }) => (index ? [lineage.indexes.get(index) ?? index] : []));
  return {
    statement: statement.name,
    variant,
    tenantClass: tenant.class,
    ...fingerprints(root, lineage),
    buffers: { hit: root.buffers?.hit ?? null, read: root.buffers?.read ?? null },
    executionMs: plan.executionMs,
    planningMs: plan.planningMs,
    rows: root.totalRows,
    maxQError: worst?.qError ?? null,
    maxQErrorNode: worst ? describe(worst.node) : null,
    indexes: [...new Set(indexes)].sort(),
    tree: renderPlan(shown),
    lines: planLines(shown),
    ...(statement.params.length > 0 && {
      parameters: statement.params.map(({ name }, at) => ({
        name,
        value: masked ? notShown : (draw[at] ?? null),
      })),
    }),
    expectation:
      variant === statement.role
        ? checkExpectations(statement.expects, plan, lineage, foreign)
        : { ok: null, why: `It is expected of the statement as ${statement.role}.` },
  };
}

/** In place of a value that is the user's. */
const notShown = 'not shown (--show-values shows it)';

const nestedWithoutValues = (nested: NestedPlan): NestedPlan => ({
  ...nested,
  sql: withoutValues(nested.sql),
  lines: nested.lines.map((line) => ({
    ...line,
    conditions: line.conditions.map(({ name, text }) => ({ name, text: withoutValues(text) })),
  })),
});

const noParameters = ({ name }: Statement, { class: tenantClass }: Tenant): Warning => ({
  code: 'no-parameters',
  message: `${name} was not measured for the ${tenantClass}: a source of its parameters has no row there.`,
  advice: 'Take a larger scale, or a source that this tenant has.',
});

/** Without tenants there is one class, "all": nobody to name. */
const named = (tenantClass: Tenant['class']): string =>
  tenantClass === 'all' ? '' : `for the ${tenantClass} `;

const failed = (
  { name, file }: Statement,
  { class: tenantClass }: Tenant,
  variant: Variant,
  { message }: Error,
): Warning => ({
  code: 'statement-failed',
  message: `${name} failed ${named(tenantClass)}as ${variant}: ${message}`,
  advice: `Run it by hand; it is in ${file}.`,
});
