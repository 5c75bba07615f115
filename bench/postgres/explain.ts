import type { Plan } from '../../analysis/explain/plan.ts';
import { readPlan } from '../../analysis/explain/read.ts';
import { Fault } from '../../config/fault.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Draw } from '../../scenarios/statement.ts';

/** A plan as the server gave it, and as we read it. */
export interface Explained {
  /** EXPLAIN's JSON, for the run directory. */
  readonly json: string;
  readonly plan: Plan;
}

/** With the time of each node, or (cheaper) of the whole only. */
export type Timing = 'nodes' | 'whole';

/**
 * Executes the statement under EXPLAIN. No parallel workers: with them pages and times differ from run to run.
 * With `columns` each node says which it hands on. Call it in a transaction: the setting is local to it, and so is what a write does.
 */
export async function explain(
  session: Session,
  sql: string,
  draw: Draw,
  timing: Timing = 'nodes',
  output: 'rows' | 'columns' = 'rows',
): Promise<Explained> {
  await session.query('SET LOCAL max_parallel_workers_per_gather = 0');
  const options = `ANALYZE, BUFFERS, SETTINGS, TIMING ${timing === 'nodes' ? 'ON' : 'OFF'}, VERBOSE ${output === 'columns'}, FORMAT JSON`;
  return read(session, options, sql, draw);
}

/** The plan without executing the statement: estimates only. */
export const estimate = (
  session: Session,
  sql: string,
  draw: Draw,
  output: 'rows' | 'columns' = 'rows',
): Promise<Explained> => read(session, `VERBOSE ${output === 'columns'}, FORMAT JSON`, sql, draw);

async function read(session: Session, options: string, sql: string, draw: Draw): Promise<Explained> {
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(`EXPLAIN (${options}) ${sql}`, draw);
  const json = rows[0]!['QUERY PLAN'];
  const reading = readPlan(json);
  if (reading.kind !== 'plan')
    throw new Fault('defect', `The server's plan cannot be read: ${reading.why}`, `SQL: ${sql}`);
  return { json: JSON.stringify(json, null, 2), plan: reading.plan };
}
