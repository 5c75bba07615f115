/** A table as init sees it. */
export interface InitTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly string[];
}

export interface TenantGuess {
  readonly column: string;
  readonly why: string;
}

const telling =
  /(tenant|organi[sz]ation|company|account|customer|workspace|team|shop|store|merchant|client|project)(_?id|_uuid|_key)$/i;

/**
 * The column that most tables share and whose name says that it tells customers apart; null where fewer than half of the
 * tables (and at least three) have one. It is a guess: the user is asked before anything rests on it.
 */
export function guessTenants(tables: readonly InitTable[]): TenantGuess | null {
  const counts = new Map<string, number>();
  for (const { columns } of tables)
    for (const column of columns) counts.set(column, (counts.get(column) ?? 0) + 1);
  const [best] = [...counts]
    .filter(([column, count]) => telling.test(column) && count >= 3 && count * 2 >= tables.length)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return best ? { column: best[0], why: `${best[1]} of ${tables.length} tables have it` } : null;
}
