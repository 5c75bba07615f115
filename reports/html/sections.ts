import { measures } from '../../result/measures.ts';
import type { Section } from './section.ts';
import { cache } from './sections/cache.ts';
import { capacity } from './sections/capacity.ts';
import { comparison } from './sections/comparison.ts';
import { drill } from './sections/drill.ts';
import { environment } from './sections/environment.ts';
import { evidence } from './sections/evidence.ts';
import { figuresSection } from './sections/figures.ts';
import { history } from './sections/history.ts';
import { indexes } from './sections/indexes.ts';
import { load } from './sections/load.ts';
import { migration } from './sections/migration.ts';
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

/** A section, and the parts whose figures it draws or puts into words. */
type Own = readonly [section: Section, ...parts: string[]];

/** In the order of the page. */
const own: readonly Own[] = [
  [trust],
  [objectives],
  [comparison, 'comparison'],
  [plans, 'plans'],
  [indexes, 'index'],
  [pagination, 'pagination'],
  [rls, 'rls'],
  [replication, 'lag'],
  [load, 'load', 'micro'],
  [pooler, 'pooler'],
  [cache, 'cache'],
  [vector, 'vector'],
  [olap, 'olap'],
  [objects, 'objects'],
  [drill, 'drill'],
  [migration],
  [evidence],
  [capacity, 'capacity'],
  [history, 'nightly'],
  [environment, 'dataset'],
];

const drawn = new Set(own.flatMap(([, ...parts]) => parts));

/** The parts whose figures a section shows. */
export const partsOf = (section: Section): readonly string[] =>
  own
    .find(([each]) => each === section)
    ?.slice(1)
    .map(String) ?? [section.id];

/** What follows the verdict. A part without a section of its own has a table of its figures. */
export const sections: readonly Section[] = [
  ...own.map(([section]) => section),
  ...measures.filter(({ part }) => !drawn.has(part)).map(figuresSection),
];
