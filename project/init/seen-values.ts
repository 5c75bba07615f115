/** More than a value of a column is: it is left out, so that a source stays a file that a person can read. */
const longest = 4000; // characters, of the values of one call

/**
 * A source of values that a log has: real ones, with the weight that they have there.
 * @param ofTenant the number of the parameter that says whose rows are asked for; null where there is none
 */
export function seenValuesText(
  name: string,
  values: readonly (readonly (string | null)[])[],
  ofTenant: number | null,
): string {
  const kept = values.filter((row) => row.join('').length <= longest);
  const columns = (kept[0] ?? values[0]!).map((_, i) => `p${i + 1}`);
  const rows = kept.map((row, n) => `  (${[n + 1, ...row.map(literal)].join(', ')})`);
  return [
    `-- name: ${name}`,
    `-- what: REAL VALUES of ${kept.length} calls in the log of a database: keep this file as you keep the log`,
    `-- columns: ${columns.join(', ')}`,
    `SELECT ${columns.join(', ')}`,
    'FROM (VALUES',
    rows.join(',\n'),
    `) AS seen (n, ${columns.join(', ')})`,
    ...(ofTenant === null ? [] : [`WHERE p${ofTenant} = $1`]),
    'ORDER BY md5(n::text || $3::text)',
    'LIMIT $2\n',
  ].join('\n');
}

const literal = (value: string | null): string =>
  value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
