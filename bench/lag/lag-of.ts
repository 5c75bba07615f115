import type { Sighting } from './watch.ts';

type Seen = Extract<Sighting, { kind: 'seen' }>;

/** The middle of the interval in which it happened, in milliseconds since the acknowledgement. */
export const lagOf = ({ afterMs, beforeMs }: Seen): number => (afterMs + beforeMs) / 2;

/** By how much the middle may be wrong. */
export const uncertaintyOf = ({ afterMs, beforeMs }: Seen): number => (beforeMs - afterMs) / 2;
