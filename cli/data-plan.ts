import { resolveScale, type Scale } from '../generators/scales.ts';
import { type DataOptions, integer } from './options.ts';

/** Which data set the options name, checked before anything is started. */
export interface DataPlan {
  readonly scale: Scale;
  readonly seed: number;
  readonly streams: number;
}

/** @throws Fault (usage) for a scale, a seed or a number of streams that is none. */
export const dataPlan = (options: DataOptions): DataPlan => ({
  scale: resolveScale(options.scale),
  seed: integer('--seed', options.seed, 0, 2 ** 31 - 1),
  streams: integer('--streams', options.streams, 1, 16),
});
