import type { Drill } from './drill.ts';
import { kill } from './faults/kill.ts';
import { restart } from './faults/restart.ts';

/** In the order in which `--all` runs them. */
export const drills: readonly Drill[] = [restart, kill];
