import { clauseList } from '../explain/clauses.ts';
import type { Lineage } from '../explain/lineage.ts';
import { nodesOf, type PlanNode } from '../explain/plan.ts';

/** A plan of the catalogue. */
export interface SeenPlan {
  readonly statement: string;
  readonly weight: number;
  readonly root: PlanNode;
  /** Indexes that the statement would use if its tables were large. */
  readonly couldUse?: readonly string[];
}

/** An index as the candidates need it; a partitioned one with its parts is one. */
export interface KnownIndex {
  readonly short: string;
  /** Schema and name. */
  readonly table: string;
  readonly method: string;
  readonly keys: readonly string[];
  readonly orders: readonly string[];
  readonly included: readonly string[];
  readonly predicate: string | null;
  readonly unique: boolean;
  readonly constraint: string | null;
  readonly bytes: number;
}

/** A change that plans suggest. Nothing is proposed before it is measured. */
export interface Candidate {
  readonly kind: 'missing' | 'unused' | 'redundant';
  readonly table: string;
  readonly ddl: readonly string[];
  readonly drop: readonly string[];
  readonly why: string;
  /** missing: pages by weight that reads could save at most; otherwise the index's bytes. */
  readonly benefit: number;
}

/** Calls by which pages are weighed of what the mix never runs: it was written to be run all the same. */
const leastCalls = 1;
/** A scan that reads many more rows than it returns is worth an index from these on. */
const least = { rowsPerRow: 5, pages: 8 } as const;

/**
 * missing: scans that throw most rows away, and sorts of many rows of which few are taken; redundant: an index whose keys
 * begin another one's; unused: an index that no plan uses or would use on larger tables, and no constraint or duty needs. What is
 * missing comes first, by the pages that it could save times the calls; then what could go, by its size, the kinds in turn.
 * @param duties whether dropping an index would leave something unguarded
 */
export function indexCandidates(
  plans: readonly SeenPlan[],
  indexes: readonly KnownIndex[],
  lineage: Lineage,
  duties: (index: KnownIndex) => boolean,
): Candidate[] {
  const free = indexes.filter((index) => !index.unique && index.constraint === null && !duties(index));
  const redundant = free.flatMap((index) => redundantWith(index, indexes));
  const named = new Set(redundant.flatMap(({ drop }) => drop));
  const used = usedIndexes(plans, lineage);
  const unused = free
    .filter(({ short }) => !used.has(short) && !named.has(short))
    .map(
      (index): Candidate => ({
        ...{ kind: 'unused', table: index.table, ddl: [], drop: [index.short], benefit: index.bytes },
        why: `no plan of the ${plans.length} that were looked at uses it, nor would on larger tables, and no constraint needs it`,
      }),
    );
  return [...byBenefit(missing(plans, indexes, lineage)), ...inTurn([redundant, unused].map(byBenefit))];
}

/** Less than this share of all pages times calls is not worth a measurement. */
const leastShare = 0.001;

/** What the plans read in all, by the same weights: no change can save more. */
export const workOf = (plans: readonly SeenPlan[]): number =>
  plans.reduce(
    (sum, { root: { buffers }, weight }) =>
      sum + ((buffers?.hit ?? 0) + (buffers?.read ?? 0)) * Math.max(weight, leastCalls),
    0,
  );

/** Whether what the candidate could save at most is nothing beside the whole; what could go is not judged by pages. */
export const cannotMatter = ({ kind, benefit }: Candidate, work: number): boolean =>
  kind === 'missing' && benefit < leastShare * work;

const byBenefit = (candidates: readonly Candidate[]) => candidates.toSorted((a, b) => b.benefit - a.benefit);

const inTurn = (lists: readonly (readonly Candidate[])[]): Candidate[] =>
  Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, i) =>
    lists.flatMap((list) => list[i] ?? []),
  ).flat();

function usedIndexes(plans: readonly SeenPlan[], { indexes }: Lineage): Set<string> {
  const names = plans.flatMap(({ root, couldUse = [] }) => [
    ...nodesOf(root).flatMap(({ index }) => index ?? []),
    ...couldUse,
  ]);
  return new Set(names.map((name) => indexes.get(name) ?? name));
}

function redundantWith(index: KnownIndex, all: readonly KnownIndex[]): Candidate[] {
  const longer = all.find(
    (other) =>
      other.short !== index.short &&
      other.table === index.table &&
      other.method === index.method &&
      other.predicate === index.predicate &&
      (other.keys.length > index.keys.length || other.bytes > index.bytes || other.short < index.short) &&
      index.keys.every((key, i) => key === other.keys[i] && index.orders[i] === other.orders[i]) &&
      index.included.every((column) => [...other.keys, ...other.included].includes(column)),
  );
  if (!longer) return [];
  return [
    {
      ...{ kind: 'redundant', table: index.table, ddl: [], drop: [index.short], benefit: index.bytes },
      why: `the keys of ${longer.short} begin with its keys (${index.keys.join(', ')})`,
    },
  ];
}

/** What one scan of one table looks for: the columns that must be equal, and the order in which few rows are taken. */
interface Search {
  readonly table: string;
  readonly columns: readonly string[];
  readonly why: string;
  readonly pages: number;
}

