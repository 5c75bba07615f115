import type { DatabaseDigest } from './database-digest.ts';

export const manifestFormat = 1;

/** What is known of one base backup; manifest.json beside its data/. */
export interface Manifest {
  readonly format: typeof manifestFormat;
  /** When it was begun, UTC: "20261128T221500Z". */
  readonly name: string;
  /** The cluster's identifier: WAL of another cluster does not fit. */
  readonly system: string;
  /** Of the server, "18.4". */
  readonly version: string;
  readonly method: 'pg_basebackup' | 'file copy';
  readonly timeline: number;
  readonly startLsn: string;
  /** The copy is consistent from here on; a recovery cannot end before. */
  readonly stopLsn: string;
  readonly startWal: string;
  readonly stopWal: string;
  readonly walSegmentBytes: number;
  /** ISO 8601, of the server's clock. */
  readonly startedAt: string;
  readonly stoppedAt: string;
  /** Whether the WAL after it is archived. */
  readonly archived: boolean;
  readonly bytes: number;
  readonly tookMs: number;
  /** Of every row of the database as the backup holds it; null where that is not known, and why. */
  readonly digest: DatabaseDigest | null;
  readonly digestWhy: string;
  /** What the generator had loaded. */
  readonly dataset: { readonly scale: string; readonly seed: number; readonly digest: string } | null;
  /** Newest migration. */
  readonly migration: number | null;
  readonly files: readonly FileEntry[];
}

export interface FileEntry {
  /** Below data/. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A position in the WAL that somebody gave a name. */
export interface RestorePoint {
  readonly name: string;
  readonly lsn: string;
  readonly at: string;
  readonly timeline: number;
}
