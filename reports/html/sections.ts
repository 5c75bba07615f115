import type { Section } from './section.ts';
import { cache } from './sections/cache.ts';
import { capacity } from './sections/capacity.ts';
import { comparison } from './sections/comparison.ts';
import { environment } from './sections/environment.ts';
import { evidence } from './sections/evidence.ts';
import { history } from './sections/history.ts';
import { indexes } from './sections/indexes.ts';
import { load } from './sections/load.ts';
import { objectives } from './sections/objectives.ts';
import { objects } from './sections/objects.ts';
import { olap } from './sections/olap.ts';
import { pagination } from './sections/pagination.ts';
import { plans } from './sections/plans.ts';
import { pooler } from './sections/pooler.ts';
import { replication } from './sections/replication.ts';
import { rls } from './sections/rls.ts';
import { trust } from './sections/trust.ts';
import { vector } from './sections/vector.ts';

/** What follows the verdict, in the order of the page. */
export const sections: readonly Section[] = [
  trust,
  objectives,
  comparison,
  plans,
  indexes,
  pagination,
  rls,
  replication,
  load,
  pooler,
  cache,
  vector,
  olap,
  objects,
  evidence,
  capacity,
  history,
  environment,
];
