import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, connect, type Session } from '../../infra/topology/session.ts';
import type { IndexForm } from '../../result/result.ts';
import { effectOf } from './build.ts';
import type { Index } from './indexes.ts';

/** The copy that the index is built on once more. */
export interface Place {
  readonly admin: Connection;
  readonly url: string;
}

/** Under these names it stands beside the index that was asked for, and is dropped again. */
const twin = 'olympus_form';
/** Between two looks at the locks, and between two attempts to write and to read. */
const lookMs = 2;
const askMs = 5;

/**
 * Builds an index again in both ways, plain and CONCURRENTLY, while others write and read: how long it takes, which
 * locks it holds, and how long those who ask meanwhile wait. On a partitioned table CONCURRENTLY is the recipe: ON ONLY
 * the parent, CONCURRENTLY on each partition, ATTACH.
 */
export async function measureForms(place: Place, index: Index): Promise<IndexForm[]> {
  const forms: IndexForm[] = [];
  for (const form of ['plain', 'concurrently'] as const) {
    const steps = form === 'plain' ? [plain(index)] : await concurrently(place.admin, index);
    try {
      forms.push({ form, ...(await watched(place, index.table, steps)), steps: steps.length });
    } finally {
      await dropTwins(place.admin, index.table);
    }
  }
  return forms;
}

/** "CREATE UNIQUE INDEX name ON ONLY ", as pg_get_indexdef begins. */
const head = /^CREATE (UNIQUE )?INDEX (?:"(?:[^"]|"")+"|\S+) ON (ONLY )?/;

export const plain = ({ definition }: Pick<Index, 'definition'>): string =>
  definition.replace(head, (_, unique = '') => `CREATE ${unique}INDEX ${twin} ON `);

export async function concurrently(
  session: Session,
  index: Pick<Index, 'definition' | 'name'>,
): Promise<string[]> {
  const build = (definition: string, name: string) =>
    definition.replace(head, (_, unique = '') => `CREATE ${unique}INDEX CONCURRENTLY ${name} ON `);
  if (!/ ON ONLY /.test(index.definition)) return [build(index.definition, twin)];
  const { rows } = await session.query<{ schema: string; definition: string }>(
    `SELECT quote_ident(n.nspname) AS schema, pg_get_indexdef(p.relid) AS definition
     FROM pg_partition_tree($1::regclass) AS p
     JOIN pg_class AS c ON c.oid = p.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE p.isleaf ORDER BY p.relid`,
    [index.name],
  );
  const schema = rows[0]?.schema ?? 'public';
  return [
    index.definition.replace(head, (_, unique = '') => `CREATE ${unique}INDEX ${twin} ON ONLY `),
    ...rows.flatMap(({ definition }, i) => [
      build(definition, `${twin}_${i}`),
      `ALTER INDEX ${schema}.${twin} ATTACH PARTITION ${schema}.${twin}_${i}`,
    ]),
  ];
}

async function dropTwins(session: Session, table: string): Promise<void> {
  const { rows } = await session.query<{ sql: string }>(
    `SELECT format('DROP INDEX IF EXISTS %s', i.indexrelid::regclass) AS sql
     FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
     WHERE c.relname ~ '^${twin}(_[0-9]+)?$' AND NOT c.relispartition
       AND i.indrelid IN (SELECT $1::regclass UNION SELECT relid FROM pg_partition_tree($1::regclass))`,
    [table],
  );
  for (const { sql } of rows) await session.query(sql);
}

async function watched(place: Place, table: string, steps: readonly string[]) {
  await using looker = await connect(place.url, 'olympus-index');
  await using writer = await connect(place.url, 'olympus-index');
  await using reader = await connect(place.url, 'olympus-index');
  const { rows } = await place.admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const over = new AbortController();
  const others = Promise.all([
    locksSeen(looker, rows[0]!.pid, over.signal),
    longestWait(writer, table, 'ROW EXCLUSIVE', over.signal),
    longestWait(reader, table, 'ACCESS SHARE', over.signal),
  ]);
  others.catch(() => {}); // it is awaited below
  let ms = 0;
  try {
    const started = performance.now();
    for (const step of steps) await place.admin.query(step);
    ms = performance.now() - started;
  } finally {
    over.abort();
  }
  const [locks, writeWaitMs, readWaitMs] = await others;
  return { ms, locks, writeWaitMs, readWaitMs };
}

const heldNow = `
  SELECT DISTINCT l.mode, format('%I.%I', n.nspname, root.relname) AS "table", c.relispartition AS part
  FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
  JOIN pg_class AS root ON root.oid = coalesce(pg_partition_root(c.oid), c.oid)
  JOIN pg_namespace AS n ON n.oid = root.relnamespace
  WHERE l.pid = $1 AND l.granted AND c.relkind IN ('r', 'p') AND n.nspname <> 'pg_catalog'
    AND l.mode <> 'AccessShareLock'`;

/** What the session was seen to hold, one sentence for each mode and table. */
async function locksSeen(looker: Session, pid: number, over: AbortSignal): Promise<string[]> {
  const seen = new Map<string, { mode: string; table: string; whole: boolean; parts: boolean }>();
  while (!over.aborted) {
    const { rows } = await looker.query<{ mode: string; table: string; part: boolean }>(heldNow, [pid]);
    for (const { mode, table, part } of rows) {
      const before = seen.get(`${mode} ${table}`);
      seen.set(`${mode} ${table}`, {
        ...{ mode, table },
        whole: before?.whole || !part,
        parts: before?.parts || part,
      });
    }
    await pause(lookMs);
  }
  return [...seen.values()]
    .map(({ mode, table, whole, parts }) => {
      const where = parts ? (whole ? `${table} and its partitions` : `partitions of ${table}`) : table;
      return `${mode} on ${where}: ${effectOf(mode)}`;
    })
    .sort();
}

const deadlock = '40P01';

/** Asks for the lock that a write or a read takes, again and again: how long the longest request waited, in ms. */
async function longestWait(
  session: Session,
  table: string,
  mode: string,
  over: AbortSignal,
): Promise<number> {
  let longest = 0;
  while (!over.aborted) {
    const started = performance.now();
    try {
      await session.query(`BEGIN; LOCK TABLE ${table} IN ${mode} MODE; COMMIT`);
    } catch (error) {
      if ((error as { code?: string }).code !== deadlock) throw error;
      await session.query('ROLLBACK'); // both took the partitions' locks one by one; it waited all the same
    }
    longest = Math.max(longest, performance.now() - started);
    await pause(askMs);
  }
  return longest;
}
