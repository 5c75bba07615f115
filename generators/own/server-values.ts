import { Fault, usage } from '../../config/fault.ts';
import { identifier, type Session } from '../../infra/topology/session.ts';
import type { SchemaColumn } from './database-schema.ts';

/**
 * Texts as the server writes them in COPY's binary form, whatever the type: it reads each as a value of the column, so that
 * what a domain or an enum refuses is refused before anything is loaded.
 * @param where file, line and column, for the message
 * @throws Fault (usage) with the server's words
 */
export async function serverValues(
  session: Session,
  column: SchemaColumn,
  texts: readonly string[],
  where: string,
): Promise<Buffer[]> {
  const send = column.send.split('.').map(unquoted).map(identifier).join('.');
  const type = sendType(column);
  try {
    const { rows } = await session.query<{ bytes: Buffer }>(
      `SELECT ${send}(v::${column.type}${type}) AS bytes FROM unnest($1::text[]) WITH ORDINALITY AS t (v, n) ORDER BY n`,
      [texts],
    );
    return rows.map(({ bytes }) => bytes);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw usage(
      `${where}: the server reads no ${column.type} in a value of this law: ${(error as Error).message}`,
      'Give values of that type: { values: [...] }.',
      error,
    );
  }
}

/** A domain is sent as the type below it. */
const sendType = ({ type, base, baseSchema, kind }: SchemaColumn): string =>
  kind === 'b' && type !== base && !base.startsWith('_')
    ? `::${identifier(baseSchema)}.${identifier(base)}`
    : '';

const unquoted = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
