import type { Lineage } from '../explain/lineage.ts';
import { nodesOf } from '../explain/plan.ts';
import type { Candidate, KnownIndex } from './candidate.ts';
import { prefixOf } from './index-prefix.ts';
import type { SeenPlan } from './index-search.ts';
import { type KnownColumn, missingIndexes } from './missing-indexes.ts';

/**
 * missing: scans that throw most rows away, sorts of many rows of which few are taken, and scans that read many rows of the
 * table for few columns; redundant: an index whose keys
 * begin another one's; unused: an index that no plan uses or would use on larger tables, and no constraint or duty needs. What is
 * missing comes first, by the pages that it could save times the calls; then what could go, by its size, the kinds in turn.
 * @param duties whether dropping an index would leave something unguarded
 */
export function indexCandidates(
  plans: readonly SeenPlan[],
  indexes: readonly KnownIndex[],
  columns: readonly KnownColumn[],
  lineage: Lineage,
  duties: (index: KnownIndex) => boolean,
): Candidate[] {
  const free = indexes.filter((index) => !index.unique && index.constraint === null && !duties(index));
  const redundant = free.flatMap((index) => redundantWith(index, indexes, free));
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
  return [
    ...byBenefit(missingIndexes(plans, indexes, columns, lineage)),
    ...inTurn([redundant, unused].map(byBenefit)),
  ];
}

/** Less than this share of all pages times calls is not worth a measurement. */
const leastShare = 0.001;

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

/** Of two with the same keys the one that guards something stays, or the larger, or the first by its name. */
function redundantWith(
  index: KnownIndex,
  all: readonly KnownIndex[],
  free: readonly KnownIndex[],
): Candidate[] {
  const stays = (other: KnownIndex) =>
    other.keys.length > index.keys.length ||
    !free.includes(other) ||
    other.bytes > index.bytes ||
    (other.bytes === index.bytes && other.short < index.short);
  const alike = all.flatMap((other) => {
    const comparable =
      other.short !== index.short &&
      other.table === index.table &&
      other.method === index.method &&
      other.predicate === index.predicate;
    const prefix = comparable && stays(other) ? prefixOf(index, other) : null;
    return prefix === null ? [] : [{ other, prefix }];
  });
  const longer = alike.find(({ prefix }) => prefix === 'whole') ?? alike[0];
  if (!longer) return [];
  const { other, prefix } = longer;
  const keys = `the keys of ${other.short} begin with its keys (${index.keys.join(', ')})`;
  const why =
    prefix === 'whole'
      ? keys
      : `${keys}, and read backwards it has their order where all but the last are equal`;
  return [
    { ...{ kind: 'redundant', table: index.table, ddl: [], drop: [index.short], benefit: index.bytes }, why },
  ];
}