function missing(plans: readonly SeenPlan[], indexes: readonly KnownIndex[], lineage: Lineage): Candidate[] {
  const tables = new Map(indexes.map(({ table }) => [bare(table), table]));
  const found = new Map<string, Candidate>();
  for (const { statement, weight, root } of plans)
    for (const { table: short, columns, why, pages } of searches(root, lineage)) {
      const table = tables.get(short);
      if (!table || columns.length === 0 || isServed(table, columns, indexes)) continue;
      const ddl = `CREATE INDEX ON ${table} (${columns.join(', ')})`;
      const before = found.get(ddl);
      const benefit = pages * Math.max(weight, leastCalls) + (before?.benefit ?? 0);
      const own = `${statement} ${why}`;
      const reasons = before?.why.includes(statement)
        ? before.why
        : [before?.why, own].filter(Boolean).join('; ');
      found.set(ddl, { kind: 'missing', table, ddl: [ddl], drop: [], why: reasons, benefit });
    }
  return [...found.values()];
}

const bare = (table: string) => table.slice(table.indexOf('.') + 1);

const isServed = (table: string, columns: readonly string[], indexes: readonly KnownIndex[]) =>
  indexes.some(
    (index) =>
      index.table === table &&
      index.method === 'btree' &&
      index.predicate === null &&
      columns.every((column, i) => index.keys[i] === column.replace(/ (ASC|DESC|NULLS \w+)/g, '')),
  );

function searches(root: PlanNode, lineage: Lineage): Search[] {
  const found = new Map<string, Search & { rows: number; removed: number; sorted: boolean }>();
  for (const { node, sort, takesFew } of scansOf(root, [])) {
    const table = lineage.tables.get(node.relation!) ?? node.relation!;
    const { equal, range } = columnsOf(node);
    const order = sort && (takesFew || range.length === 0) ? sortColumns(sort) : [];
    const columns = [...equal, ...(order.length > 0 ? order : range.slice(0, 1))];
    const key = `${table} ${columns.join()}`;
    const before = found.get(key);
    found.set(key, {
      ...{ table, columns: [...new Set(columns)], why: '', sorted: takesFew && order.length > 0 },
      pages: pagesOf(node) + (before?.pages ?? 0),
      rows: (node.totalRows ?? 0) + (before?.rows ?? 0),
      removed: (node.removedRows ?? 0) + (before?.removed ?? 0),
    });
  }
  return [...found.values()].flatMap((search) => {
    const { pages, rows, removed, sorted } = search;
    if (pages < least.pages) return [];
    if (removed > least.rowsPerRow * Math.max(rows, 1))
      return [{ ...search, why: `throws ${removed} of ${rows + removed} rows away` }];
    return sorted ? [{ ...search, why: `sorts ${rows} rows and takes few of them` }] : [];
  });
}

const scans = new Set(['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan']);

interface Scan {
  readonly node: PlanNode;
  /** Directly above it: an index in this order saves the sort. */
  readonly sort: PlanNode | null;
  /** A limit above the sort throws most of the rows away. */
  readonly takesFew: boolean;
}

/** Each scan of a table, with the sort above it. */
function scansOf(node: PlanNode, above: readonly PlanNode[]): Scan[] {
  if (scans.has(node.type) && node.relation !== null && node.loops !== 0)
    return [{ node, ...sortAbove(above) }];
  return node.children.flatMap((child) => scansOf(child, [...above, node]));
}

/** A Sort over nothing but the partitions of one table, and whether a Limit takes few of its rows. */
function sortAbove(above: readonly PlanNode[]): Omit<Scan, 'node'> {
  const at = above.findLastIndex(
    ({ type }) => type !== 'Append' && type !== 'Merge Append' && type !== 'Result',
  );
  const sort = above[at];
  if (!sort || !/^(Incremental )?Sort$/.test(sort.type)) return { sort: null, takesFew: false };
  const rows = sort.children.reduce((sum, { totalRows }) => sum + (totalRows ?? 0), 0);
  const taken = above[at - 1]?.type === 'Limit' ? (above[at - 1]!.totalRows ?? 0) : rows;
  return { sort, takesFew: rows > least.rowsPerRow * Math.max(taken, 1) };
}

const pagesOf = (node: PlanNode): number =>
  node.type === 'Bitmap Heap Scan'
    ? (node.buffers?.hit ?? 0) + (node.buffers?.read ?? 0)
    : (node.selfBuffers ?? 0);

/** "(status = 'paid'::order_status)" looks for equality in status; expressions are left out. */
const comparison = /^\(*"?([a-z_][a-z0-9_]*)"?\)*(?:::[a-z ]+)? (=|<|>|<=|>=) /;

function columnsOf(node: PlanNode): { equal: string[]; range: string[] } {
  const [equal, range]: [string[], string[]] = [[], []];
  for (const { key } of clauseList(node)) {
    const [, column, operator] = comparison.exec(key) ?? [];
    if (column) (operator === '=' ? equal : range).push(column);
  }
  const tenantFirst = (a: string, b: string) =>
    Number(b === 'organization_id') - Number(a === 'organization_id') || (a < b ? -1 : 1);
  return { equal: [...new Set(equal)].sort(tenantFirst), range: [...new Set(range)] };
}

/** "orders_1.created_at DESC, orders_1.id" is created_at DESC, id; none when a key is an expression. */
function sortColumns({ conditions }: PlanNode): string[] {
  const keys = (conditions['Sort Key'] ?? '').split(', ').map((key) => key.replace(/^[\w"]+\./, ''));
  return keys.every((key) => /^"?[a-z_][a-z0-9_]*"?(?: DESC)?(?: NULLS (?:FIRST|LAST))?$/.test(key))
    ? keys
    : [];
}
