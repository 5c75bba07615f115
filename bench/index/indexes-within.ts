import type { PlanNode } from '../../analysis/explain/plan.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Draw } from '../../scenarios/statement.ts';
import { estimate } from '../postgres/explain.ts';

/** What a small table makes needless: each of these forbids one way round an index. */
const forbidden = [
  ['enable_seqscan', 'enable_sort'],
  ['enable_seqscan', 'enable_sort', 'enable_bitmapscan'],
  ['enable_seqscan', 'enable_indexscan', 'enable_indexonlyscan'],
] as const;

/** Partial indexes with less than half of their table's rows, or with unknown many: their condition alone finds something. */
const narrow = `SELECT index.relname AS name FROM pg_index AS i
  JOIN pg_class AS index ON index.oid = i.indexrelid JOIN pg_class AS own ON own.oid = i.indrelid
  WHERE i.indpred IS NOT NULL AND (index.reltuples < 0 OR index.reltuples < own.reltuples / 2)`;

/** Names of those, of partitions too: the same for all statements. */
export async function readNarrowIndexes(session: Session): Promise<ReadonlySet<string>> {
  const { rows } = await session.query<{ name: string }>(narrow);
  return new Set(rows.map(({ name }) => name));
}

/**
 * Indexes that the statement's plan would use on larger tables: a drop of one of these is no advice. Where nothing else
 * is allowed an index is read whole too; that is a use of it only for its order, or of a condition that few rows fulfil.
 * @param partial `readNarrowIndexes`
 */
export async function indexesWithin(
  session: Session,
  sql: string,
  draw: Draw,
  partial: ReadonlySet<string>,
): Promise<string[]> {
  const found = new Set<string>();
  for (const settings of forbidden) {
    await session.query('SAVEPOINT forced');
    for (const name of settings) await session.query(`SET LOCAL ${name} = off`);
    const { plan } = await estimate(session, sql, draw);
    for (const { index, how } of indexesIn(plan.root, false))
      if (how !== 'whole' || partial.has(index)) found.add(index);
    await session.query('ROLLBACK TO forced');
  }
  return [...found];
}

const passing = new Set(['Append', 'Merge Append', 'Result', 'Subquery Scan', 'LockRows']);
const ordered = new Set(['Limit', 'Unique', 'Group', 'WindowAgg', 'Merge Join', 'Incremental Sort']);

interface Use {
  readonly index: string;
  readonly how: 'searched' | 'in order' | 'whole';
}

/** @param inOrder whether what stands above wants the rows in an order */
export function indexesIn(node: PlanNode, inOrder: boolean): Use[] {
  const { type, index, conditions, children, strategy } = node;
  const searched = conditions['Index Cond'] !== undefined || conditions['Order By'] !== undefined;
  const wants =
    ordered.has(type) || (type === 'Aggregate' && strategy === 'Sorted') || (passing.has(type) && inOrder);
  const how = searched ? 'searched' : inOrder ? 'in order' : 'whole';
  return [
    ...(index === null ? [] : [{ index, how } as const]),
    ...children.flatMap((child) => indexesIn(child, wants)),
  ];
}
