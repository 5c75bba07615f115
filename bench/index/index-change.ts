import type { IndexChangeFacts } from '../../analysis/gate/index-answer.ts';
import type { Prices } from '../../analysis/gate/index-price.ts';
import { usage } from '../../config/fault.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { IndexResult, PlanDiffResult, Warning, WritePrice } from '../../result/result.ts';
import { type Cell, drawCells } from '../compare/cells.ts';
import { openSessions } from '../compare/sessions.ts';
import type { Measure, Setting } from '../measure.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { type Build, build } from './build.ts';
import { emptyIndexes, readTables, readUpdates, rootsOf, type TableFacts } from './changed-tables.ts';
import { dropOf, type IndexDdl, readDdl } from './ddl.ts';
import { measureForms } from './forms.ts';
import { askHypoPg } from './hypothetical.ts';
import { resultOf } from './index-result.ts';
import {
  changedIndexes,
  dutiesOf,
  type Index,
  readForeignKeys,
  readIndexes,
  redundancies,
} from './indexes.ts';
import { type Pages, readBeforeAfter } from './read-before-after.ts';
import { timeMoved } from './time-moved.ts';
import { readTouching, type Touching } from './touching.ts';
import { columnsToUpdate, measureWritePrice, type WriteTask } from './write-price.ts';
import { readWritten, type Written } from './written.ts';

export interface IndexChange {
  /** CREATE, DROP or ALTER INDEX, one statement each. */
  readonly ddl: readonly string[];
  /** Names of indexes to drop. */
  readonly drop: readonly string[];
  /** Statements that are listed; every statement that can touch the table is judged whatever is listed. */
  readonly listed?: ReadonlySet<string> | undefined;
}

/** judgement: who gains and loses and what writing costs; whole: also HypoPG's answer and the ways to build it. */
export type Depth = 'whole' | 'judgement';

const drawsPerCell = 2;

/** Two copies of the database, one with the change: what every statement that can touch the table reads on both, and what a write costs. */
export function indexMeasure(change: IndexChange): Measure {
  return {
    part: 'index',
    needs: ['primary'],
    userInput: true,
    async run(setting) {
      const { result, warnings, planDiffs } = await judgeIndexChange(setting, change, 'whole');
      return { index: [result], planDiffs, warnings };
    },
  };
}

/**
 * @param known which statements can touch which tables, where that was found out before
 * @throws Fault (usage) for a change that is none or that the server refuses; no copy is left behind
 */
export async function judgeIndexChange(
  setting: Setting,
  change: IndexChange,
  depth: Depth = 'judgement',
  known?: Touching,
): Promise<{ result: IndexResult; warnings: Warning[]; planDiffs: PlanDiffResult[] }> {
  const { database, progress } = setting;
  const primary = setting.topology.get('primary');
  await using made = new AsyncDisposableStack();
  const base = made.use(await connect(primary.url('admin', database), 'olympus-index'));
  const ddl = [...change.ddl.map(readDdl), ...(await dropsOf(base, change.drop))];
  if (ddl.length === 0)
    throw usage('No change of an index is given.', 'Give a CREATE INDEX statement, or --drop NAME.');
  const drawn = await drawCells(base, setting, drawsPerCell);
  const counted = await readUpdates(base);

  progress.note('Copying the database twice: without and with the change.');
  const without = made.use(await cloneDatabase(primary, database, `${database}_index_a`));
  const touching = known ?? (await touchingOn(primary, without.database, setting, drawn.cells));
  // A copy of the copy: the base may be analysed in between, and then plans would differ without any change.
  const having = made.use(await cloneDatabase(primary, without.database, `${database}_index_b`));
  const before = await openCopy(made, primary, without.database);
  const after = await openCopy(made, primary, having.database);
  const hypothetical =
    depth === 'whole' ? await askHypoPg(before.admin, ddl, drawn.cells, setting.project.roles) : undefined;
  const changed = await applyAll(before, after, ddl);
  await settle(before.admin, after.admin, changed);
  const tables = await readTables(after.admin, changed.tables);
  const seen: Seen = { ...changed, tables, empty: await emptyIndexes(after.admin, indexesOf(changed)) };
  if (changed.kind === 'rename' || changed.invalid.length > 0)
    return { result: resultOf(ddl, { ...seen, ...nothingRead }, change.listed), warnings: [], planDiffs: [] };

  const judged = touching.of(await rootsOf(after.admin, changed.tables));
  const cells = drawn.cells.filter(({ statement }) => judged.has(statement.name));
  const pages = await readBeforeAfter(setting, primary, cells, before, after, changed.added);
  const times = await timeMoved(setting, primary, [before.database, after.database], pages.moved);
  const price = await priceBoth(primary, before, after, seen, cells, counted);
  const facts = {
    ...{ ...seen, ...pages, ...price },
    unread: unreadOf(judged, touching, pages, drawn.cells),
    readings: pages.readings.map((one) => ({
      ...one,
      time: times.get(`${one.statement} ${one.tenantClass}`),
    })),
  };
  const [first] = changed.added;
  const forms = depth === 'whole' && first && !tables[0]!.view ? await measureForms(after, first) : undefined;
  return {
    result: {
      ...resultOf(ddl, facts, change.listed),
      ...(forms && { forms }),
      ...(hypothetical && { hypothetical }),
    },
    warnings: [...drawn.warnings.filter((one) => isOf(one, judged)), ...pages.warnings],
    planDiffs: pages.planDiffs,
  };
}

