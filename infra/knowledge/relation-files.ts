import { existsSync } from 'node:fs';
import { chown, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoppableServer } from '../local/stoppable.ts';
import { btreeLevel, emptyBtree, pageBytes } from './btree-pages.ts';
import { copiedFirstPage } from './first-pages.ts';
import { levelFromSize } from './level-from-size.ts';

/** What the files of one relation of the copy are to look like. */
export interface FilePlan {
  /** Below the data directory, of the first segment. */
  readonly path: string;
  /** 'i': an index; else a table or a materialised view. */
  readonly kind: string;
  readonly pages: number;
  readonly method: string | null;
  /** Of an index of the source; null where it could not be read, or there is none. */
  readonly firstPage: Uint8Array | null;
  /** Bytes of an index's key, for the height of a tree whose first page could not be read. */
  readonly keyBytes: number;
  /** Of a B-tree; from its first page, or its size, when absent. */
  readonly level?: number;
}

const pagesPerSegment = 1024 ** 3 / pageBytes;

/**
 * Makes the files of relations as long as those of the source: holes that take no room and read as empty pages. The planner
 * asks a relation's files how many pages it has, so without that it would take every table for empty. No page that is written
 * may be in the server's memory: it is stopped, or has just made the index.
 */
export async function makeFiles(
  { dataDirectory, site }: Pick<StoppableServer, 'dataDirectory' | 'site'>,
  plans: readonly FilePlan[],
): Promise<void> {
  for (const plan of plans) {
    site.signal.throwIfAborted();
    const path = join(dataDirectory, plan.path);
    if (plan.pages > 0) await writeFirstPages(path, plan);
    for (let left = plan.pages, segment = 0; left > 0 || segment === 0; left -= pagesPerSegment, segment++) {
      const file = segment === 0 ? path : `${path}.${segment}`;
      if (!existsSync(file)) {
        await writeFile(file, '', { mode: 0o600 });
        if (site.account) await chown(file, site.account.uid, site.account.gid);
      }
      await truncate(file, Math.max(0, Math.min(left, pagesPerSegment)) * pageBytes);
    }
  }
}

async function writeFirstPages(path: string, plan: FilePlan): Promise<void> {
  if (plan.method === 'btree') {
    const own = await readFile(path);
    if (own.length < pageBytes || plan.pages < 2) return;
    const level =
      plan.level ??
      (plan.firstPage ? (btreeLevel(plan.firstPage) ?? 0) : levelFromSize(plan.pages, plan.keyBytes));
    await write(path, emptyBtree(own, Math.min(level, plan.pages - 2)));
  } else if (plan.firstPage && copiedFirstPage.has(plan.method ?? '')) await write(path, plan.firstPage);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, 0);
}
