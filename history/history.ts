import type { DatabaseSync } from 'node:sqlite';
import type { AcceptedChange } from '../result/history.ts';
import { readAcceptances } from './acceptances.ts';
import { type Aliases, readAliases } from './aliases.ts';
import { openIndex } from './index-file.ts';
import { inOrder } from './order.ts';
import { updateIndex } from './update.ts';

export interface IndexedRun {
  readonly no: number;
  readonly id: string;
  readonly startedAt: string;
  readonly suite: string;
  readonly data: string;
  readonly key: string;
  readonly night: number | null;
  readonly verdict: string;
  readonly complete: boolean;
  readonly commit: string | null;
  readonly control: string | null;
  readonly void: string | null;
}

/** A folder of runs as series: its index, brought up to date, and what people wrote beside it. Disposing closes it. */
export interface History extends Disposable {
  readonly root: string;
  readonly index: DatabaseSync;
  /** In order of time. */
  readonly runs: readonly IndexedRun[];
  readonly damaged: readonly { readonly run: string; readonly why: string }[];
  readonly notes: readonly string[];
  readonly aliases: Aliases;
  readonly accepted: readonly AcceptedChange[];
}

export interface OpenOptions {
  readonly now: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** @throws Fault (usage) for an alias file or accepted changes that cannot be read; a damaged run is named instead */
export async function openHistory(
  root: string,
  { now, onProgress = () => {} }: OpenOptions,
): Promise<History> {
  const [aliases, accepted] = [await readAliases(root), await readAcceptances(root)];
  const index = openIndex(root);
  try {
    await updateIndex(index, root, onProgress);
    const { runs, notes } = inOrder(readRuns(index), now);
    const damaged = index.prepare('SELECT id AS run, why FROM runs WHERE why IS NOT NULL ORDER BY id').all();
    return {
      ...{ root, index, runs, notes, aliases, accepted },
      damaged: damaged as unknown as History['damaged'],
      [Symbol.dispose]: () => index.close(),
    };
  } catch (error) {
    index.close();
    throw error;
  }
}

const runsQuery = `SELECT no, id, started_at AS "startedAt", suite, data, key, night, verdict, complete, "commit", control, void
  FROM runs WHERE why IS NULL`;

const readRuns = (index: DatabaseSync): IndexedRun[] =>
  (index.prepare(runsQuery).all() as unknown as (Omit<IndexedRun, 'complete'> & { complete: number })[]).map(
    (row) => ({
      ...row,
      complete: Boolean(row.complete),
    }),
  );

/** The metrics of the index, with the name that each has now. */
export function metricsIn({ index, aliases }: Pick<History, 'index' | 'aliases'>): Metric[] {
  const rows = index.prepare('SELECT no, name, unit, kind, rank FROM metrics').all() as unknown as Metric[];
  return rows.map((row) => ({ ...row, name: aliases(row.name) }));
}

export interface Metric {
  readonly no: number;
  readonly name: string;
  readonly unit: string;
  readonly kind: 'figure' | 'ratio' | 'flag';
  readonly rank: number;
}
