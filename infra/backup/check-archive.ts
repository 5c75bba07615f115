import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from './check-files.ts';
import { hashFile } from './hash-tree.ts';
import type { Manifest } from './manifest.ts';
import { listWal, type Repository, walFolder } from './repository.ts';
import { nextWalFile } from './wal.ts';
import { walChain } from './wal-chain.ts';

export interface ArchiveCheck {
  readonly damages: readonly Damage[];
  /** Files that follow the backup, each of them hashed. */
  readonly files: number;
  /** The last of them. */
  readonly last: string | null;
}

/** Looks at every archived WAL file after a backup: none may be missing, and each must be what was archived. */
export async function checkArchive(
  repository: Repository,
  { stopWal, walSegmentBytes }: Manifest,
  signal: AbortSignal,
): Promise<ArchiveCheck> {
  const names = listWal(repository).map(({ name }) => name);
  const first = nextWalFile(stopWal, walSegmentBytes);
  const { last, missing } = walChain(first, names, walSegmentBytes);
  const damages: Damage[] = missing.map((file) => ({ file, why: 'it is missing from the archive' }));
  const after = names.filter((name) => name >= first);
  for (const file of after) {
    const path = join(walFolder(repository), file);
    const sum = `${path}.sha256`;
    if (!existsSync(sum)) damages.push({ file, why: 'its checksum is missing' });
    else if ((await hashFile(path, signal)) !== readFileSync(sum, 'utf8').slice(0, 64))
      damages.push({ file, why: 'its bytes were changed (SHA-256 differs)' });
  }
  return { damages, files: after.length, last: last ?? null };
}
