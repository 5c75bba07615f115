/** The nodes of PostgreSQL 12 to 18, as JSON names them (commands/explain.c). */
const types = new Set([
  ...[
    'Result',
    'ProjectSet',
    'ModifyTable',
    'Append',
    'Merge Append',
    'Recursive Union',
    'BitmapAnd',
    'BitmapOr',
  ],
  ...['Nested Loop', 'Merge Join', 'Hash Join', 'Seq Scan', 'Sample Scan', 'Gather', 'Gather Merge'],
  ...['Index Scan', 'Index Only Scan', 'Bitmap Index Scan', 'Bitmap Heap Scan', 'Tid Scan', 'Tid Range Scan'],
  ...['Subquery Scan', 'Function Scan', 'Table Function Scan', 'Values Scan', 'CTE Scan', 'WorkTable Scan'],
  ...['Named Tuplestore Scan', 'Foreign Scan', 'Custom Scan', 'Materialize', 'Memoize', 'Sort'],
  ...['Incremental Sort', 'Group', 'Aggregate', 'WindowAgg', 'Unique', 'SetOp', 'LockRows', 'Limit', 'Hash'],
]);

export const isKnownType = (type: string): boolean => types.has(type);

/** As they end a line that something else begins: a log's prefix, a number, another product's mark. */
export const scanTypes: readonly string[] = [...types];

/** Nodes with two inputs or at least two, and nodes with exactly one: by how many they have, a lost line shows. */
export const inputsOf = (type: string): { readonly least: number; readonly most: number } | null => {
  if (/^(Nested Loop|Merge Join|Hash Join|Recursive Union)$/.test(type)) return { least: 2, most: 2 };
  if (type === 'ModifyTable') return { least: 1, most: Number.POSITIVE_INFINITY };
  if (/^Bitmap(And|Or)$/.test(type)) return { least: 2, most: Number.POSITIVE_INFINITY };
  if (
    /^(Sort|Incremental Sort|Materialize|Memoize|Unique|LockRows|Limit|Hash|Gather|Gather Merge|WindowAgg|Group|Aggregate|ProjectSet|Subquery Scan|Bitmap Heap Scan)$/.test(
      type,
    )
  )
    return { least: 1, most: 1 };
  if (
    /^(Seq|Sample|Index|Index Only|Bitmap Index|Tid|Tid Range|Function|Table Function|Values|CTE|WorkTable|Named Tuplestore) Scan$/.test(
      type,
    )
  )
    return { least: 0, most: 0 };
  return null;
};
