import type { Progress } from '../../config/progress.ts';
import { type Connection, type Session, transaction } from '../../infra/topology/session.ts';
import { queries } from './queries.ts';
import { inStage, type Stage } from './stage.ts';

const catalogue = queries('secondary.sql', 'indexes', 'foreign_keys', 'pending');

interface Secondary {
  readonly step: 1 | 2 | 3;
  readonly relation: string;
  readonly name: string;
  /** Goes with its parent's when that is dropped, and is attached to it when that is made again. */
  readonly follows: boolean;
  readonly removal: string;
  readonly definition: string;
}

/**
 * Drops every index and foreign key of these tables and remembers how to make them again, in the caller's
 * transaction. Leaves are remembered one by one, so that they come back with their own names and can be built on
 * several connections; a parent's index then finds its leaves' and attaches them.
 */
export async function dropSecondary(session: Session, tables: readonly string[]): Promise<number> {
  const keys = await session.query<Secondary>(catalogue.foreign_keys, [tables]);
  const indexes = await session.query<Secondary>(catalogue.indexes, [tables]);
  const all = [...keys.rows, ...indexes.rows];
  await session.query(
    `INSERT INTO bench.secondary (step, relation, name, definition)
     SELECT * FROM jsonb_to_recordset($1) AS x(step integer, relation text, name text, definition text)`,
    [JSON.stringify(all)],
  );
  const parentsFirst = indexes.rows.toSorted((a, b) => b.step - a.step);
  for (const { follows, removal } of [...keys.rows, ...parentsFirst])
    if (!follows) await session.query(removal);
  return all.length;
}

/**
 * Makes again what is not made yet: leaves' and plain tables' indexes, largest table first; then the parents' indexes,
 * which adopt them, those of the lowest level first and so one at a time; then foreign keys. Within the other steps the
 * connections take turns. What is done is marked in the
 * transaction that did it. Returns how long each step took.
 */
export async function rebuildSecondary(
  connections: readonly Connection[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Stage[]> {
  const stages: Stage[] = [];
  const { rows } = await connections[0]!.query<Task>(catalogue.pending);
  let done = 0;
  for (const step of [1, 2, 3]) {
    const waiting = rows.filter((row) => row.step === step);
    if (!waiting.length) continue;
    const build = async (connection: Connection) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        signal.throwIfAborted();
        await rebuild(connection, next);
        progress.count(++done, rows.length, 'builds');
      }
    };
    await inStage(stages, progress, stepNames[step]!, () =>
      Promise.all((step === 2 ? connections.slice(0, 1) : connections).map(build)),
    );
  }
  return stages;
}

/** What one transaction makes: all indexes of a relation, or one foreign key. */
interface Task {
  readonly step: number;
  readonly relation: string;
  readonly names: readonly string[];
  readonly definitions: readonly string[];
}

async function rebuild(connection: Connection, { step, relation, names, definitions }: Task): Promise<void> {
  await transaction(connection, async () => {
    // Marked first: a transaction of a killed predecessor that still runs is waited for here.
    const marked = await connection.query(
      'UPDATE bench.secondary SET done = true WHERE relation = $1 AND step = $2 AND name = ANY ($3) AND NOT done',
      [relation, step, names],
    );
    if (marked.rowCount) for (const definition of definitions) await connection.query(definition);
  });
}

const stepNames: Record<number, string> = {
  1: 'indexes of tables and partitions',
  2: 'indexes of partitioned tables',
  3: 'foreign keys',
};
