import type { Figure } from './figure.ts';
import type { AnyNode, FigureSpec } from './figure-tree.ts';
import { totalName } from './figures-in.ts';
import { measures } from './measures.ts';

export interface CatalogueEntry {
  readonly measure: string;
  readonly spec: FigureSpec;
}

/** Every figure that any run may have, by measure. */
export const catalogue: readonly CatalogueEntry[] = measures.flatMap(({ part, sections }) =>
  Object.values(sections)
    .flatMap(({ figures }) => specsIn(figures))
    .map((spec) => ({ measure: part, spec })),
);

/** "load.response": how a figure is called where its labels do not matter. */
export const figureName = (measure: string, name: string): string => `${measure}.${name}`;

const byName = new Map(catalogue.map(({ measure, spec }) => [figureName(measure, spec.name), spec]));

/** Undefined: a figure of another version, which nothing is known of but what it says itself. */
export const specOf = ({ measure, name }: Pick<Figure, 'measure' | 'name'>): FigureSpec | undefined =>
  byName.get(figureName(measure, name));

function specsIn(node: AnyNode): FigureSpec[] {
  switch (node.is) {
    case 'not':
      return [];
    case 'figure':
    case 'percentiles':
      return [node.spec];
    case 'tally':
      return [{ ...node.spec, name: totalName(node.spec) }, node.spec];
    case 'group':
      return [...node.derived.map(({ spec }) => spec), ...Object.values(node.leaves).flatMap(specsIn)];
    case 'rows':
      return [...node.groups.values()].flatMap(specsIn);
  }
}
