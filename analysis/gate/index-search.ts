import { splitAnd } from '../explain/clauses.ts';
import type { Lineage } from '../explain/lineage.ts';
import type { PlanNode } from '../explain/plan.ts';
import { type Clause, clauseOf, withoutOwnAlias } from './search-clause.ts';

/** A plan of the catalogue. */
export interface SeenPlan {
  readonly statement: string;
  readonly weight: number;
  /** Of the statement's calls for this tenant: one of three draws stands for a third. 1 when absent. */
  readonly share?: number;
  readonly root: PlanNode;
  /** Indexes that the statement would use if its tables were large. */
  readonly couldUse?: readonly string[];
  /** Whether a literal of the plan stands in the statement's own text, and is no parameter's value. */
  isConstant?(literal: string): boolean;
}

/** What the scans of one table look for, and what that costs today. */
export interface Search {
  /** As a plan names it: without its schema, which is apart and is known only where the plan was asked for it. */
  readonly table: string;
  readonly schema: string | null;
  /** Columns and expressions that must be equal to something, the tenant's first. */
  readonly equal: readonly string[];
  /** The first of those that lie in a range. */
  readonly range: readonly string[];
  /** "created_at DESC": the order in which few rows are taken. */
  readonly order: readonly string[];
  /** What a GIN index finds: words, elements, parts of a text. */
  readonly contained: Clause | null;
  /** Conditions that every execution has: "deleted_at IS NULL". */
  readonly always: readonly string[];
  /** Every column that the scan needs, and perhaps words that are none; null where the plan does not say. */
  readonly needed: readonly string[] | null;
  /** Every row that it needs is in an index already. */
  readonly indexOnly: boolean;
  readonly loops: number;
  readonly pages: number;
  /** Rows that it keeps, and rows that it or the join above throws away. */
  readonly rows: number;
  readonly removed: number;
  /** By an index, whose keys may begin with others than are looked for. */
  readonly byIndex: boolean;
  /** A limit takes few of the rows that are sorted. */
  readonly sortsMany: boolean;
  /** Rows that would be read by an index for it. */
  readonly taken: number;
}

/** An index that a scan used: the order that it gave, and the rows that it has. */
export interface UsedIndex {
  readonly keys: readonly string[];
  readonly orders: readonly string[];
  readonly predicate: string | null;
}

/** More rows, or pages, than this for each row that is used are worth an index. */
export const rowsPerRow = 5;

/** Scans of the same table for the same are one: those of partitions. */
export function searchesOf(
  plan: SeenPlan,
  lineage: Lineage,
  indexOf: (name: string) => UsedIndex | undefined,
): Search[] {
  const aliases = aliasesOf(plan.root);
  const found = new Map<string, Search>();
  for (const scan of scansOf(plan.root, [])) {
    const search = searchOf(scan, plan, lineage, aliases, indexOf);
    const { table, schema, equal, range, order, contained } = search;
    const key = JSON.stringify([schema, table, equal, range, order, contained?.left]);
    const before = found.get(key);
    found.set(key, before ? together(before, search) : search);
  }
  return [...found.values()];
}

const together = (a: Search, b: Search): Search => ({
  ...a,
  pages: a.pages + b.pages,
  rows: a.rows + b.rows,
  removed: a.removed + b.removed,
  loops: Math.max(a.loops, b.loops),
  taken: Math.max(a.taken, b.taken),
  indexOnly: a.indexOnly && b.indexOnly,
});

const aliasesOf = ({ alias, children }: PlanNode): string[] => [
  ...(alias === null ? [] : [alias]),
  ...children.flatMap(aliasesOf),
];

const scans = new Set(['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan']);
const appends = new Set(['Append', 'Merge Append', 'Result']);

interface Scan {
  readonly node: PlanNode;
  /** From the root down to what stands directly above. */
  readonly above: readonly PlanNode[];
}

function scansOf(node: PlanNode, above: readonly PlanNode[]): Scan[] {
  if (scans.has(node.type) && node.relation !== null && node.loops !== 0) return [{ node, above }];
  return node.children.flatMap((child) => scansOf(child, [...above, node]));
}

