import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueData } from '../../../analysis/migration/catalogue.ts';
import type { Session } from '../../../infra/topology/session.ts';

const query = readFileSync(join(import.meta.dirname, 'read-catalogue.sql'), 'utf8');

/** Reads what a prediction needs to know of a database. Locks nothing but the catalogue itself. */
export async function readCatalogue(session: Session): Promise<CatalogueData> {
  const { rows } = await session.query<{ catalogue: CatalogueData }>(query);
  return rows[0]!.catalogue;
}
