import type { Side } from '../variant/parse.ts';

/**
 * What the gate decides by. cpu: the server process's own time, which neither neighbours nor stolen time are in, but
 * waiting is not either; wall: as the client sees it.
 */
export type Clock = 'cpu' | 'wall';

export interface Gating {
  readonly clock: Clock;
  readonly why: string;
}

/** Settings that move work to other processes, or change how long the own one waits. */
const elsewhere = /parallel|^io_|_io_|_concurrency$|_delay$|^synchronous_commit$/;

/** By CPU time, unless the sides differ in what the server process's CPU time does not contain. */
export function clockOf(a: Side, b: Side): Gating {
  if (a.via !== b.via) return { clock: 'wall', why: 'the sides take different routes' };
  const setting = [a, b]
    .flatMap(({ changes }) => changes)
    .find((change) => change.kind === 'set' && elsewhere.test(change.name));
  if (setting?.kind === 'set')
    return { clock: 'wall', why: `${setting.name} changes work of other processes, or waiting` };
  return { clock: 'cpu', why: 'both sides do their work in one server process' };
}
