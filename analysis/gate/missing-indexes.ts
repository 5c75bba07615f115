import { splitAnd } from '../explain/clauses.ts';
import type { Lineage } from '../explain/lineage.ts';
import { judgeWork } from '../statistics/judge-work.ts';
import { type Candidate, callsOf, type KnownIndex, workOf } from './candidate.ts';
import { bareKey, rowsPerRow, type Search, type SeenPlan, searchesOf } from './index-search.ts';

/** A column of a table, as far as an index of it is concerned. */
export interface KnownColumn {
  /** Schema and name. */
  readonly table: string;
  readonly schema: string;
  /** The name alone. */
  readonly short: string;
  readonly name: string;
  readonly type: string;
  /** On the mean; null: there are no statistics. */
  readonly bytes: number | null;
  /** GIN takes the type as it is: an array, words, or a number by btree_gin. */
  readonly gin: boolean;
  /** The operator class that finds parts of a text; null: the server has none. */
  readonly trigrams: string | null;
}

const least = {
  /** A scan that reads fewer is not worth an index. */
  pages: 8,
  /** From so many saved pages on an index that finds the rows already is made to cover them, and less than five for one count. */
  covered: 100,
} as const;

/** What an index may contain only to cover: more makes it a second table. */
const included = { columns: 8, bytes: 128 } as const;
const pageBytes = 8192;
/** No index can hold them. */
const systemColumns: ReadonlySet<string> = new Set(['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax']);
/** Of all pages times calls that the plans read. */
const much = 0.01;
/** Pages from the root of an index to its rows. */
const descent = 3;

/** An index that some statements lack. */
interface Proposal {
  readonly table: string;
  readonly method: 'btree' | 'gin';
  readonly keys: readonly string[];
  readonly include: readonly string[];
  readonly where: readonly string[];
  readonly benefit: number;
  /** By statement. */
  readonly whys: ReadonlyMap<string, string>;
  readonly otherwise: Proposal | null;
}

export function missingIndexes(
  plans: readonly SeenPlan[],
  indexes: readonly KnownIndex[],
  columns: readonly KnownColumn[],
  lineage: Lineage,
): Candidate[] {
  const work = workOf(plans);
  const byName = new Map(indexes.map((index) => [index.short, index]));
  const indexOf = (name: string) => byName.get(lineage.indexes.get(name) ?? name);
  const tableOf = tablesOf(columns);
  const found = plans.flatMap((plan) =>
    searchesOf(plan, lineage, indexOf).flatMap((search) => {
      const table = tableOf(search);
      return table ? proposalOf(search, plan, table, indexes, work) : [];
    }),
  );
  return merged(found).map(candidateOf);
}

interface Table {
  readonly name: string;
  readonly columns: ReadonlyMap<string, KnownColumn>;
}

/** By their names in plans; where two schemas have a table of one name, it takes the schema to know which is meant. */
function tablesOf(columns: readonly KnownColumn[]): (search: Search) => Table | undefined {
  const tables = [...Map.groupBy(columns, ({ table }) => table).values()].map((own) => ({
    ...{ name: own[0]!.table, short: own[0]!.short, schema: own[0]!.schema },
    columns: new Map(own.map((one) => [one.name, one])),
  }));
  return ({ table, schema }) => {
    const named = tables.filter((one) => one.short === table && (schema === null || one.schema === schema));
    return named.length === 1 ? named[0] : undefined;
  };
}

function proposalOf(
  search: Search,
  plan: SeenPlan,
  table: Table,
  indexes: readonly KnownIndex[],
  work: number,
): Proposal[] {
  if (search.pages < least.pages) return [];
  const own = indexes.filter((index) => index.table === table.name);
  const base = {
    table: table.name,
    where: search.always,
    benefit: search.pages * callsOf(plan),
    otherwise: null,
  };
  const wasted = whyWasted(search) ?? whyMuch(search, callsOf(plan), work);
  const whys = (why: string) => new Map([[plan.statement, why]]);
  const keys = [...search.equal, ...search.range, ...search.order];
  const plain: Proposal | null =
    wasted === null || keys.length === 0 || isServed(keys, search, own)
      ? null
      : { ...base, method: 'btree', keys, include: [], whys: whys(wasted) };
  if (search.contained) {
    const gin = wasted === null ? null : ginKeys(search, table, own);
    return gin === null || wasted === null
      ? []
      : [{ ...base, method: 'gin', keys: gin, include: [], whys: whys(wasted), otherwise: plain }];
  }
  const include = coveringOf(search, keys, table, plain === null);
  if (include === null) return plain ? [plain] : [];
  const why = `reads ${search.pages} pages of rows of which it needs ${include.length + keys.length} columns`;
  return [{ ...base, method: 'btree', keys, include, whys: whys(wasted ?? why), otherwise: plain }];
}

function whyWasted(search: Search): string | null {
  const { rows, removed, sortsMany, order, loops, byIndex, pages } = search;
  if (removed > rowsPerRow * Math.max(rows, loops)) return `throws ${removed} of ${rows + removed} rows away`;
  if (byIndex && pages > rowsPerRow * (loops * descent + rows))
    return `reads ${pages} pages by an index for ${rows} rows`;
  return sortsMany && order.length > 0 ? `sorts ${rows} rows and takes few of them` : null;
}

/** Less than five for one is wasted too where that is much of all that the catalogue reads. */
function whyMuch(search: Search, calls: number, work: number): string | null {
  const { rows, removed, loops, byIndex, pages } = search;
  const needed = byIndex ? loops * descent + rows : (pages * rows) / Math.max(1, rows + removed);
  const saved = pages - needed;
  const share = (saved * calls) / Math.max(work, 1);
  if (saved < least.covered || share < much) return null;
  return `reads ${pages} pages for ${rows} rows, which is ${(100 * share).toFixed(1)} % of what the catalogue reads`;
}

