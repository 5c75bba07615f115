import type { TrustCheck } from '../../result/run.ts';

/** A check that could not be made, where something would let it be; what no system tells stays unchecked. */
export const couldBeMade = ({ ok, remedy }: Pick<TrustCheck, 'ok' | 'remedy'>): boolean =>
  ok === null && remedy !== undefined;
