import type { Result } from '../../../result/result.ts';
import { figure } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

interface PartFigures {
  readonly name: string;
  readonly endpoint: string;
  readonly provider: string;
}
type PartName = 'cache' | 'vector' | 'olap' | 'objects';

const fixed = ['name', 'endpoint', 'provider'];

export const parts: Section = {
  id: 'parts',
  title: 'Cache, vectors, OLAP and objects',
  content: (result) =>
    partSection(
      result,
      ['cache', 'vector', 'olap', 'objects'],
      'This run measured neither a cache nor vector search, OLAP or object storage.',
    ),
};

function partSection(result: Result, names: readonly PartName[], otherwise: string) {
  const present = names.filter((name) => result[name].length > 0);
  if (present.length === 0) return absent(result, names, otherwise);
  const missing = names.filter((name) => !present.includes(name));
  return data(
    `Measured: ${present.join(', ')}${missing.length ? `; not measured: ${missing.join(', ')}` : ''}. The units are in the names of the figures.`,
    html`${present.map((name) => partTables(name, result[name]))}`,
  );
}

/** One table for each of a part's measurements: their figures have no shape in common. */
const partTables = (part: PartName, all: readonly PartFigures[]): Html => html`<h3>${part}</h3>
${all.map((each, at) => {
  const rows = Object.entries(each).filter(([key]) => !fixed.includes(key));
  return table(
    `${part}-${at}`,
    `${each.name} (${each.endpoint}, ${each.provider})`,
    [
      column('Figure', ([key]: [string, unknown]) => key),
      figures<[string, unknown]>('Value', ([, value]) => cellOf(value)),
    ],
    rows,
  );
})}`;

function cellOf(value: unknown) {
  if (value === null || value === undefined) return number(null, figure);
  if (typeof value === 'number') return number(value, figure);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