function searchOf(
  scan: Scan,
  plan: SeenPlan,
  lineage: Lineage,
  aliases: readonly string[],
  indexOf: (name: string) => UsedIndex | undefined,
): Search {
  const { node, above } = scan;
  const listed = constantLists(node, plan);
  const sorted = sortAbove(above);
  const limited = sorted.sort === null ? limitAbove(scan, indexOf) : null;
  const takesFew = sorted.takesFew || limited !== null;
  // Within a list of values an index has no order: then the list is the index's condition, not its key.
  const apart = takesFew ? listed : [];
  const clauses = clausesOf(node)
    .filter((text) => !apart.includes(withoutOwnAlias(text, node.alias)))
    .flatMap((text) => clauseOf(text, node.alias, aliases) ?? []);
  const joined = joinOf(scan, aliases);
  const equal = tenantFirst([
    ...clauses.filter(({ use }) => use === 'equal').map(({ left }) => left),
    ...(joined?.columns ?? []),
  ]);
  const range = unique(clauses.filter(({ use }) => use === 'range').map(({ left }) => left)).filter(
    (column) => !equal.includes(column),
  );
  const asked =
    limited?.order ?? (sorted.sort && (takesFew || range.length === 0) ? sortColumns(sorted.sort) : []);
  const order = asked.filter((key) => !equal.includes(bareKey(key)));
  const always = unique([...constantsOf(node), ...apart, ...partsOf(node, indexOf)]).sort();
  const rows = joined?.rows ?? node.totalRows ?? 0;
  return {
    table: lineage.tables.get(node.relation!) ?? node.relation!,
    schema: node.schema,
    ...{ equal, range: order.length > 0 ? [] : range.slice(0, 1), order },
    sortsMany: sorted.takesFew,
    byIndex: node.type !== 'Seq Scan',
    contained: clauses.find(({ use }) => use === 'contained') ?? null,
    ...{ always, needed: neededOf(scan, always) },
    indexOnly: node.type === 'Index Only Scan',
    loops: Math.max(1, node.loops ?? 1),
    pages: pagesOf(node),
    rows,
    removed: (node.removedRows ?? 0) + Math.max(0, (node.totalRows ?? 0) - rows),
    taken: Math.min(rows, sorted.takesFew ? sorted.taken : rows),
  };
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

const tenantFirst = (columns: readonly string[]) =>
  unique(columns).sort(
    (a, b) => Number(b === 'organization_id') - Number(a === 'organization_id') || (a < b ? -1 : 1),
  );

/** "created_at DESC NULLS LAST" is created_at. */
export const bareKey = (key: string): string => key.replace(/ (ASC|DESC|NULLS (FIRST|LAST))/g, '');

const clausesOf = ({ conditions }: PlanNode): string[] =>
  Object.entries(conditions).flatMap(([kind, text]) => (/Cond$|^Filter$/.test(kind) ? splitAnd(text) : []));

/** Columns by which a join throws most of the scanned rows away, and the rows that are left. */
function joinOf(
  { node, above }: Scan,
  aliases: readonly string[],
): { columns: string[]; rows: number } | null {
  const at = above.findLastIndex(
    ({ type }) => !appends.has(type) && !['Hash', 'Sort', 'Incremental Sort', 'Materialize'].includes(type),
  );
  const join = above[at];
  const condition = join?.conditions['Hash Cond'] ?? join?.conditions['Merge Cond'];
  if (!join || condition === undefined || !/Join$/.test(join.type)) return null;
  if ((node.totalRows ?? 0) <= rowsPerRow * Math.max(join.totalRows ?? 0, 1)) return null;
  const columns = splitAnd(condition).flatMap((text) => {
    const clause = clauseOf(text, node.alias, aliases);
    return clause?.use === 'equal' ? [clause.left] : [];
  });
  return columns.length > 0 ? { columns, rows: join.totalRows ?? 0 } : null;
}

/** A Sort over nothing but the partitions of one table, and whether a Limit takes few of its rows. */
function sortAbove(above: readonly PlanNode[]): { sort: PlanNode | null; takesFew: boolean; taken: number } {
  const at = above.findLastIndex(({ type }) => !appends.has(type));
  const sort = above[at];
  if (!sort || !/^(Incremental )?Sort$/.test(sort.type)) return { sort: null, takesFew: false, taken: 0 };
  const rows = sort.children.reduce((sum, { totalRows }) => sum + (totalRows ?? 0), 0);
  const taken = above[at - 1]?.type === 'Limit' ? (above[at - 1]!.totalRows ?? 0) : rows;
  return { sort, takesFew: rows > rowsPerRow * Math.max(taken, 1), taken };
}

/** A Limit over an index that gives the order: what it throws away on the way is wanted in that order too. */
function limitAbove(
  { node, above }: Scan,
  indexOf: (name: string) => UsedIndex | undefined,
): { order: string[] } | null {
  const at = above.findLastIndex(({ type }) => !appends.has(type));
  if (above[at]?.type !== 'Limit' || node.index === null || node.type === 'Bitmap Heap Scan') return null;
  const index = indexOf(node.index);
  if (!index) return null;
  return { order: index.keys.map((key, i) => key + direction(index.orders[i] ?? '', node.backward)) };
}

/** "1 0 3": the last of the three says DESC (1) and NULLS FIRST (2). */
function direction(order: string, backward: boolean): string {
  const option = Number(order.split(' ').at(-1)) ^ (backward ? 3 : 0);
  return ['', ' DESC NULLS LAST', ' NULLS FIRST', ' DESC'][option] ?? '';
}

const pagesOf = (node: PlanNode): number =>
  node.type === 'Bitmap Heap Scan'
    ? (node.buffers?.hit ?? 0) + (node.buffers?.read ?? 0)
    : (node.selfBuffers ?? 0);

/** "orders_1.created_at DESC, orders_1.id" is created_at DESC, id; none when a key is an expression. */
function sortColumns({ conditions }: PlanNode): string[] {
  const keys = (conditions['Sort Key'] ?? '').split(', ').map((key) => key.replace(/^[\w"]+\./, ''));
  return keys.every((key) => /^"?[a-z_][a-z0-9_]*"?(?: DESC)?(?: NULLS (?:FIRST|LAST))?$/.test(key))
    ? keys
    : [];
}

const literal = /'((?:[^']|'')*)'/g;

const ownTexts = (node: PlanNode) => clausesOf(node).map((text) => withoutOwnAlias(text, node.alias));

/** Never a parameter: IS NULL and IS NOT NULL of a column, and a column that is true or false by itself. */
const constantsOf = (node: PlanNode) =>
  ownTexts(node).filter(
    (text) =>
      /^\(?"?[\w$]+"? IS (NOT )?NULL\)?$/.test(text) ||
      /^("?[a-z_][\w$]*"?|\(NOT "?[a-z_][\w$]*"?\))$/.test(text),
  );

/** What a partial index that is used has for every row: the plan does not ask for it again. */
const partsOf = (node: PlanNode, indexOf: (name: string) => UsedIndex | undefined): string[] =>
  [node, ...(node.type === 'Bitmap Heap Scan' ? node.children : [])].flatMap(({ index }) => {
    const predicate = index === null ? null : (indexOf(index)?.predicate ?? null);
    return predicate === null ? [] : splitAnd(predicate);
  });

/** Lists of values that stand in the statement's own text. */
const constantLists = (node: PlanNode, { isConstant }: SeenPlan) =>
  ownTexts(node).filter((text) => {
    if (!/ = ANY \('\{/.test(text)) return false;
    const values = [...text.matchAll(literal)].flatMap(([, list]) =>
      list!.replace(/^\{|\}$/g, '').split(','),
    );
    return values.every((value) => isConstant?.(value) ?? false);
  });

/** Of a plan of one table, whose output has no alias: words that could be columns, also some that are none. */
const bareColumns = (text: string) =>
  [...text.replace(/::[\w."[\]]+/g, '').matchAll(/"(?:[^"]|"")+"|[a-z_][\w$]*(?![\w$]*\()/g)].map(
    ([name]) => name,
  );

/** A scan directly below an aggregate hands on whole rows, for that costs nothing: then the aggregate says what is needed. */
function neededOf({ node, above }: Scan, always: readonly string[]): string[] | null {
  const parent = above.at(above.findLastIndex(({ type }) => !appends.has(type)));
  const speaker = parent?.type === 'Aggregate' ? parent : node;
  if (node.output === null || speaker.output === null) return null;
  const alias = node.alias ?? node.relation!;
  const own = clausesOf(node).filter((text) => !always.includes(withoutOwnAlias(text, node.alias)));
  const texts = [...speaker.output, ...(speaker === node ? [] : Object.values(speaker.conditions)), ...own];
  const names = new Set<string>();
  for (const text of texts) {
    const plain = text.replace(literal, '');
    const named = [...plain.matchAll(/([\w$]+)\.("(?:[^"]|"")+"|[\w$]+|\*)/g)];
    for (const [, of, column] of named) {
      if (of !== alias && of !== alias.replace(/_\d+$/, '') && of!.replace(/_\d+$/, '') !== alias) continue;
      if (column === '*') return null;
      names.add(column!);
    }
    if (named.length === 0) for (const column of bareColumns(plain)) names.add(column);
  }
  return [...names].sort();
}
