import type { Figure } from './figure.ts';
import type { AnyNode, FigureSpec } from './figure-tree.ts';
import { totalName } from './figures-in.ts';
import { measures } from './measures.ts';

export interface CatalogueEntry {
  readonly measure: string;
  readonly spec: FigureSpec;
  /** Where its number stands in result.json: "load[].responseMs"; of a figure that several keys give, the row. */
  readonly path: string;
}

/** Every figure that any run may have, by measure. */
export const catalogue: readonly CatalogueEntry[] = measures.flatMap(({ part, sections }) =>
  Object.entries(sections)
    .flatMap(([key, { figures }]) => specsIn(figures, key))
    .map((entry) => ({ measure: part, ...entry })),
);

/** "load.response": how a figure is called where its labels do not matter. */
export const figureName = (measure: string, name: string): string => `${measure}.${name}`;

const byName = new Map(catalogue.map(({ measure, spec }) => [figureName(measure, spec.name), spec]));

/** Undefined: a figure of another version, which nothing is known of but what it says itself. */
export const specOf = ({ measure, name }: Pick<Figure, 'measure' | 'name'>): FigureSpec | undefined =>
  byName.get(figureName(measure, name));

type Entry = Omit<CatalogueEntry, 'measure'>;

function specsIn(node: AnyNode, path: string): Entry[] {
  switch (node.is) {
    case 'not':
      return [];
    case 'figure':
    case 'percentiles':
      return [{ spec: node.spec, path }];
    case 'tally':
      return [
        { spec: { ...node.spec, name: totalName(node.spec) }, path },
        { spec: node.spec, path },
      ];
    case 'group':
      return [
        ...node.derived.map(({ spec }) => ({ spec, path })),
        ...Object.entries(node.leaves).flatMap(([key, leaf]) => specsIn(leaf, `${path}.${key}`)),
      ];
    case 'rows':
      return [...node.groups].flatMap(([kind, group]) => specsIn(group, `${path}[${kind ?? ''}]`));
  }
}
