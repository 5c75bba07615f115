import { createHash } from 'node:crypto';
import type { Migration } from '../migrations/directory.ts';
import { generatorVersion } from './load/dataset.ts';
import type { Scale } from './scales.ts';

/**
 * Names what a kept copy of a data set depends on: the migrations (by their checksums), the generator, scale and seed,
 * and the server, whose version decides the format of its files. 16 hex digits.
 * @param version of the server, "18.4"
 */
export function datasetKey(
  migrations: readonly Pick<Migration, 'version' | 'checksum'>[],
  version: string,
  scale: Scale,
  seed: number,
): string {
  const { name: _, ...counts } = scale;
  const schema = migrations.map((migration) => [migration.version, migration.checksum]);
  const machine = [version, process.platform, process.arch];
  return createHash('sha256')
    .update(JSON.stringify([schema, machine, generatorVersion, counts, seed]))
    .digest('hex')
    .slice(0, 16);
}
