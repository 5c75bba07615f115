import { keptFromIndex } from '../../analysis/explain/kept-from-index.ts';
import type { Lineage } from '../../analysis/explain/lineage.ts';
import { lostEstimate } from '../../analysis/explain/lost-estimate.ts';
import type { Plan } from '../../analysis/explain/plan.ts';
import { pairsNeeded, ratioOfPairs } from '../../analysis/statistics/hodges-lehmann.ts';
import { median } from '../../analysis/statistics/quantile.ts';
import { Fault } from '../../config/fault.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { RlsOverhead } from '../../result/result.ts';
import { settingsCall } from '../../scenarios/identity.ts';
import type { Draw, Statement, Tenant } from '../../scenarios/statement.ts';
import { explain } from '../postgres/explain.ts';
import { execution, prepare } from '../postgres/prepared.ts';
import type { Form } from './forms.ts';
import { leakyFunctions } from './leaky-functions.ts';
import { interleave } from './rounds.ts';

const level = 0.95;
/** A slot executes its statement as often as fits into this time, and is the median of these executions. */
const slotMs = 5;
const maxPerSlot = 20;
/** Enough pairs for an interval are measured when they take at most this, in place of a smaller allowance. */
const fewestPairsMs = 800;
const warmExecutions = 3;
const tooLongToRepeat = 200;
const timeoutMs = 3000;
const name = 'olympus_rls';

export interface OverheadTask {
  readonly statement: Statement;
  readonly tenant: Tenant;
  /** One is drawn for each round; all forms execute the same one. */
  readonly draws: readonly Draw[];
  readonly pairs: number;
  readonly seed: number;
  /** Milliseconds that this task may take; slow forms get fewer pairs. */
  readonly allowance: number;
  /** Whether it may take a little more, where that makes an interval possible. */
  readonly enoughForInterval: boolean;
  readonly signal: AbortSignal;
  /** Where conditions are looked up that a policy keeps from an index: a superuser on a copy; null: they are not. */
  readonly copy: Session | null;
  readonly lineage: Lineage;
}

interface Ready {
  readonly form: Form;
  readonly session: Session;
  /** Why this form cannot be measured; null when it can. */
  readonly why: string | null;
  readonly perSlot: number;
  readonly slotCost: number;
}

/**
 * What each form after the first (off) costs beside the owner with a filter, for one statement and tenant: ratios of execution times without
 * planning. The transactions are rolled back.
 */
export async function measureOverhead(
  sessions: ReadonlyMap<Form, Session>,
  task: OverheadTask,
): Promise<RlsOverhead[]> {
  const ready: Ready[] = [];
  try {
    for (const [form, session] of sessions) ready.push(await warm(form, session, task));
    const deadline = performance.now() + Math.max(task.allowance, task.enoughForInterval ? fewestPairsMs : 0);
    const contenders = ready.map((each) => ({
      rounds: roundsOf(each, task, sessions.size),
      slot: (round: number) => slot(each.session, task, task.draws[round % task.draws.length]!, each.perSlot),
    }));
    const times = await interleave(contenders, task.seed, () => {
      task.signal.throwIfAborted();
      return performance.now() > deadline;
    });
    const plans: (Plan | null)[] = [];
    // one after the other: off and wrapped write to the same rows of one database
    for (const each of ready) plans.push(await planOf(each, task.draws[0]!));
    const overheads: RlsOverhead[] = [];
    for (let i = 1; i < ready.length; i++)
      overheads.push({
        ...overhead(task, ready, times, plans, i),
        ...(await lossOf(task, plans[0], plans[i])),
      });
    return overheads;
  } finally {
    for (const session of sessions.values()) {
      await session.query('ROLLBACK').catch(() => {});
      await session.query('DEALLOCATE ALL').catch(() => {});
    }
  }
}

/** As many as its share of the time allows, but enough for an interval where that is cheap. */
function roundsOf(
  { why, slotCost }: Ready,
  { pairs, allowance, enoughForInterval }: OverheadTask,
  forms: number,
): number {
  if (why) return 0;
  const cheap = pairsNeeded(level) * slotCost * forms <= fewestPairsMs;
  const fewest = enoughForInterval && cheap ? pairsNeeded(level) : 0;
  return Math.min(pairs, Math.max(fewest, Math.floor(allowance / forms / slotCost)));
}

/**
 * Begins the transaction under the identity, prepares, executes until warm, and sees how long one execution takes.
 * Always custom plans: a generic one, which the server may choose after five executions, would be another comparison.
 */
