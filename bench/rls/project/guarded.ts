import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../infra/topology/session.ts';

/** A relation whose rows policies are to guard, as one session may read it. */
export interface Guarded {
  readonly schema: string;
  readonly name: string;
  /** Its own policies bind the session. */
  readonly bound: boolean;
  readonly readable: boolean;
  /** It has the column that says whose a row is, and the session may read it. */
  readonly saysWhose: boolean;
}

/** @param column says whose a row is */
export async function guardedRelations(session: Session, column: string): Promise<Guarded[]> {
  const text = await readFile(join(import.meta.dirname, 'guarded.sql'), 'utf8');
  return (await session.query<Guarded>(text, [column])).rows;
}

export const relationName = ({ schema, name }: Pick<Guarded, 'schema' | 'name'>): string =>
  `${schema}.${name}`;
