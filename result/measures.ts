import type { TSchema } from 'typebox';
import type { MeasureDescription, Section } from './measure-description.ts';
import { cache } from './measures/cache.ts';
import { capacity } from './measures/capacity.ts';
import { comparison } from './measures/comparison.ts';
import { dataset } from './measures/dataset.ts';
import { drill } from './measures/drill.ts';
import { index } from './measures/index.ts';
import { lag } from './measures/lag.ts';
import { load } from './measures/load.ts';
import { micro } from './measures/micro.ts';
import { nightly } from './measures/nightly.ts';
import { objects } from './measures/objects.ts';
import { olap } from './measures/olap.ts';
import { pagination } from './measures/pagination.ts';
import { plans } from './measures/plans.ts';
import { pooler } from './measures/pooler.ts';
import { rls } from './measures/rls.ts';
import { vector } from './measures/vector.ts';

/**
 * Everything that is measured, in the order in which it runs: plans first, while the data is untouched. What else knows a
 * measure is derived from here: the result and its schema, `--only`, compare, history and every format.
 */
export const measures = [
  dataset,
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
  index,
  comparison,
  capacity,
  drill,
  nightly,
] as const;

export type { MeasureDescription };
export type Part = (typeof measures)[number]['part'];

type Both<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
type Sections = Both<(typeof measures)[number]['sections']>;

const sections = Object.assign({}, ...measures.map((each) => each.sections)) as Record<string, Section>;

/** The sections of result.json that measures own, by key. */
export const sectionSchemas = Object.fromEntries(
  Object.entries(sections).map(([key, { schema }]) => [key, schema]),
) as unknown as {
  [Key in keyof Sections]: Sections[Key] extends { schema: infer S extends TSchema } ? S : never;
};

type Empty = {
  [Key in keyof Sections as Sections[Key] extends { empty: unknown } ? Key : never]: Sections[Key] extends {
    empty: () => infer Value;
  }
    ? Value
    : never;
};

/** Those of a result in which nothing is measured yet. */
export const emptySections = (): Empty =>
  Object.fromEntries(
    Object.entries(sections).flatMap(([key, { empty }]) => (empty ? [[key, empty()]] : [])),
  ) as Empty;

/** Those that `bench` runs and `--only` names; the others have a command of their own. */
export const benchParts: readonly MeasureDescription[] = (measures as readonly MeasureDescription[]).filter(
  ({ suites }) => suites.length > 0,
);
