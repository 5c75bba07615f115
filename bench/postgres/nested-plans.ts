import { nodesOf, type Plan } from '../../analysis/explain/plan.ts';
import { planLines } from '../../analysis/explain/plan-lines.ts';
import { readPlan } from '../../analysis/explain/read.ts';
import { type Connection, connect, identifier } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { NestedPlan } from '../../result/result.ts';
import { forTenant } from '../../scenarios/identity.ts';
import type { Draw, Tenant } from '../../scenarios/statement.ts';

/** What the functions of one statement ran, or why that is not known. */
export type Nested =
  | { readonly kind: 'opened'; readonly plans: NestedPlan[] }
  | { readonly kind: 'closed'; readonly why: string };

/** A statement may call a function for each of its rows: plans beyond these are counted and not read. */
const maxRead = 2000;
/** Statements of the functions that are kept, the most expensive ones. */
const maxKept = 8;

/** EXPLAIN ends at a function or a trigger: the pages are in its figures, what it ran is not. */
export const callsFunctions = ({ root, triggers }: Plan): boolean => {
  const nodes = nodesOf(root);
  const readsNothing = nodes.every(({ relation, cte }) => relation === null && cte === null);
  const pages = root.buffers === null ? 0 : root.buffers.hit + root.buffers.read;
  return (
    nodes.some(({ type }) => type === 'Function Scan') || (readsNothing && pages > 0) || triggers.length > 0
  );
};

/**
 * Opens a session that acts as another login and reports the plan of each statement that a function runs
 * (auto_explain with nested statements). Its settings are a superuser's: where the admin is none, `why` says so.
 */
export async function openNestedPlans(topology: Topology, database: string, login: 'app' | 'owner') {
  const primary = topology.get('primary');
  const session = await connect(primary.url('admin', database), 'olympus-nested-plans');
  try {
    await session.query(`LOAD 'auto_explain'`);
    for (const [name, value] of Object.entries(settings))
      await session.query(`SELECT set_config($1, $2, false)`, [name, value]);
    const user = decodeURIComponent(new URL(primary.url(login, database)).username);
    await session.query(`SET SESSION AUTHORIZATION ${identifier(user)}`);
  } catch (error) {
    await session[Symbol.asyncDispose]();
    return { session: null, why: `auto_explain cannot be used: ${(error as Error).message}` };
  }
  return { session, why: '' };
}

const settings = {
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
  client_min_messages: 'notice',
  log_min_messages: 'fatal', // these plans are ours alone: the server's log stays as it was
  max_parallel_workers_per_gather: '0',
  statement_timeout: '30s',
};

/** Executes the statement once in a transaction that is taken back, and reads the plans of what its functions ran. */
export async function nestedPlans(
  session: Connection,
  sql: string,
  tenant: Tenant,
  draw: Draw,
): Promise<Nested> {
  const messages: string[] = [];
  let missed = 0;
  const listen = ({ message }: { message?: string | undefined }) => {
    if (message === undefined || !/^duration: [\d.]+ ms\s+plan:/.test(message)) return;
    if (messages.length < maxRead) messages.push(message);
    else missed++;
  };
  try {
    await forTenant(session, tenant, async () => {
      await session.query('SAVEPOINT planned');
      await session.query(sql, draw); // the first execution plans what a function keeps
      await session.query('ROLLBACK TO SAVEPOINT planned'); // a write may refuse to do the same twice
      session.client.on('notice', listen);
      await session.query(sql, draw);
      session.client.off('notice', listen);
    });
  } catch (error) {
    return {
      kind: 'closed',
      why: `It could not be executed to open its functions: ${(error as Error).message}`,
    };
  } finally {
    session.client.off('notice', listen);
  }
  if (missed > 0)
    return {
      kind: 'closed',
      why: `Its functions ran ${messages.length + missed} statements; at most ${maxRead} are read.`,
    };
  return { kind: 'opened', plans: byStatement(messages, sql) };
}

/** The statement itself is logged too, after all that it called. */
function byStatement(messages: readonly string[], sql: string): NestedPlan[] {
  const plans = messages.flatMap((message) => {
    const reading = readPlan(message);
    return reading.kind === 'plan' ? [reading.plan] : [];
  });
  const nested = plans.at(-1)?.query?.trim() === sql.trim() ? plans.slice(0, -1) : plans;
  return [...Map.groupBy(nested, ({ query }) => query ?? 'not known')]
    .map(([text, all]) => nestedPlan(text, all))
    .toSorted((a, b) => (b.buffers ?? 0) - (a.buffers ?? 0))
    .slice(0, maxKept);
}

function nestedPlan(sql: string, plans: readonly Plan[]): NestedPlan {
  const times = plans.map(({ root }) => root.inclusiveMs);
  const slowest = plans.toSorted((a, b) => (b.root.inclusiveMs ?? 0) - (a.root.inclusiveMs ?? 0))[0]!;
  return {
    ...{ sql, calls: plans.length },
    executionMs: wholeSum(times),
    buffers: wholeSum(plans.map(({ root: { buffers } }) => buffers && buffers.hit + buffers.read)),
    lines: planLines(slowest),
  };
}

/** Null where one is not known. */
const wholeSum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
