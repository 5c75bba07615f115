/** Where a failed SQL text went wrong, as " at line 2, column 8"; empty where the server does not say. */
export function placeOf(sql: string, error: unknown): string {
  const { position } = error as { position?: string };
  if (!position) return '';
  const lines = [...sql]
    .slice(0, Number(position) - 1) // PostgreSQL counts characters from 1
    .join('')
    .split('\n');
  return ` at line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}
