import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { Session } from '../../infra/topology/session.ts';
import { type ColumnShape, readShapes, statistics } from './column-shapes.ts';
import { readDatabaseSchema, type SchemaColumn, type SchemaTable } from './database-schema.ts';
import { isPersonal, type LawText, maskedLaw, modifiers, round, zipfOf } from './masked-law.ts';
import { scalar } from './yaml-scalar.ts';

export interface WrittenGenerators {
  readonly text: string;
  /** "schema.table.column": its common values and bounds stand in the text. */
  readonly released: readonly string[];
  /** What the user should know, in sentences. */
  readonly notes: readonly string[];
}

/** Values and bounds kept of one column: pg_stats has at most the statistics target of each, 100 unless it was raised. */
const mostValues = 200;

/**
 * A generators.yaml of a living database. Of a column that is not released it has the name and the type, and of statistics
 * numbers only: the share of nulls, how many different values, how wide, how skewed, how ordered.
 * @param releases "table.column", "schema.table.column" or "schema.table.*"
 * @throws Fault (usage) for a column that there is not
 */
export async function generatorsText(
  session: Session,
  { releases, today }: { readonly releases: readonly string[]; readonly today: Date },
): Promise<WrittenGenerators> {
  const schema = await readDatabaseSchema(session);
  const shapes = await readShapes(session);
  const released = releasedColumns(schema, releases, shapes);
  const notes = [...released.notes];
  const taken: string[] = [];
  const parts: string[] = [];
  const never = schema.filter(({ label, columns }) => columns.length > 0 && !shapes.has(label));
  if (never.length > 0)
    notes.push(
      `${never.length} tables have no statistics that this login sees (${never
        .slice(0, 3)
        .map(({ label }) => label)
        .join(
          ', ',
        )}${never.length > 3 ? ', ...' : ''}): ANALYZE them, or grant SELECT. Their laws are guesses by type and name.`,
    );
  for (const table of schema) {
    const own = shapes.get(table.label);
    const references = referenceLaws(table, schema, own);
    const lines: string[] = [];
    for (const column of table.columns) {
      if (column.generated) continue;
      const wanted = released.columns.has(`${table.label}.${column.name}`);
      const reference = references.get(column.name);
      const unique = isUnique(table, column);
      const shape = own?.get(column.name);
      const values =
        wanted && !reference && !unique && column.element === null && shape
          ? await releasedLaw(session, table, column, shape)
          : undefined;
      if (values) taken.push(`${table.label}.${column.name}`);
      else if (wanted)
        notes.push(
          `${table.label}.${column.name} was released, and ${reference || unique ? 'it is a key: its values are made' : column.element === null ? 'it has no statistics' : 'values of arrays are not taken'}.`,
        );
      const law =
        values ?? reference ?? keyLaw(column, unique) ?? maskedLaw(table, column, shape, { today, unique });
      lines.push(
        `      ${scalar(column.name)}: ${law.law}  # ${oneLine(column.type)}${law.why ? `; ${oneLine(law.why)}` : ''}`,
      );
    }
    parts.push(
      `  ${scalar(table.label)}:\n    rows: ${Math.round(table.rows)}\n    columns:${lines.length > 0 ? `\n${lines.join('\n')}` : ' {}'}`,
    );
  }
  return {
    text: `${header(taken)}tables:${parts.length > 0 ? `\n${parts.join('\n')}` : ' {}'}\n`,
    released: taken,
    notes,
  };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

const header = (
  taken: readonly string[],
): string => `# How to make rows like those of the source: ./olympus seed --project DIR --factor 1 (docs/own-database.md, "Data for it").
# Written by ./olympus init from the schema and from statistics; no row was read. Of each column there are its name and type
# and numbers: the share of nulls, how many different values, their width, their skew, how ordered they lie.
${taken.length === 0 ? '# No value of any column is in here. --release TABLE.COLUMN takes the common values and bounds of one.' : `# Real common values and bounds are in here, of the columns that were released: ${taken.map((each) => oneLine(JSON.stringify(each).slice(1, -1))).join(', ')}.`}
# Everything is yours to change. rows: of the source, times --factor; fixed: true keeps them.
`;

interface Released {
  readonly columns: ReadonlySet<string>;
  readonly notes: readonly string[];
}

function releasedColumns(
  schema: readonly SchemaTable[],
  releases: readonly string[],
  shapes: ReadonlyMap<string, ReadonlyMap<string, ColumnShape>>,
): Released {
  const columns = new Set<string>();
  const notes: string[] = [];
  for (const named of releases) {
    const all = named.endsWith('.*');
    const tables = schema.filter(({ label, name }) =>
      all
        ? [label, name].includes(named.slice(0, -2))
        : [label, name].some((each) => named.startsWith(`${each}.`)),
    );
    const found = tables.flatMap((table) =>
      table.columns
        .filter(({ name }) => all || named === `${table.label}.${name}` || named === `${table.name}.${name}`)
        .map((column) => ({ table, column })),
    );
    if (found.length === 0 || (!all && found.length > 1))
      throw usage(
        found.length === 0
          ? `--release ${named}: there is no such column.`
          : `--release ${named}: ${found.length} columns are called so.`,
        found.length === 0
          ? suggest(
              named,
              schema.flatMap((table) => table.columns.map(({ name }) => `${table.label}.${name}`)),
            )
          : 'Name it with its schema: schema.table.column',
      );
    const kept = found.filter(
      ({ table, column }) => all && isPersonal(column, shapes.get(table.label)?.get(column.name)),
    );
    if (kept.length > 0)
      notes.push(
        `--release ${named} does not take ${kept.map(({ column }) => column.name).join(', ')}: by name or type they may hold what identifies people, or secrets. Release each by its name where that is right.`,
      );
    for (const { table, column } of found)
      if (!kept.some((each) => each.column === column)) columns.add(`${table.label}.${column.name}`);
  }
  return { columns, notes };
}

/** Common values with their shares and the bounds between them; undefined where statistics have neither. */
async function releasedLaw(
  session: Session,
  table: SchemaTable,
  column: SchemaColumn,
  shape: ColumnShape,
): Promise<LawText | undefined> {
  const { rows } = await session.query<{ common: string[] | null; bounds: string[] | null }>(
    statistics.values,
    [table.schema, table.name, column.name],
  );
  const common = rows[0]?.common ?? [];
  const bounds = rows[0]?.bounds ?? [];
  const filled = Math.max(1e-9, 1 - shape.nulls);
  const values = common
    .slice(0, mostValues)
    .map((text, i) => ({ text, share: (shape.frequencies[i] ?? 0) / filled }))
    .toSorted((a, b) => inOrder(column, a.text, b.text))
    .map(({ text, share }) => `${scalar(text)}: ${round(share, 5)}`)
    .join(', ');
  if (bounds.length >= 2) {
    const stride = Math.ceil(bounds.length / mostValues);
    const some = bounds.filter((_, i) => i % stride === 0 || i === bounds.length - 1);
    const more = modifiers(column, shape, { distinct: true });
    return {
      law: `{ histogram: [${some.map(scalar).join(', ')}]${values ? `, values: { ${values} }` : ''}${more} }`,
      why: 'RELEASED',
    };
  }
  if (!values) return undefined;
  return { law: `{ values: { ${values} }${modifiers(column, shape)} }`, why: 'RELEASED' };
}

/** As the type sorts them, so that "order" means the same as in the source. */
function inOrder({ labels }: SchemaColumn, a: string, b: string): number {
  if (labels) return labels.indexOf(a) - labels.indexOf(b);
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? (a < b ? -1 : a > b ? 1 : 0) : x - y;
}

const isUnique = (table: SchemaTable, column: SchemaColumn): boolean =>
  table.keys.some((key) => key.length === 1 && key[0] === column.name);

function keyLaw(column: SchemaColumn, unique: boolean): LawText | undefined {
  if (column.sequence !== null && /^int[248]$/.test(column.base)) return { law: 'sequence' };
  if (!unique) return undefined;
  if (/^(?:int[248]|numeric)$/.test(column.base)) return { law: 'sequence' };
  if (column.base === 'uuid') return { law: 'uuid' };
  return undefined;
}

/** Of columns with a foreign key. Keys of several columns come first, and draw what others then share with them. */
function referenceLaws(
  table: SchemaTable,
  schema: readonly SchemaTable[],
  shapes: ReadonlyMap<string, ColumnShape> | undefined,
): Map<string, LawText> {
  const laws = new Map<string, LawText>();
  const keys = table.foreignKeys
    .filter(({ to }) => schema.some(({ label }) => label === to))
    .toSorted((a, b) => b.columns.length - a.columns.length);
  const derived = parentLaws(table, schema, shapes);
  for (const { columns, to, toColumns } of keys) {
    const free = columns.filter((name) => !laws.has(name));
    const shared = columns.filter((name) => laws.has(name));
    if (free.length === 0 || shared.length > 1) continue;
    const parent = schema.find(({ label }) => label === to)!;
    for (const name of free) {
      const column = table.columns.find((each) => each.name === name)!;
      const shape = shapes?.get(name);
      const parentLaw = derived.get(name);
      if (parentLaw && columns.length === 1) {
        laws.set(name, parentLaw);
        continue;
      }
      const ordered = (shape?.correlation ?? 0) > 0.9 && to !== table.label;
      const unique = isUnique(table, column);
      const nulls = shape && shape.nulls > 0 && !column.notNull ? `, nulls: ${round(shape.nulls, 4)}` : '';
      const zipf = unique ? null : zipfOf(shape, Math.max(1, parent.rows));
      const named =
        table.foreignKeys.filter((each) => each.to === to && each.columns.includes(name)).length > 1;
      laws.set(name, {
        law: `{ ref: ${scalar(to)}${named ? `, column: ${scalar(toColumns[columns.indexOf(name)]!)}` : ''}${shared[0] ? `, within: ${scalar(shared[0])}` : ''}${zipf ? `, zipf: ${zipf}` : ''}${nulls}${ordered ? ', order: 1' : ''} }`,
      });
    }
  }
  return laws;
}

/**
 * A column that the row which another column refers to has too, by the same name and to the same table: the customer of a
 * payment is that of its rental.
 */
function parentLaws(
  table: SchemaTable,
  schema: readonly SchemaTable[],
  shapes: ReadonlyMap<string, ColumnShape> | undefined,
): Map<string, LawText> {
  const found = new Map<string, LawText>();
  const single = table.foreignKeys.filter(({ columns }) => columns.length === 1);
  for (const by of single) {
    const parent = schema.find(({ label }) => label === by.to);
    const byName = by.columns[0]!;
    const always = shapes?.get(byName)?.nulls === 0;
    if (!parent || parent.label === table.label || !always || found.has(byName)) continue;
    for (const own of single) {
      const [name] = own.columns as [string];
      const theirs = parent.foreignKeys.find(
        ({ columns, to }) => columns.length === 1 && columns[0] === name && to === own.to,
      );
      if (theirs && name !== byName && own.to !== by.to && !found.has(name))
        found.set(name, {
          law: `{ parent: ${scalar(name)}, by: ${scalar(byName)} }`,
          why: `that of the row in ${by.to}, by its name`,
        });
    }
  }
  return found;
}
