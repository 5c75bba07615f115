import { clauseList } from './clauses.ts';
import { aliasOf } from './fingerprint.ts';
import { type Lineage, noLineage, rootTable } from './lineage.ts';
import { nodesOf, type Plan } from './plan.ts';

/** A condition that one plan looks up in an index, and the other tests row by row. */
export interface KeptFromIndex {
  /** The table; of a partition its root. */
  readonly relation: string;
  /** What the scan reads, as the plan names it: the table or one of its partitions, and its alias. */
  readonly scanned: string;
  readonly alias: string | null;
  /** Literals replaced by `?`. */
  readonly clause: string;
  /** As EXPLAIN printed it in the plan that tests it row by row. */
  readonly text: string;
}

/** Conditions that are an Index Cond in `free`, and only a Filter over the same table in `bound`; each once. */
export function keptFromIndex(free: Plan, bound: Plan, lineage: Lineage = noLineage): KeptFromIndex[] {
  const indexed = conditionsOf(free, lineage).filter(({ use }) => use === 'Index Cond');
  const used = new Set(indexed.map(({ key }) => key));
  const inBound = conditionsOf(bound, lineage);
  const stillIndexed = new Set(inBound.filter(({ use }) => use === 'Index Cond').map(({ key }) => key));
  const found = new Map<string, KeptFromIndex>();
  for (const { key, use, ...condition } of inBound)
    if (use === 'Filter' && used.has(key) && !stillIndexed.has(key) && !found.has(key))
      found.set(key, condition);
  return [...found.values()];
}

type Condition = KeptFromIndex & { readonly key: string; readonly use: string };

/** Every condition of the scans of tables. A bitmap's index conditions are told again by its heap scan. */
function conditionsOf({ root }: Plan, lineage: Lineage): Condition[] {
  return nodesOf(root).flatMap((node) => {
    if (!node.relation) return [];
    const relation = rootTable(lineage, node.relation);
    const of = `${relation} ${aliasOf(node, lineage)}`;
    return clauseList(node).map(({ key, text, use }) => ({
      ...{ relation, scanned: node.relation!, alias: node.alias, clause: key, text, use },
      key: `${of} ${key}`,
    }));
  });
}
