import { nextWalFile, timelineOf } from './wal.ts';

/** The WAL files of one timeline that follow a backup without a gap. */
export interface WalChain {
  /** The last file that can be reached; undefined when not even the first is there. */
  readonly last: string | undefined;
  /** Files that are missing between `last` and what is archived after it. */
  readonly missing: readonly string[];
}

/**
 * How far the archive reaches from a file on. What lies behind a gap is of no use: a recovery ends at it.
 * @param archived file names, in any order, of any timeline
 */
export function walChain(first: string, archived: readonly string[], segmentBytes: number): WalChain {
  const there = new Set(archived.filter((name) => timelineOf(name) === timelineOf(first) && name >= first));
  let last: string | undefined;
  let file = first;
  for (; there.has(file); file = nextWalFile(file, segmentBytes)) last = file;
  const newest = [...there].sort().at(-1);
  const missing: string[] = [];
  if (newest !== undefined && newest > file)
    for (; file < newest; file = nextWalFile(file, segmentBytes)) if (!there.has(file)) missing.push(file);
  return { last, missing };
}
