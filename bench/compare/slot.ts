import { sameSidePairs } from '../../analysis/gate/same-side.ts';
import { slotPair } from '../../analysis/gate/slot-pair.ts';
import type { Connection } from '../../infra/topology/session.ts';
import { settingsCall } from '../../scenarios/identity.ts';
import { execution } from '../postgres/prepared.ts';
import type { Cell } from './cells.ts';
import { cpuMeter } from './server-cpu.ts';
import { limitTime } from './sessions.ts';

/** How a slot spends its time: the same on both sides. */
export interface SlotPlan {
  /** Executions in one message, so that the round trip weighs little. */
  readonly executions: number;
  readonly batches: number;
}

/** Where a cell is executed: the connection, and SET LOCAL of what must not differ between executions. */
export interface Place {
  readonly session: Connection;
  readonly settings: string;
  /** This side's text of the statement, where it has one of its own. */
  readonly text?: string | undefined;
}

/** Milliseconds per execution of A and of B. */
export type Pair = readonly [a: number, b: number];

/** One slot of both sides by one clock. */
export interface Reading {
  readonly pair: Pair;
  /** Of A against A and of B against B, from the same batches: the noise inside the slot. */
  readonly same: readonly Pair[];
}

export interface Slot {
  /** CPU time of the server process; null where the server does not tell it. */
  readonly cpu: Reading | null;
  /** As the client sees it. */
  readonly wall: Reading;
}

/** Milliseconds. A batch is shorter than a scheduler's time slice, so that neighbours share the machine's pace. */
const batchMs = 1.5;
/** All cells together get this long on each side, each of them its share, between the least and the suite's slotTime. */
const roundMs = 5000;
const minMs = 24;
const maxExecutions = 40;
const batchLimits = { least: 2, most: 80 };
/** The first batch of each side finds nothing in the caches; it is executed and not counted. */
const discarded = 1;

/** How long one execution takes: the server process's CPU time where it is told, and the wall's. */
export interface Once {
  readonly busyMs: number;
  readonly elapsedMs: number;
}

/** A slot may take so many times its share by the wall: on a busy machine, or for a statement that waits. */
const patience = 8;

/** @param cells how many are measured in one round */
export function planSlot({ busyMs, elapsedMs }: Once, cells: number, maxMs: number): SlotPlan {
  const within = (ms: number) => Math.min(ms / busyMs, (patience * ms) / elapsedMs);
  const executions = clamp(within(batchMs), 1, maxExecutions);
  const share = clamp(roundMs / cells, minMs, maxMs);
  return {
    executions,
    batches: even(clamp(within(share) / executions, batchLimits.least, batchLimits.most)),
  };
}

/** As many batches of each side begin as end, so that no middle one tips the median. */
const even = (batches: number) => Math.max(2, 2 * Math.round(batches / 2));

const clamp = (value: number, least: number, most: number) =>
  Math.max(least, Math.min(most, Math.round(value)));

/**
 * One slot of each side, strictly in turn batch by batch from `first` on, so that every batch comes after one of the other
 * side (in ABBA order the second of a side found its own data in the caches, and B was measured 1 to 2 % cheaper). The
 * statement is prepared under the identity and executed once unmeasured, by who begins first; then in batches, of which
 * the first of each side is discarded. What it wrote is taken back after each execution.
 */
export async function pairOfSlots(
  places: readonly [Place, Place],
  cell: Cell,
  plan: SlotPlan,
  round: number,
  first: 0 | 1,
): Promise<Slot> {
  using meters = new DisposableStack();
  const meter = places.map(({ session }) => meters.use(cpuMeter(session)));
  const cpu: [number | null, number | null][] = [];
  const wall: [number, number][] = [];
  try {
    const inTurn = [first, 1 - first] as (0 | 1)[];
    const batches: [string, string] = ['', ''];
    for (const which of inTurn) batches[which] = await open(places[which], cell, plan, round);
    for (let i = 0; i < discarded + plan.batches; i++) {
      cpu.push([null, null]);
      wall.push([0, 0]);
      for (const which of inTurn) {
        meter[which]!.read();
        const start = performance.now();
        await places[which].session.query(batches[which]);
        wall[i]![which] = (performance.now() - start) / plan.executions;
        const used = meter[which]!.read();
        cpu[i]![which] = used === null ? null : used / plan.executions;
      }
    }
    for (const { session } of places) await session.query('DEALLOCATE ALL');
    return {
      cpu: cpu.every(isMeasured) ? readingOf((cpu as [number, number][]).slice(discarded)) : null,
      wall: readingOf(wall.slice(discarded)),
    };
  } finally {
    for (const { session } of places) await session.query('ROLLBACK').catch(() => {}); // a lost connection shows above
  }
}

const readingOf = (batches: readonly Pair[]): Reading => ({
  pair: slotPair(batches),
  same: sameSidePairs(batches),
});

/** A batch below the clock's microsecond would be 0, and no ratio. */
const isMeasured = (pair: readonly (number | null)[]) => pair.every((value) => value !== null && value > 0);

let prepared = 0;

/** Begins the transaction of one side; returns the text of one batch. */
async function open(
  { session, settings, text }: Place,
  { statement, tenant, draws }: Cell,
  { executions }: SlotPlan,
  round: number,
): Promise<string> {
  const identity = settingsCall(tenant);
  const name = `olympus_slot_${prepared++}`; // through a pooler an older one may still be there
  const execute = execution(name, draws[round % draws.length]!);
  const one = statement.kind === 'write' ? `SAVEPOINT one; ${execute}; ROLLBACK TO one` : execute;
  await session.query(['BEGIN', limitTime, settings].filter((text) => text !== '').join('; '));
  if (identity) await session.query(identity.text, identity.values);
  await session.query(`PREPARE ${name} AS ${text ?? statement.sql}`);
  await session.query(one);
  return new Array<string>(executions).fill(one).join('; ');
}
