/** Bytes of a page; other block sizes are refused before. */
export const pageBytes = 8192;

/** https://www.postgresql.org/docs/current/storage-page-layout.html, and nbtree.h for what is in the special space. */
const headerBytes = 24;
const specialBytes = 16;
const layoutVersion = 4;
const lineFlags = { normal: 1 } as const;
const flags = { leaf: 1, root: 2 } as const;
/** An inner tuple without key (minus infinity): only its header, with the block below it. */
const minusInfinity = { bytes: 8, hasOtherTid: 0x2000 } as const;
const metaAt = { magic: 24, root: 32, level: 36, fastRoot: 40, fastLevel: 44 } as const;
const magic = 0x053162;

/** The level of the root, 0 for a tree of one leaf; null: these are not the first bytes of a B-tree, or it has no root yet. */
export function btreeLevel(metaPage: Uint8Array): number | null {
  if (metaPage.length < metaAt.fastLevel + 4) return null;
  const view = new DataView(metaPage.buffer, metaPage.byteOffset, metaPage.byteLength);
  if (view.getUint32(metaAt.magic, true) !== magic || view.getUint32(metaAt.root, true) === 0) return null;
  return view.getUint32(metaAt.fastLevel, true);
}

/**
 * The first pages of a B-tree without a row whose root is at this level: the planner asks the first page how high the tree is,
 * and may go down it to look for the least and the largest key, which must then find an empty leaf and no error.
 * @param metaPage the first page, as CREATE INDEX wrote it for an empty table
 */
export function emptyBtree(metaPage: Uint8Array, level: number): Uint8Array {
  const pages = new Uint8Array(pageBytes * (level + 2));
  pages.set(metaPage.subarray(0, pageBytes));
  const meta = new DataView(pages.buffer, 0, pageBytes);
  for (const [at, value] of [
    [metaAt.root, 1],
    [metaAt.level, level],
    [metaAt.fastRoot, 1],
    [metaAt.fastLevel, level],
  ] as const)
    meta.setUint32(at, value, true);
  for (let block = 1; block <= level + 1; block++) {
    const view = new DataView(pages.buffer, block * pageBytes, pageBytes);
    writePage(view, level + 1 - block, { isRoot: block === 1, below: block + 1 });
  }
  return pages;
}

function writePage(page: DataView, level: number, { isRoot, below }: { isRoot: boolean; below: number }) {
  const special = pageBytes - specialBytes;
  const tupleAt = special - minusInfinity.bytes;
  const inner = level > 0;
  page.setUint16(12, headerBytes + (inner ? 4 : 0), true); // pd_lower
  page.setUint16(14, inner ? tupleAt : special, true); // pd_upper
  page.setUint16(16, special, true);
  page.setUint16(18, pageBytes | layoutVersion, true);
  if (inner) {
    page.setUint32(
      headerBytes,
      (tupleAt | (lineFlags.normal << 15) | (minusInfinity.bytes << 17)) >>> 0,
      true,
    );
    page.setUint16(tupleAt, below >>> 16, true); // the block below, in two halves
    page.setUint16(tupleAt + 2, below & 0xffff, true);
    page.setUint16(tupleAt + 4, 0, true); // no key columns
    page.setUint16(tupleAt + 6, minusInfinity.bytes | minusInfinity.hasOtherTid, true);
  }
  page.setUint32(special + 8, level, true);
  page.setUint16(special + 12, (level === 0 ? flags.leaf : 0) | (isRoot ? flags.root : 0), true);
}
