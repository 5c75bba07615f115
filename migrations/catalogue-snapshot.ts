import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../infra/topology/session.ts';

/** The schema of a database as sorted text, one object an entry: equal texts are equal schemas. */
export async function catalogueSnapshot(session: Session): Promise<string[]> {
  const sql = await readFile(join(import.meta.dirname, 'catalogue-snapshot.sql'), 'utf8');
  const { rows } = await session.query<{ kind: string; name: string; definition: string }>(sql);
  return rows.map(({ kind, name, definition }) => `${kind} ${name}\n${definition}`);
}
