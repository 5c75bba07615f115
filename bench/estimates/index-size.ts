/** What statistics say of the rows that an index will hold. */
export interface IndexContents {
  readonly rows: number;
  /** Mean bytes of a row's keys and included columns, by pg_stats. */
  readonly keyBytes: number;
  /** How many different keys there are; null: not known, as of an expression. */
  readonly distinct: number | null;
  /** Equal keys share one tuple: of an index that is not unique, with keys that allow it. */
  readonly deduplicates: boolean;
  readonly fillfactor: number;
}

export interface IndexSize {
  readonly pages: number;
  readonly level: number;
}

const usable = 8192 - 24 - 16;
const linePointer = 4;
const tupleHeader = 8;
const tidBytes = 6;
/** CREATE INDEX keeps a tuple of equal keys below a tenth of a page. */
const largestShared = 812;

const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** Pages of a B-tree that CREATE INDEX would build of such rows, and the level of its root. */
export function indexSize(contents: IndexContents): IndexSize {
  const { rows, keyBytes, distinct, deduplicates, fillfactor } = contents;
  if (rows < 1) return { pages: 1, level: 0 };
  const tuple = aligned(tupleHeader + keyBytes);
  const most = Math.max(1, Math.floor((largestShared - tuple) / tidBytes));
  const shared = deduplicates && distinct !== null ? Math.min(most, rows / Math.max(1, distinct)) : 1;
  const bytesPerRow =
    shared > 1 ? (aligned(tuple + shared * tidBytes) + linePointer) / shared : tuple + linePointer;
  const leaves = Math.max(1, Math.ceil((rows * bytesPerRow) / (usable * (fillfactor / 100))));
  const branches = Math.max(2, Math.floor((usable * 0.7) / (tuple + linePointer)));
  let pages = 1 + leaves; // the first page holds the root's place
  let level = 0;
  for (let under = leaves; under > 1; level++) {
    under = Math.ceil(under / branches);
    pages += under;
  }
  return { pages, level };
}
