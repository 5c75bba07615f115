import type { Session } from '../../infra/topology/session.ts';
import { identityOf, setIdentity } from '../../scenarios/identity.ts';
import { execution } from '../rls/prepared.ts';
import type { Cell } from './cells.ts';
import { limitTime } from './sessions.ts';

/** How a slot spends its time: the same on both sides. */
export interface SlotPlan {
  /** Executions in one message, so that the round trip weighs little. */
  readonly executions: number;
  readonly batches: number;
}

/** Where a cell is executed: the connection, and SET LOCAL of what must not differ between executions. */
export interface Place {
  readonly session: Session;
  readonly settings: string;
}

/** Milliseconds. A batch is shorter than a scheduler's time slice, so that some run undisturbed on a busy machine. */
const batchMs = 1.5;
const slotMs = 24;
const mostExecutions = 40;
const batchLimits = { least: 2, most: 16 };

export function planSlot(onceMs: number): SlotPlan {
  const executions = clamp(batchMs / onceMs, 1, mostExecutions);
  return { executions, batches: clamp(slotMs / (executions * onceMs), batchLimits.least, batchLimits.most) };
}

const clamp = (value: number, least: number, most: number) =>
  Math.max(least, Math.min(most, Math.round(value)));

/**
 * One slot of each side, in turn batch by batch (ABBA from `first` on): the statement is prepared under the identity
 * and executed once unmeasured, then in batches. What it wrote is taken back after each execution.
 * @returns milliseconds per execution as the client sees them, of A and of B: the fastest batch, for whatever slows
 *   down the others is the machine
 */
export async function pairOfSlots(
  places: readonly [Place, Place],
  cell: Cell,
  plan: SlotPlan,
  round: number,
  first: 0 | 1,
): Promise<[number, number]> {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  try {
    const batches = [await open(places[0], cell, plan, round), await open(places[1], cell, plan, round)];
    for (let i = 0; i < 2 * plan.batches; i++) {
      const which = ((first + Math.floor((i + 1) / 2)) % 2) as 0 | 1;
      const start = performance.now();
      await places[which].session.query(batches[which]!);
      best[which] = Math.min(best[which], (performance.now() - start) / plan.executions);
    }
    for (const { session } of places) await session.query('DEALLOCATE ALL');
    return best;
  } finally {
    for (const { session } of places) await session.query('ROLLBACK').catch(() => {}); // a lost connection shows above
  }
}

let prepared = 0;

/** Begins the transaction of one side; returns the text of one batch. */
async function open(
  { session, settings }: Place,
  { statement, tenant, draws }: Cell,
  { executions }: SlotPlan,
  round: number,
): Promise<string> {
  const { userId, organizationId } = identityOf(tenant);
  const name = `olympus_slot_${prepared++}`; // through a pooler an older one may still be there
  const execute = execution(name, draws[round % draws.length]!);
  const one = statement.kind === 'write' ? `SAVEPOINT one; ${execute}; ROLLBACK TO one` : execute;
  await session.query(['BEGIN', limitTime, settings].filter((text) => text !== '').join('; '));
  await session.query(setIdentity, [userId, organizationId]);
  await session.query(`PREPARE ${name} AS ${statement.sql}`);
  await session.query(one);
  return new Array<string>(executions).fill(one).join('; ');
}
