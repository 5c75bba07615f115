import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lineage } from '../../analysis/explain/lineage.ts';
import type { Session } from '../../infra/topology/session.ts';

interface Row {
  readonly name: string;
  readonly is_index: boolean;
  readonly root: string | null;
  readonly definition: string | null;
}

/** What the server knows about partitions and indexes and a plan does not say. */
export async function readLineage(session: Session): Promise<Lineage> {
  const { rows } = await session.query<Row>(await readFile(join(import.meta.dirname, 'lineage.sql'), 'utf8'));
  const rooted = (isIndex: boolean) =>
    new Map(rows.flatMap(({ name, is_index, root }) => (root && is_index === isIndex ? [[name, root]] : [])));
  return {
    tables: rooted(false),
    indexes: rooted(true),
    definitions: new Map(rows.flatMap(({ name, definition }) => (definition ? [[name, definition]] : []))),
  };
}
