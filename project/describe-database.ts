import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../infra/topology/session.ts';
import type { DatasetResult } from '../result/result.ts';

const query = join(import.meta.dirname, 'describe-database.sql');

/**
 * A database that is measured as it is, in the terms of a data set. Its rows are those of the last VACUUM or ANALYZE; the
 * digest covers the tables' columns and these counts, so that two runs on other rows are not taken for equals.
 */
export async function describeDatabase(session: Session): Promise<DatasetResult> {
  const { rows } = await session.query<{ name: string; rows: string; bytes: string; columns: string }>(
    await readFile(query, 'utf8'),
  );
  const digest = createHash('sha256')
    .update(JSON.stringify(rows.map(({ name, rows: count, columns }) => [name, count, columns])))
    .digest('hex');
  return {
    scale: 'as it is',
    seed: 0,
    digest,
    seconds: null,
    tables: rows.map(({ name, rows: count, bytes }) => ({
      name,
      rows: Number(count),
      bytes: Number(bytes),
      rowsPerSecond: null,
    })),
  };
}