/** Before anything is changed; what its executions left is vacuumed, and then the other side is copied from it. */
async function touchingOn(
  primary: Endpoint,
  database: string,
  { catalogue, signal }: Pick<Setting, 'catalogue' | 'signal'>,
  cells: readonly Cell[],
): Promise<Touching> {
  await using sessions = await openSessions(primary, database);
  const touching = await readTouching(sessions, catalogue, cells, signal);
  await using admin = await connect(primary.url('admin', database), 'olympus-index');
  await admin.query('VACUUM');
  return touching;
}

const isOf = ({ message }: Warning, statements: ReadonlySet<string>) =>
  [...statements].some((name) => message.startsWith(`${name} `));

/** Statements that can touch the tables and whose reading could not be compared, for one tenant at least, each with its reason. */
function unreadOf(
  judged: ReadonlySet<string>,
  touching: Touching,
  { readings, failed }: Pages,
  cells: readonly Cell[],
): string[] {
  const read = new Set(readings.map(({ statement }) => statement));
  const names = new Set(cells.map(({ statement }) => statement.name));
  const failure = (name: string) => failed.find((one) => one.startsWith(`${name} `));
  const unread = [...judged].filter((name) => !read.has(name) || failure(name) !== undefined);
  return unread.map((name) => {
    const why = touching.failed.get(name) ?? (names.has(name) ? failure(name) : '');
    return why?.startsWith(`${name} `)
      ? why
      : `${name} (${why || 'a source of its parameters has no row here'})`;
  });
}

interface Copy {
  readonly database: string;
  readonly url: string;
  readonly admin: Connection;
}

async function openCopy(made: AsyncDisposableStack, primary: Endpoint, database: string): Promise<Copy> {
  const url = primary.url('admin', database);
  return { database, url, admin: made.use(await connect(url, 'olympus-index')) };
}

async function dropsOf(session: Connection, names: readonly string[]): Promise<IndexDdl[]> {
  if (names.length === 0) return [];
  const indexes = await readIndexes(session);
  return names.map((name) => dropOf(name, indexes));
}

export interface Changed {
  readonly kind: IndexChangeFacts['kind'];
  readonly added: readonly Index[];
  readonly dropped: readonly Index[];
  readonly altered: readonly Index[];
  readonly renamed: readonly Index[];
  /** Names of the tables whose indexes change. */
  readonly tables: readonly string[];
  /** Added indexes that no plan can use. */
  readonly invalid: readonly string[];
  readonly builds: readonly Build[];
  readonly redundantWith: readonly string[];
  readonly duties: readonly string[];
  readonly gives: readonly string[];
}

export type Seen = Omit<Changed, 'tables'> & {
  readonly tables: readonly TableFacts[];
  readonly empty: readonly string[];
};

const indexesOf = ({ added, altered, dropped }: Pick<Changed, 'added' | 'altered' | 'dropped'>) => [
  ...added,
  ...altered,
  ...dropped,
];

async function applyAll(before: Copy, after: Copy, ddl: readonly IndexDdl[]): Promise<Changed> {
  const builds: Build[] = [];
  for (const one of ddl) builds.push(await build(after.admin, after.url, one));
  const [old, now] = [await readIndexes(before.admin), await readIndexes(after.admin)];
  const keys = await readForeignKeys(after.admin);
  const changes = changedIndexes(old, now);
  const { added, dropped, renamed } = changes;
  const indexes = indexesOf(changes);
  if (indexes.length + renamed.length === 0)
    throw usage(
      `Nothing changes: ${ddl.map(({ sql }) => `"${sql}"`).join(', ')} leaves the indexes and what they contain as they are.`,
      ddl.some(({ kind }) => kind === 'alter')
        ? 'A statistics target, a tablespace or an attached part moves plans at most: compare them by ./olympus ab --b "sql:..."'
        : 'Is it there already (IF NOT EXISTS), or absent already (IF EXISTS)?',
    );
  return {
    ...{ kind: kindOf(changes), ...changes, builds },
    tables: [...new Set((indexes.length > 0 ? indexes : renamed).map(({ table }) => table))],
    invalid: added.filter(({ valid }) => !valid).map(({ short }) => short),
    redundantWith: redundancies(added, now),
    duties: dutiesOf(dropped, now, keys),
    gives: dutiesOf(added, old, keys),
  };
}