const alike = (text: string) => text.replace(/::[\w.]+(\[\])?|[\s()"]/g, '');

/** An index begins with the columns that must be equal, in whichever order, goes on with the others, and has these rows. */
function isServed(keys: readonly string[], { equal, always }: Search, own: readonly KnownIndex[]): boolean {
  const wanted = keys.map((key) => alike(bareKey(key)));
  return own.some((index) => {
    if (index.method !== 'btree' || !hasRows(index, always)) return false;
    const there = index.keys.map(alike);
    const first = new Set(there.slice(0, equal.length));
    return wanted.every((key, i) => (i < equal.length ? first.has(key) : there[i] === key));
  });
}

const hasRows = ({ predicate }: KnownIndex, always: readonly string[]) =>
  predicate === null ||
  splitAnd(predicate).every((part) => always.some((clause) => alike(clause) === alike(part)));

/** What GIN finds, behind the tenant's column where it takes that too; null: nothing, or there is one already. */
function ginKeys(
  { contained, equal, always }: Search,
  table: Table,
  own: readonly KnownIndex[],
): string[] | null {
  if (!contained) return null;
  const column = table.columns.get(contained.left.replaceAll('"', ''));
  const key = column && ginKey(column, contained.operator);
  if (!key) return null;
  const there = own.some(
    (index) =>
      index.method === 'gin' &&
      index.keys.some((one) => alike(one) === alike(contained.left)) &&
      hasRows(index, always),
  );
  if (there) return null;
  return [...equal.filter((name) => table.columns.get(name)?.gin), key];
}

function ginKey({ name, type, gin, trigrams }: KnownColumn, operator: string): string | null {
  const quoted = /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  if (type === 'jsonb') return operator === '@>' ? `${quoted} jsonb_path_ops` : null;
  if (operator.startsWith('~~')) return trigrams && type === 'text' ? `${quoted} ${trigrams}` : null;
  return gin ? quoted : null;
}

/**
 * What an index must contain beyond its keys so that no row of the table is read; null where that is not known, would be
 * too wide, or saves too little.
 */
function coveringOf(search: Search, keys: readonly string[], table: Table, served: boolean): string[] | null {
  const { needed, indexOnly, loops, taken, pages } = search;
  if (needed === null || indexOnly || keys.length === 0) return null;
  if (keys.some((key) => !table.columns.has(bareKey(key).replaceAll('"', '')))) return null; // an expression
  const bare = new Set(keys.map(bareKey));
  if (needed.some((name) => systemColumns.has(name))) return null;
  const include = needed.filter((name) => !bare.has(name) && table.columns.has(name.replaceAll('"', '')));
  const bytes = [...include, ...bare].reduce(
    (sum, name) => sum + (table.columns.get(name.replaceAll('"', ''))?.bytes ?? pageBytes),
    0,
  );
  if (include.length === 0 || include.length > included.columns || bytes > included.bytes) return null;
  const covering = loops * descent + (taken * bytes) / pageBytes;
  if (served)
    return pages - covering >= least.covered && judgeWork(pages, covering) === 'less' ? include : null;
  return judgeWork(loops * descent + taken, covering) === 'less' ? include : null;
}

const begins = (short: Proposal, long: Proposal) =>
  short.keys.every((key, i) => bareKey(key) === bareKey(long.keys[i] ?? ''));

/** The longer index does what the shorter one does, of all its rows and columns. */
const absorbs = (long: Proposal, short: Proposal) =>
  long !== short &&
  long.table === short.table &&
  long.method === 'btree' &&
  short.method === 'btree' &&
  begins(short, long) &&
  long.where.every((clause) => short.where.includes(clause)) &&
  short.include.every((name) => long.include.includes(name) || long.keys.map(bareKey).includes(name));

const together = (kept: Proposal, other: Proposal): Proposal => ({
  ...kept,
  benefit: kept.benefit + other.benefit,
  // For one tenant the same scan may throw little away, and then it has none.
  otherwise: kept.otherwise ?? other.otherwise,
  whys: new Map([...other.whys, ...kept.whys]),
});

function merged(found: readonly Proposal[]): Proposal[] {
  const kept: Proposal[] = [];
  for (const one of found.toSorted(
    (a, b) => b.keys.length - a.keys.length || b.include.length - a.include.length,
  )) {
    const at = kept.findIndex((other) => absorbs(other, one));
    if (at < 0) kept.push(one);
    else kept[at] = together(kept[at]!, one);
  }
  return kept;
}

function candidateOf(proposal: Proposal): Candidate {
  const { table, whys, benefit, otherwise } = proposal;
  return {
    ...{ kind: 'missing', table, ddl: [ddlOf(proposal)], drop: [], benefit },
    why: [...whys].map(([statement, why]) => `${statement} ${why}`).join('; '),
    statements: [...whys.keys()],
    ...(otherwise && { otherwise: candidateOf({ ...otherwise, benefit, whys }) }),
  };
}

function ddlOf({ table, method, keys, include, where }: Proposal): string {
  const using = method === 'gin' ? ' USING gin' : '';
  const covering = include.length > 0 ? ` INCLUDE (${include.join(', ')})` : '';
  const rows = where.length > 0 ? ` WHERE ${where.join(' AND ')}` : '';
  return `CREATE INDEX ON ${table}${using} (${keys.join(', ')})${covering}${rows}`;
}
