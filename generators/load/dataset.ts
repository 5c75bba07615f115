import { readFileSync } from 'node:fs';
import { usage } from '../../config/fault.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { DatasetResult } from '../../result/result.ts';
import type { Scale } from '../scales.ts';
import type { TableDigest } from './digest.ts';
import type { TableSign } from './signs.ts';
import type { Stage } from './stage.ts';

/** Raise it with every change that makes other rows of the same seed: data sets of another version are refused. */
export const generatorVersion = 6;

const marks = readFileSync(new URL('marks.sql', import.meta.url), 'utf8');

export type State = 'loading' | 'ready';

/** What the database says about the data set that it holds or is being given. */
export interface Mark {
  readonly scale: string;
  readonly counts: Omit<Scale, 'name'>;
  readonly seed: number;
  readonly generator: number;
  readonly shards: number;
  readonly appended: number;
  readonly state: State;
  readonly digest: string | null;
  readonly seconds: number | null;
  readonly tables: DatasetResult['tables'] | null;
  readonly digests: readonly TableDigest[] | null;
  /** Loaded with indexes, keys and triggers on; undefined in the marks of older data sets: it was not. */
  readonly live?: boolean;
  readonly ingest?: number | null;
  readonly stages?: readonly Stage[] | null;
  /** Undefined or null in the marks of older data sets. */
  readonly signs?: readonly TableSign[] | null;
}

export async function createMarks(session: Session): Promise<void> {
  await session.query(marks);
}

export async function readMark(session: Session): Promise<Mark | null> {
  const { rows: exists } = await session.query<{ here: boolean }>(
    `SELECT to_regclass('bench.dataset') IS NOT NULL AS here`,
  );
  if (!exists[0]!.here) return null;
  const { rows } = await session.query<Mark & { seed: string | number }>('SELECT * FROM bench.dataset');
  return rows[0] ? { ...rows[0], seed: Number(rows[0].seed) } : null;
}

/** The data set of this database, or null when it holds none that is complete. */
export async function readDataset(session: Session): Promise<DatasetResult | null> {
  const mark = await readMark(session);
  return mark?.state === 'ready' ? resultOf(mark) : null;
}

export function resultOf(mark: Mark): DatasetResult {
  const { scale, seed, digest, seconds, tables, live = false, ingest, stages } = mark;
  const rows = tables!.reduce((sum, table) => sum + table.rows, 0);
  return {
    ...{ scale, seed, digest: digest!, seconds, tables: tables! },
    ...(ingest && {
      ingest: {
        ...{ live, seconds: ingest, rowsPerSecond: rows / ingest },
        ...(stages && { stages: [...stages] }),
      },
    }),
  };
}

/** @throws Fault (usage) when another version of the generator made it: its rows are others. */
export function checkVersion({ generator }: Pick<Mark, 'generator'>): void {
  if (generator !== generatorVersion)
    throw usage(
      `The database holds a data set of generator version ${generator}; this one is version ${generatorVersion}.`,
      'Replace it: ./olympus seed --reload; or measure it with the version that made it.',
    );
}

/**
 * @param live whether it is to be loaded into live tables; undefined when nothing is loaded any more
 * @throws Fault (usage) when the database holds another data set than the wanted one, or is loaded in another way
 */
export function checkSame(mark: Mark, scale: Scale, seed: number, shards = 1, live?: boolean): void {
  checkVersion(mark);
  const { name: _, ...counts } = scale;
  const same = Object.entries(counts).every(
    ([key, count]) => mark.counts[key as keyof typeof counts] === count,
  );
  if (mark.seed !== seed || !same)
    throw usage(
      `The database holds the data set of scale ${mark.scale}, seed ${mark.seed}, not scale ${scale.name}, seed ${seed}.`,
      `Leave out --scale and --seed to use the one that is there; or replace it: ./olympus seed --reload --scale ${scale.name} --seed ${seed}`,
    );
  const wasLive = mark.live ?? false;
  if (live !== undefined && live !== wasLive && (mark.state === 'loading' || live))
    throw usage(
      live
        ? 'The database holds this data set already, and it was not loaded into live tables.'
        : 'The data set is being loaded into live tables: its stock comes of their triggers.',
      live
        ? 'Use the one that is there, or replace it: ./olympus seed --reload --into-live'
        : 'Go on with --into-live.',
    );
  if (mark.state === 'loading' && shards > 1 && mark.shards !== shards)
    throw usage(
      `The data set is being loaded in ${mark.shards} parts, not in ${shards}: some rows would be missing.`,
      `Use --shard i/${mark.shards}, or seed without --shard, which loads whatever is missing.`,
    );
}
