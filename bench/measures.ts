import { cache } from './cache/cache.ts';
import { lag } from './lag/lag.ts';
import { load } from './load/load.ts';
import type { Measure } from './measure.ts';
import { micro } from './micro/micro.ts';
import { objects } from './objects/objects.ts';
import { olap } from './olap/olap.ts';
import { pagination } from './pagination/pagination.ts';
import { plans } from './plans/plans.ts';
import { pooler } from './pooler/pooler.ts';
import { rls } from './rls/rls.ts';
import { vector } from './vector/vector.ts';

/** Everything that a suite measures, in the order in which it runs: plans first, while the data is untouched. */
export const measures: readonly Measure[] = [
  plans,
  pagination,
  rls,
  lag,
  load,
  pooler,
  cache,
  vector,
  olap,
  objects,
  micro,
];
