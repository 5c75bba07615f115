import type { Session } from '../../infra/topology/session.ts';
import type { Draw } from '../../scenarios/statement.ts';

/** A statement prepared in SQL, so that many executions fit into one message and one round trip. */
export async function prepare(session: Session, name: string, sql: string): Promise<void> {
  await session.query(`PREPARE ${name} AS ${sql}`);
}

/** One execution as text. Values are literals of unknown type, as if bound: the server infers their types. */
export const execution = (name: string, draw: Draw): string =>
  draw.length === 0 ? `EXECUTE ${name}` : `EXECUTE ${name}(${draw.map(literal).join(', ')})`;

/** A string constant that is right whatever standard_conforming_strings says. */
export function literal(value: string | null): string {
  if (value === null) return 'NULL';
  const quoted = `'${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return value.includes('\\') ? ` E${quoted}` : quoted;
}