function kindOf({
  added,
  dropped,
  altered,
}: Pick<Changed, 'added' | 'dropped' | 'altered'>): IndexChangeFacts['kind'] {
  if (added.length > 0) return dropped.length > 0 ? 'replace' : 'add';
  if (dropped.length > 0) return 'drop';
  return altered.length > 0 ? 'alter' : 'rename';
}

/**
 * Both sides alike: an index of expressions has no statistics before its table is analysed, so then the table is, on
 * both sides; otherwise both keep the base's statistics, for a fresh sample alone can turn a plan. An altered index is
 * built anew on both, for a storage parameter shows in new pages only. VACUUM empties what a GIN index has pending.
 */
async function settle(before: Connection, after: Connection, { added, altered }: Changed): Promise<void> {
  const analyse = [...new Set(added.filter(({ expression }) => expression).map(({ table }) => table))];
  for (const session of [before, after]) {
    for (const { name } of altered) await session.query(`REINDEX INDEX ${name}`);
    for (const table of analyse) await session.query(`ANALYZE ${table}`);
    await session.query('VACUUM');
  }
}

const noPrice: WritePrice = { walBytesPerInsert: null, walBytesPerUpdate: null, hotPct: null };
/** Of a change that nothing that is read can show. */
const nothingRead = {
  ...{ readings: [], unread: [], statements: [], usedBy: [] },
  ...{ price: { before: noPrice, after: noPrice }, notes: [] },
  writes: { inserted: 0, updated: 0, updatedIndexed: 0, counted: 0 },
};

interface Priced {
  readonly price: Prices & { readonly before: WritePrice; readonly after: WritePrice };
  readonly writes: IndexChangeFacts['writes'];
  readonly notes: readonly string[];
}

async function priceBoth(
  primary: Endpoint,
  before: Copy,
  after: Copy,
  seen: Seen,
  cells: readonly Cell[],
  counted: ReadonlyMap<string, number>,
): Promise<Priced> {
  const indexes = indexesOf(seen);
  const [{ name: table, view }] = seen.tables as [TableFacts];
  if (view)
    return {
      ...nothingRead,
      notes: [`${table} is a materialised view: REFRESH alone writes it, and builds its indexes anew.`],
    };
  await using sessions = await openSessions(primary, before.database);
  const written = await readWritten(before.admin, sessions, table, cells);
  const columns = indexes.filter((index) => index.table === table).flatMap((index) => index.columns);
  const chosen = await columnsToUpdate(before.admin, table, columns, written.columns);
  const task: WriteTask = { table, ...chosen };
  const price = {
    before: await measureWritePrice(before.admin, task),
    after: await measureWritePrice(after.admin, task),
  };
  return {
    price,
    writes: {
      inserted: written.inserted,
      updated: written.updated,
      updatedIndexed: task.indexed === null ? 0 : (written.columns.get(task.indexed) ?? 0),
      counted: counted.get(table) ?? 0,
    },
    notes: priceNotes(task, price.after, written, seen.tables.length),
  };
}

function priceNotes(
  { table, common, indexed }: WriteTask,
  price: WritePrice,
  written: Written,
  tables: number,
): string[] {
  const notes: string[] = [];
  if (tables > 1) notes.push(`Writes are measured on ${table} only, one of ${tables} changed tables.`);
  if (price.walBytesPerInsert === null) return [...notes, `${table} has too few rows to measure its writes.`];
  notes.push(
    `Measured on a scratch copy of ${table} without triggers, at the table's own fillfactor, after updates and VACUUM as autovacuum would have them.`,
  );
  if (common) notes.push(`An update changes ${common}.`);
  if (indexed && price.walBytesPerIndexedUpdate !== null)
    notes.push(
      `An update of an indexed column changes ${indexed}${written.columns.has(indexed) ? '' : ', which no statement of the catalogue does'}.`,
    );
  else
    notes.push(
      indexed
        ? `An update of ${indexed} was not measured: its values are unique, or all the same.`
        : 'The index has no column that updates could change.',
    );
  return notes;
}
