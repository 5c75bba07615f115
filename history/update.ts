import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { fingerprintInput } from '../bench/host/fingerprint.ts';
import { defaultSuite } from '../config/suites.ts';
import { isRunId } from '../reports/run-id.ts';
import { files } from '../reports/write-run.ts';
import type { Result } from '../result/result.ts';
import { metricsOf } from './metrics-of.ts';

interface Seen {
  readonly id: string;
  readonly modified: number;
  readonly size: number;
}

/** Runs in one transaction: an index that is being built for long is worth something when it is cut off. */
const batch = 100;

/**
 * Reads the runs that are new or changed since, and forgets those that are gone. A run that cannot be read is kept with
 * the reason, and the others go on.
 * @returns how many were read
 */
export async function updateIndex(
  index: DatabaseSync,
  root: string,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const known = new Map(
    (index.prepare('SELECT id, modified, size FROM runs').all() as unknown as Seen[]).map((row) => [
      row.id,
      row,
    ]),
  );
  const there = runsIn(root);
  const ids = new Set(there.map(({ id }) => id));
  const gone = [...known.keys()].filter((id) => !ids.has(id));
  const changed = there.filter(({ id, modified, size }) => {
    const row = known.get(id);
    return row === undefined || row.modified !== modified || row.size !== size;
  });
  for (const id of gone) forget(index, id);
  for (let at = 0; at < changed.length; at += batch) {
    const part = await Promise.all(
      changed.slice(at, at + batch).map(async (seen) => ({ seen, read: await read(join(root, seen.id)) })),
    );
    index.exec('BEGIN IMMEDIATE');
    for (const { seen, read: found } of part) store(index, seen, found);
    index.exec('COMMIT');
    onProgress(Math.min(changed.length, at + batch), changed.length);
  }
  return changed.length;
}

function runsIn(root: string): Seen[] {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return [];
  }
  return names.filter(isRunId).map((id) => {
    const facts = statSync(join(root, id, files.result), { throwIfNoEntry: false });
    return { id, modified: facts?.mtimeMs ?? 0, size: facts?.size ?? 0 };
  });
}

/** Imported when there is something to read: checking a result brings its whole schema. */
async function read(directory: string): Promise<Result | string> {
  const { parseResult } = await import('../reports/read-run.ts');
  return parseResult(directory).catch((error: Error) => error.message);
}

function forget(index: DatabaseSync, id: string): void {
  index.prepare('DELETE FROM points WHERE run = (SELECT no FROM runs WHERE id = ?)').run(id);
  index.prepare('DELETE FROM runs WHERE id = ?').run(id);
}

function store(index: DatabaseSync, { id, modified, size }: Seen, found: Result | string): void {
  forget(index, id);
  if (typeof found === 'string') {
    index
      .prepare('INSERT INTO runs (id, modified, size, why) VALUES (?, ?, ?, ?)')
      .run(id, modified, size, found);
    return;
  }
  const { run, environment, dataset, verdict, nightly } = found;
  const key = keyOf(found);
  const input = fingerprintInput(environment, dataset?.digest ?? null);
  index
    .prepare('INSERT OR IGNORE INTO keys VALUES (?, ?)')
    .run(key, JSON.stringify({ ...input, control: nightly?.control.digest ?? null }));
  const row: Record<string, SQLInputValue> = {
    id,
    modified,
    size,
    started_at: run.startedAt,
    suite: seriesOf(found),
    data: dataset ? `${dataset.scale}, seed ${dataset.seed}` : '',
    key,
    night: nightly?.night ?? null,
    verdict: verdict.status,
    complete: Number(run.complete),
    commit: environment.harness.commit,
    control: nightly?.control.digest ?? null,
    void: nightly?.void ?? null,
  };
  const columns = Object.keys(row);
  const { lastInsertRowid: no } = index
    .prepare(
      `INSERT INTO runs (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    )
    .run(...Object.values(row));
  storePoints(index, no, found);
}

/** Under which suite the nights are listed: `bench --suite nightly` is another thing. */
export const nights = 'nights';

/** A series holds runs of one kind and suite: those of `explain`, `index` and `ab` are not in that of `bench`. */
function seriesOf({ run, nightly }: Result): string {
  if (nightly) return nights;
  if (run.kind === 'bench') return run.suite;
  return run.suite === defaultSuite || run.suite === run.kind ? run.kind : `${run.kind} ${run.suite}`;
}

/** Nights compare only on one fingerprint and against one control. */
export const keyOf = ({ environment, nightly }: Pick<Result, 'environment' | 'nightly'>): string =>
  nightKey(environment.fingerprint, nightly?.control.digest);

export const nightKey = (fingerprint: string, control: string | undefined): string =>
  control === undefined ? fingerprint : `${fingerprint} ${control}`;

function storePoints(index: DatabaseSync, run: number | bigint, result: Result): void {
  const name = index.prepare(
    'INSERT INTO metrics (name, unit, kind, rank) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET unit = excluded.unit, rank = excluded.rank RETURNING no',
  );
  const point = index.prepare('INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { metric, unit, kind, rank, value, control, state, since, level, limit } of metricsOf(result)) {
    const { no } = name.get(metric, unit, kind, rank) as { no: number };
    point.run(no, run, value, control, state, since, level, limit);
  }
}
