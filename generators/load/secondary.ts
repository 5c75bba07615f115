import type { Progress } from '../../config/progress.ts';
import { type Connection, type Session, transaction } from '../../infra/topology/session.ts';
import { queries } from './queries.ts';

const catalogue = queries('secondary.sql', 'indexes', 'foreign_keys');

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
 * which adopt them; then foreign keys. Within a step the connections take a relation at a time. What is done is
 * marked in the transaction that did it.
 */
export async function rebuildSecondary(
  connections: readonly Connection[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { rows } = await connections[0]!.query<{ step: number; relation: string; definitions: string[] }>(
    `SELECT step, relation, array_agg(definition ORDER BY name) AS definitions
     FROM bench.secondary WHERE NOT done
     GROUP BY step, relation ORDER BY step, pg_relation_size(relation::regclass) DESC`,
  );
  let done = 0;
  for (const step of [1, 2, 3]) {
    const waiting = rows.filter((row) => row.step === step);
    const started = performance.now();
    // Foreign keys lock both of their tables: two at once could wait for each other.
    const workers = step === 3 ? connections.slice(0, 1) : connections;
    const build = async (connection: Connection) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        signal.throwIfAborted();
        const { relation, definitions } = next;
        await transaction(connection, async () => {
          // Marked first: a transaction of a killed predecessor that still runs is waited for here.
          const marked = await connection.query(
            'UPDATE bench.secondary SET done = true WHERE relation = $1 AND step = $2 AND NOT done',
            [relation, step],
          );
          if (marked.rowCount) for (const definition of definitions) await connection.query(definition);
        });
        progress.count(++done, rows.length, 'relations');
      }
    };
    await Promise.all(workers.map(build));
    progress.note(`${stepNames[step]}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}

const stepNames: Record<number, string> = {
  1: 'indexes of tables and partitions',
  2: 'indexes of partitioned tables',
  3: 'foreign keys',
};
