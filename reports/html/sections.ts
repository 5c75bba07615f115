import type { Section } from './section.ts';
import { capacity } from './sections/capacity.ts';
import { comparison } from './sections/comparison.ts';
import { environment } from './sections/environment.ts';
import { evidence } from './sections/evidence.ts';
import { history } from './sections/history.ts';
import { indexes } from './sections/indexes.ts';
import { load } from './sections/load.ts';
import { objectives } from './sections/objectives.ts';
import { pagination } from './sections/pagination.ts';
import { parts } from './sections/parts.ts';
import { plans } from './sections/plans.ts';
import { pooler } from './sections/pooler.ts';
import { replication } from './sections/replication.ts';
import { rls } from './sections/rls.ts';
import { trust } from './sections/trust.ts';

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
  parts,
  evidence,
  capacity,
  history,
  environment,
];