async function warm(
  form: Form,
  session: Session,
  { statement, tenant, draws }: OverheadTask,
): Promise<Ready> {
  const identity = settingsCall(tenant);
  try {
    await session.query(
      `BEGIN; SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL plan_cache_mode = force_custom_plan`,
    );
    if (identity) await session.query(identity.text, identity.values);
    await prepare(session, name, statement.sql);
    let wall = Number.POSITIVE_INFINITY;
    for (let i = 0; i < warmExecutions; i++) {
      const start = performance.now();
      await slot(session, { statement }, draws[i % draws.length]!, 1);
      wall = Math.min(wall, performance.now() - start);
      if (wall > tooLongToRepeat) break;
    }
    const perSlot = Math.max(1, Math.min(maxPerSlot, Math.round(slotMs / wall)));
    return { form, session, why: null, perSlot, slotCost: wall * perSlot };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const why =
      code === queryCanceled
        ? `It did not end within ${timeoutMs / 1000} s under ${form}.`
        : `It fails under ${form}: ${message}`;
    return { form, session, why, perSlot: 0, slotCost: 0 };
  }
}

const queryCanceled = '57014';

/**
 * Executions in one message; the median of the server's execution times. Not the client's: what lies between them is
 * the same for all forms, and on a busy machine more than a short statement. What a write does is taken back each time.
 */
async function slot(
  session: Session,
  { statement }: Pick<OverheadTask, 'statement'>,
  draw: Draw,
  times: number,
): Promise<number> {
  const timed = `EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, COSTS OFF, SUMMARY ON) ${execution(name, draw)}`;
  const one = statement.kind === 'read' ? timed : `SAVEPOINT slot;${timed};ROLLBACK TO SAVEPOINT slot`;
  const answers = await session.query<{ 'QUERY PLAN': string }>(new Array(times).fill(one).join(';'));
  const all = Array.isArray(answers) ? (answers as (typeof answers)[]) : [answers];
  const plans = all.filter(({ rows }) => rows.length > 0);
  return median(plans.map(({ rows }) => executionTime(rows.map((row) => row['QUERY PLAN']))))!;
}

function executionTime(lines: readonly string[]): number {
  const found = lines.map((line) => /^Execution Time: ([\d.]+) ms$/.exec(line)?.[1]).find((ms) => ms);
  if (!found) throw new Fault('defect', 'EXPLAIN did not say its execution time.', lines.join('\n'));
  return Number(found);
}

/** Null where it cannot be measured, or takes too long with its nodes counted. What a write does is taken back. */
async function planOf({ session, why }: Ready, draw: Draw): Promise<Plan | null> {
  if (why) return null;
  await session.query('SAVEPOINT plan');
  try {
    return (await explain(session, execution(name, draw), [], 'whole')).plan;
  } catch (error) {
    if ((error as { code?: string }).code === queryCanceled) return null;
    throw error;
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT plan');
  }
}

const pagesOf = (plan: Plan | null | undefined): number | null =>
  plan?.root.buffers ? plan.root.buffers.hit + plan.root.buffers.read : null;

/** Why the planner does worse under the policy: what it must not look up, and what it no longer knows. */
async function lossOf(
  { copy, lineage }: OverheadTask,
  off: Plan | null | undefined,
  bound: Plan | null | undefined,
): Promise<Pick<RlsOverhead, 'keptFromIndex' | 'estimate'>> {
  if (!off || !bound) return {};
  const kept: NonNullable<RlsOverhead['keptFromIndex']> = [];
  for (const condition of copy === null ? [] : keptFromIndex(off, bound, lineage)) {
    const functions = await leakyFunctions(copy!, condition);
    if (functions.length > 0)
      kept.push({ relation: condition.relation, clause: condition.clause, functions });
  }
  const scans = lostEstimate(off, bound, lineage);
  return {
    ...(copy !== null && { keptFromIndex: kept }),
    ...(scans ? { estimate: { scan: scans.scan, off: scans.before, variant: scans.after } } : {}),
  };
}

function overhead(
  { statement, tenant }: OverheadTask,
  ready: readonly Ready[],
  times: readonly (readonly number[])[],
  plans: readonly (Plan | null)[],
  i: number,
): RlsOverhead {
  const [off, variant] = [times[0]!, times[i]!];
  const pairs = variant.slice(0, off.length).map((ms, round) => [off[round]!, ms] as const);
  const shift = ratioOfPairs(pairs, level);
  const figures = {
    statement: statement.name,
    variant: ready[i]!.form,
    tenantClass: tenant.class,
    ratio: shift.estimate,
    pairs: pairs.length,
    offMs: median(off),
    variantMs: median(variant),
    offBuffers: pagesOf(plans[0]),
    variantBuffers: pagesOf(plans[i]),
  };
  if (shift.kind === 'interval') return { ...figures, low: shift.low, high: shift.high, level: shift.level };
  const few = `${pairs.length} pairs fit into the time; an interval at ${level * 100} % needs ${pairsNeeded(level)}.`;
  return { ...figures, low: null, high: null, level: null, why: ready[0]!.why ?? ready[i]!.why ?? few };
}
