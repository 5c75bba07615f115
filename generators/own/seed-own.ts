import { createHash } from 'node:crypto';
import { usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { type Connection, identifier, type Session, transaction } from '../../infra/topology/session.ts';
import { type Connect, withConnections } from '../load/connections.ts';
import { dropSecondary, rebuildSecondary } from '../load/secondary.ts';
import { loadUnits, tasksOf } from '../load/streams.ts';
import type { Work } from '../load/work.ts';
import { chunksOf } from '../tables/table.ts';
import { readDatabaseSchema, type SchemaTable } from './database-schema.ts';
import { loadFault } from './load-fault.ts';
import { type OwnTable, OwnTables } from './own-tables.ts';
import { parseGenerators } from './read-generators.ts';
import { beginRecord, endRecord, type OwnOutcome, readRecord, undo } from './record.ts';

export interface OwnOptions {
  /** The path of generators.yaml for messages, and its text. */
  readonly file: string;
  readonly text: string;
  /** Of the source's rows. */
  readonly factor: number;
  readonly seed: number;
  readonly streams: number;
  /** Whether rows that were generated before are replaced by others. */
  readonly reload: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Rows of one transaction: enough that a COPY's own cost does not count, few enough to lose little. */
export const unitRows = 50_000;
const mostRows = 20_000_000_000;

/** What of a session may not be the login's own: texts of values, rows that a policy hides, time limits. */
const settings = {
  row_security: 'off',
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  synchronous_commit: 'off',
} as const;

/**
 * Fills the tables that generators.yaml names, in a database that has them and no rows in them: every law is bound to its
 * column first, indexes and keys are dropped, rows copied, all of them made again by the server, which so checks them, and
 * counted. The same file, factor and seed make the same rows. Where anything fails the tables are empty and whole again.
 * @throws Fault (usage) for a law that does not fit, rows that are there, or rows that the server refuses
 */
export async function seedOwn(connect: Connect, options: OwnOptions): Promise<OwnOutcome> {
  const { progress, signal, factor, seed, reload } = options;
  const started = performance.now();
  const generators = parseGenerators(options.file, options.text);
  await using control = await connect();
  await apply(control, settings);
  const schema = await readDatabaseSchema(control);
  const bound = new OwnTables(control, schema, generators, { factor, seed });
  const tables = await bindAll(bound, schema, options);
  const wanted = wantedHash(options, tables);
  const there = await readRecord(control);
  if (there?.state === 'ready' && there.wanted === wanted && !reload) {
    progress.note(
      `The rows of factor ${factor}, seed ${seed} are already there (digest ${there.outcome!.digest}).`,
    );
    return there.outcome!;
  }
  if (there?.state === 'ready' && !reload)
    throw usage(
      `The database holds other generated rows (factor ${there.factor}, seed ${there.seed}): nothing was changed.`,
      'Replace them: --reload',
    );
  const names = tables.map((table) => quoted(table.schema));
  if (there && (there.state === 'ready' || there.wanted !== wanted)) {
    progress.note('Emptying the tables of the rows that were generated before.');
    await undo(control, there, progress);
  }
  const goesOn = there?.state === 'loading' && there.wanted === wanted;
  if (!goesOn) await prepare(control, tables, { wanted, factor, seed, names, progress });
  try {
    return await fill(connect, control, tables, { ...options, started, names });
  } catch (error) {
    // Interrupted, the next call goes on where this one stopped; what failed would fail again.
    if (signal.aborted) throw error;
    progress.note('The load failed: the tables are emptied, and their indexes and keys made again.');
    await using last = await connect();
    await apply(last, settings);
    await undo(last, { tables: names }, progress);
    throw loadFault(error, tables, unitRows) ?? error;
  }
}

async function bindAll(
  bound: OwnTables,
  schema: readonly SchemaTable[],
  { file }: OwnOptions,
): Promise<OwnTable[]> {
  const tables: OwnTable[] = [];
  for (const label of loadOrder(schema, bound.labels)) tables.push(await bound.table(label));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  if (rows > mostRows)
    throw usage(
      `${file}: ${rows.toLocaleString('en')} rows; at most ${mostRows.toLocaleString('en')} are made.`,
      'Take a smaller --factor.',
    );
  return tables;
}

/** Parents before those that refer to them; where tables refer to each other in a circle, by name. */
function loadOrder(schema: readonly SchemaTable[], labels: readonly string[]): string[] {
  const waiting = new Set(labels);
  const order: string[] = [];
  const refers = new Map(
    schema.map(({ label, foreignKeys }) => [
      label,
      foreignKeys.map(({ to }) => to).filter((to) => to !== label),
    ]),
  );
  while (waiting.size > 0) {
    const free = [...waiting].filter((label) => (refers.get(label) ?? []).every((to) => !waiting.has(to)));
    for (const label of free.length > 0 ? free : [...waiting].sort().slice(0, 1)) {
      order.push(label);
      waiting.delete(label);
    }
  }
  return order;
}

/** What the rows depend on. */
function wantedHash({ text, factor, seed }: OwnOptions, tables: readonly OwnTable[]): string {
  const columns = tables.map(({ schema, rows }) => [
    schema.label,
    rows,
    schema.columns.map(({ name, type }) => [name, type]),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([text, factor, seed, columns]))
    .digest('hex')
    .slice(0, 16);
}

async function prepare(
  control: Connection,
  tables: readonly OwnTable[],
  {
    names,
    progress,
    ...record
  }: { wanted: string; factor: number; seed: number; names: readonly string[]; progress: Progress },
): Promise<void> {
  for (const [i, { schema }] of tables.entries()) {
    const { rows } = await control.query<{ filled: boolean }>(
      `SELECT EXISTS (SELECT FROM ${names[i]}) AS filled`,
    );
    if (rows[0]!.filled)
      throw usage(
        `${schema.label} has rows that were not generated here: nothing was changed.`,
        'Name a database whose tables are empty, or a local one: ./olympus up --topology local',
      );
  }
  await transaction(control, async () => {
    await beginRecord(control, { ...record, tables: names });
    const dropped = await dropSecondary(control, names);
    progress.note(`${dropped} indexes and keys dropped; they are built again after the load.`);
  });
}

async function fill(
  connect: Connect,
  control: Connection,
  tables: readonly OwnTable[],
  options: OwnOptions & { readonly started: number; readonly names: readonly string[] },
): Promise<OwnOutcome> {
  const { progress, signal, names, streams } = options;
  const begun = performance.now();
  await withConnections(
    connect,
    streams,
    async (connections) => {
      if (!(await withoutTriggers(connections)))
        progress.note(
          'This login may not switch triggers off (session_replication_role): they fire for every row.',
        );
      await loadUnits(connections, tasksOf(tables.map(workOf)), { progress, signal });
    },
    settings,
  );
  const copySeconds = (performance.now() - begun) / 1000;
  await withConnections(
    connect,
    Math.min(2, streams),
    (connections) => rebuildSecondary(connections, progress, signal),
    {
      ...settings,
      maintenance_work_mem: '256MB',
    },
  );
  await advanceSequences(control, tables);
  const done: OwnOutcome['tables'][number][] = [];
  for (const [i, table] of tables.entries()) {
    signal.throwIfAborted();
    await control.query(`VACUUM (ANALYZE) ${names[i]}`);
    const fields = table.columns.map(({ column }) => column.name);
    const counted = await countAndHash(control, names[i]!, fields);
    const rowsPerSecond = await rateOf(control, table, copySeconds);
    done.push({ name: table.schema.label, ...counted, rowsPerSecond, fields });
  }
  const wrong = done.find(({ rows }, i) => rows !== tables[i]!.rows);
  if (wrong)
    throw usage(
      `${wrong.name} has ${wrong.rows} rows after the load, not ${tables.find(({ schema }) => schema.label === wrong.name)!.rows}.`,
      'A trigger or a rule of the table keeps rows away: load as a superuser, or switch it off.',
    );
  const outcome: OwnOutcome = {
    digest: digestOf(done),
    foreignKeys: await foreignKeysOf(control, names),
    seconds: (performance.now() - options.started) / 1000,
    tables: done,
  };
  await endRecord(control, outcome);
  return outcome;
}

const digestOf = (
  tables: readonly { readonly name: string; readonly rows: number; readonly digest: string }[],
): string =>
  createHash('sha256')
    .update(
      tables
        .map(({ name, rows, digest }) => `${name} ${rows} ${digest}`)
        .sort()
        .join('\n'),
    )
    .digest('hex')
    .slice(0, 16);

/** They were made again after the load, so that the server has looked at every row. */
async function foreignKeysOf(session: Session, names: readonly string[]): Promise<OwnOutcome['foreignKeys']> {
  const { rows } = await session.query<{ name: string; valid: boolean }>(
    `SELECT format('%I', conname) AS name, convalidated AS valid FROM pg_constraint
     WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY ($1::regclass[]) ORDER BY conname`,
    [names],
  );
  return {
    valid: rows.filter(({ valid }) => valid).length,
    unchecked: rows.filter(({ valid }) => !valid).map(({ name }) => name),
  };
}

/**
 * Counts and hashes the rows that were generated into a database again.
 * @returns what differs, in sentences; null where it holds no generated rows that are complete
 */
export async function verifyOwn(connect: Connect): Promise<{ digest: string; findings: string[] } | null> {
  await using session = await connect();
  await apply(session, settings);
  const record = await readRecord(session);
  if (record?.state !== 'ready') return null;
  const before = record.outcome!.tables;
  const findings: string[] = [];
  const now: { name: string; rows: number; digest: string }[] = [];
  for (const [i, table] of before.entries()) {
    const counted = await countAndHash(session, record.tables[i]!, table.fields);
    now.push({ name: table.name, ...counted });
    if (counted.rows !== table.rows)
      findings.push(`${table.name}: ${counted.rows} rows, ${table.rows} were generated.`);
    else if (counted.digest !== table.digest)
      findings.push(`${table.name}: rows were changed (their digest differs).`);
  }
  return { digest: digestOf(now), findings };
}

/** Every row is made of its number alone, so that streams may take units in any order. */
function workOf({ schema, rows, columns }: OwnTable): Work {
  const target = {
    name: schema.label,
    path: [schema.schema, schema.name],
    fields: columns.map(({ column }) => column.name),
    guarded: false,
  };
  const widest = columns.reduce((sum, { source }) => sum + source.widest + 4, 16);
  return {
    name: schema.label,
    units: Math.ceil(rows / unitRows),
    expectedRows: rows,
    open: (unit) => {
      const from = unit * unitRows;
      const write: Parameters<typeof chunksOf>[1] = (writer, index) => {
        writer.row(columns.length);
        for (const { isNull, source } of columns)
          if (isNull(from + index)) writer.null();
          else source.write(writer, from + index);
      };
      const count = Math.min(unitRows, rows - from);
      return { parts: [{ table: target, chunks: () => chunksOf(count, write, widest) }], release() {} };
    },
  };
}

async function withoutTriggers(connections: readonly Connection[]): Promise<boolean> {
  try {
    for (const connection of connections)
      await connection.query("SELECT set_config('session_replication_role', 'replica', false)");
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return false;
    throw error;
  }
}

/** So that the next row that an application adds has a number of its own. */
async function advanceSequences(session: Session, tables: readonly OwnTable[]): Promise<void> {
  for (const { schema, columns } of tables)
    for (const { column } of columns)
      if (column.sequence !== null)
        await session.query(
          `SELECT setval($1::regclass, greatest(1, (SELECT max(${identifier(column.name)}) FROM ${quoted(schema)})))`,
          [column.sequence],
        );
}

/** Counts the rows and hashes them as texts, whatever their order; columns that the server fills are left out. */
async function countAndHash(session: Session, name: string, fields: readonly string[]) {
  const columns = fields.map(identifier).join(', ');
  const { rows } = await session.query<{ rows: string; sum: string; bytes: string }>(
    `SELECT count(*) AS rows, coalesce(mod(sum(hashtextextended(ROW(${columns})::text, 0)::numeric), 18446744073709551616), 0) AS sum,
            (SELECT sum(pg_total_relation_size(coalesce(p.relid, $1::regclass))) FROM (SELECT 1) AS x LEFT JOIN pg_partition_tree($1::regclass) AS p ON true) AS bytes
     FROM ${name}`,
    [name],
  );
  const { rows: count, sum, bytes } = rows[0]!;
  return { rows: Number(count), digest: sum, bytes: Number(bytes) };
}

/** Below it a rate is that of beginning and ending. */
const shortestMs = 50;

/** Rows per second of one stream; null where it was loaded in several calls, or in no time. */
async function rateOf(session: Session, { schema }: OwnTable, copySeconds: number): Promise<number | null> {
  const { rows } = await session.query<{ rows: string | null; ms: number | null }>(
    `SELECT sum((rows -> $1 ->> 'rows')::bigint) AS rows, sum((rows -> $1 ->> 'ms')::float8) AS ms FROM bench.chunk WHERE work = $1`,
    [schema.label],
  );
  const { rows: count, ms } = rows[0]!;
  const few = ms === null || ms < shortestMs || ms / 1000 > 16 * copySeconds;
  return count === null || few ? null : (Number(count) / ms) * 1000;
}

const apply = async (session: Session, values: Readonly<Record<string, string>>) => {
  for (const [name, value] of Object.entries(values))
    await session.query('SELECT set_config($1, $2, false)', [name, value]);
};

export const quoted = ({ schema, name }: Pick<SchemaTable, 'schema' | 'name'>): string =>
  `${identifier(schema)}.${identifier(name)}`;
