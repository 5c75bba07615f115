import { createHash } from 'node:crypto';
import type { Session } from '../infra/topology/session.ts';
import { generatorVersion } from './load/dataset.ts';
import type { Scale } from './scales.ts';

/**
 * Names what a kept copy of a data set depends on: the migrations (by their checksums), the generator, scale and seed,
 * and the server's major version, which decides the format of its files. 16 hex digits.
 * @param session on a migrated database
 */
export async function datasetKey(session: Session, scale: Scale, seed: number): Promise<string> {
  const { rows } = await session.query<{ major: number; migrations: string }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major,
            (SELECT string_agg(version || ':' || checksum, ' ' ORDER BY version) FROM ops.schema_migrations) AS migrations`,
  );
  const { name: _, ...counts } = scale;
  return createHash('sha256')
    .update(JSON.stringify([rows[0], generatorVersion, counts, seed]))
    .digest('hex')
    .slice(0, 16);
}
