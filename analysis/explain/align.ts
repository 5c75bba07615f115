import type { Grouped } from './collapse.ts';

/** A node of either plan or of both, in the order in which a reader meets them. */
export type Aligned =
  | { readonly kind: 'both'; readonly before: Placed; readonly after: Placed; readonly moved: boolean }
  | { readonly kind: 'gone'; readonly before: Placed }
  | { readonly kind: 'new'; readonly after: Placed };

export interface Placed extends Grouped {
  readonly depth: number;
  /** Relations with aliases that are read by it and below it. */
  readonly reads: string;
  readonly role: string;
}

/**
 * Finds the nodes that do the same in both plans: by what they are for (a scan, a join, a sort...) and by the relations
 * that they and those below them read, never by position: an inserted node shifts nothing.
 */
export function align(before: Grouped, after: Grouped): Aligned[] {
  const [a, b] = [place(before), place(after)];
  const partner = match(a, b);
  const kept = longestInOrder(a, b, partner);
  const rows: Aligned[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left && !partner.forward.has(left)) rows.push({ kind: 'gone', before: a[i++]! });
    else if (left && !kept.has(left))
      i++; // it is told where its partner stands
    else if (right && !partner.back.has(right)) rows.push({ kind: 'new', after: b[j++]! });
    else if (right && !kept.has(partner.back.get(right)!))
      rows.push({ kind: 'both', before: partner.back.get(right)!, after: b[j++]!, moved: true });
    else rows.push({ kind: 'both', before: a[i++]!, after: b[j++]!, moved: false });
  }
  return rows;
}

function place(root: Grouped, depth = 0): Placed[] {
  const below = root.children.map((child) => place(child, depth + 1));
  const { relation, alias, cte, type } = root.node;
  const scans = /Scan$/.test(type);
  const own =
    scans && relation ? [`${relation} ${alias ?? ''}`] : scans && cte ? [`CTE ${cte} ${alias ?? ''}`] : [];
  const reads = [...new Set([...own, ...below.flatMap(([child]) => child!.reads.split('\n'))])]
    .filter((each) => each !== '')
    .sort()
    .join('\n');
  return [{ ...root, depth, reads, role: roleOf(root) }, ...below.flat()];
}

function roleOf({ node: { type, relation, cte, partialMode, subplan, operation } }: Grouped): string {
  const under = subplan ? `${subplan.replace(/ \(.*/, '')} ` : '';
  if (operation && (type === 'ModifyTable' || type === 'Foreign Scan')) return `${under}write`;
  if (/Scan$/.test(type) && (relation || cte)) return `${under}scan`;
  if (/Join$|^Nested Loop$/.test(type)) return `${under}join`;
  if (/Sort$/.test(type)) return `${under}sort`;
  if (/Append$/.test(type)) return `${under}append`;
  if (/^Gather/.test(type)) return `${under}gather`;
  if (type === 'Aggregate' || type === 'Group' || type === 'Unique')
    return `${under}group ${partialMode === 'Simple' ? '' : (partialMode ?? '')}`; // text does not say Simple
  return under + type;
}

interface Partners {
  readonly forward: Map<Placed, Placed>;
  readonly back: Map<Placed, Placed>;
}

/** The same role over the same relations; among several the same type of node first, then that of most partitions. */
function match(a: readonly Placed[], b: readonly Placed[]): Partners {
  const partners: Partners = { forward: new Map(), back: new Map() };
  const keyOf = ({ role, reads, node }: Placed) =>
    role === 'Bitmap Index Scan' ? `${role}|${node.index}` : `${role}|${reads}`;
  const waiting = Map.groupBy(b, keyOf);
  const pair = (sameType: boolean) => {
    for (const left of a.toSorted((x, y) => y.partitions - x.partitions)) {
      if (partners.forward.has(left)) continue;
      const free = (waiting.get(keyOf(left)) ?? [])
        .filter((right) => !partners.back.has(right) && (!sameType || right.node.type === left.node.type))
        .toSorted((x, y) => y.partitions - x.partitions);
      if (!free[0]) continue;
      partners.forward.set(left, free[0]);
      partners.back.set(free[0], left);
    }
  };
  pair(true);
  pair(false);
  return partners;
}

/** The longest part of the pairs that stand in the same order in both plans; the others have moved. */
function longestInOrder(a: readonly Placed[], b: readonly Placed[], { forward }: Partners): Set<Placed> {
  const places = new Map(b.map((node, i) => [node, i]));
  const paired = a.filter((node) => forward.has(node));
  const at = paired.map((node) => places.get(forward.get(node)!)!);
  const best: number[] = [];
  const from: number[] = [];
  at.forEach((place, i) => {
    best[i] = 1;
    from[i] = -1;
    for (let k = 0; k < i; k++)
      if (at[k]! < place && best[k]! + 1 > best[i]!) [best[i], from[i]] = [best[k]! + 1, k];
  });
  const kept = new Set<Placed>();
  let last = best.indexOf(Math.max(...best));
  while (last >= 0) {
    kept.add(paired[last]!);
    last = from[last]!;
  }
  return kept;
}
