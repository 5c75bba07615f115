import { answerIndexChange, type IndexChangeFacts } from '../../analysis/gate/index-answer.ts';
import { usage } from '../../config/fault.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { IndexResult, PlanDiffResult, Warning, WritePrice } from '../../result/result.ts';
import { drawCells } from '../compare/cells.ts';
import type { Measure, Setting } from '../measure.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { type Build, build } from './build.ts';
import { dropOf, type IndexDdl, readDdl } from './ddl.ts';
import { measureForms } from './forms.ts';
import { askHypoPg } from './hypothetical.ts';
import {
  changedIndexes,
  dutiesOf,
  type Index,
  readForeignKeys,
  readIndexes,
  redundancies,
} from './indexes.ts';
import { type Pages, readBeforeAfter } from './read-before-after.ts';
import { columnsToUpdate, measureWritePrice, type WriteTask } from './write-price.ts';

export interface IndexChange {
  /** CREATE, DROP or ALTER INDEX, one statement each. */
  readonly ddl: readonly string[];
  /** Names of indexes to drop. */
  readonly drop: readonly string[];
}

/** judgement: who gains and loses and what writing costs; whole: also HypoPG's answer and the ways to build it. */
export type Depth = 'whole' | 'judgement';

const drawsPerCell = 2;

/** Two copies of the database, one with the change: what every statement reads on both, and what a write costs. */
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

/** @throws Fault (usage) for a change that is none or that the server refuses; no copy is left behind */
export async function judgeIndexChange(
  setting: Setting,
  change: IndexChange,
  depth: Depth = 'judgement',
): Promise<{ result: IndexResult; warnings: Warning[]; planDiffs: PlanDiffResult[] }> {
  const { database, progress } = setting;
  const primary = setting.topology.get('primary');
  await using made = new AsyncDisposableStack();
  const base = made.use(await connect(primary.url('admin', database), 'olympus-index'));
  const ddl = [...change.ddl.map(readDdl), ...(await dropsOf(base, change.drop))];
  if (ddl.length === 0)
    throw usage('No change of an index is given.', 'Give a CREATE INDEX statement, or --drop NAME.');
  const { cells, warnings } = await drawCells(base, setting, drawsPerCell);

  progress.note('Copying the database twice: without and with the change.');
  const without = made.use(await cloneDatabase(primary, database, `${database}_index_a`));
  // A copy of the copy: the base may be analysed in between, and then plans would differ without any change.
  const having = made.use(await cloneDatabase(primary, without.database, `${database}_index_b`));
  const before = await openCopy(made, primary, without.database);
  const after = await openCopy(made, primary, having.database);
  const hypothetical = depth === 'whole' ? await askHypoPg(before.admin, ddl, cells) : undefined;
  const changed = await applyAll(before, after, ddl);
  await settle(before.admin, after.admin, changed);

  const pages = await readBeforeAfter(setting, primary, cells, before, after, changed.added);
  const price = await priceBoth(before.admin, after.admin, changed);
  const facts = { ...changed, ...pages, ...price };
  const [first] = changed.added;
  const forms = depth === 'whole' && first ? await measureForms(after, first) : undefined;
  const result = { ...resultOf(ddl, facts), ...(forms && { forms }), ...(hypothetical && { hypothetical }) };
  return { result, warnings: [...warnings, ...pages.warnings], planDiffs: pages.planDiffs };
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

interface Changed {
  readonly kind: IndexChangeFacts['kind'];
  readonly added: readonly Index[];
  readonly dropped: readonly Index[];
  readonly altered: readonly Index[];
  readonly builds: readonly Build[];
  readonly redundantWith: readonly string[];
  readonly duties: readonly string[];
}

async function applyAll(before: Copy, after: Copy, ddl: readonly IndexDdl[]): Promise<Changed> {
  const builds: Build[] = [];
  for (const one of ddl) builds.push(await build(after.admin, after.url, one));
  const [old, now] = [await readIndexes(before.admin), await readIndexes(after.admin)];
  const { added, dropped, altered } = changedIndexes(old, now);
  if (added.length + dropped.length + altered.length === 0)
    throw usage(
      `Nothing changes: ${ddl.map(({ sql }) => `"${sql}"`).join(', ')} leaves the indexes as they are.`,
      'Is it there already (IF NOT EXISTS), or absent already (IF EXISTS)?',
    );
  return {
    kind:
      added.length === 0 ? (dropped.length > 0 ? 'drop' : 'alter') : dropped.length > 0 ? 'replace' : 'add',
    ...{ added, dropped, altered, builds },
    redundantWith: redundancies(added, now),
    duties: dutiesOf(dropped, now, await readForeignKeys(after.admin)),
  };
}

/**
 * Both sides alike: an index of expressions has no statistics before its table is analysed, so then the table is, on
 * both sides; otherwise both keep the base's statistics, for a fresh sample alone can turn a plan. VACUUM empties what
 * a GIN index has pending.
 */
async function settle(before: Connection, after: Connection, { added }: Changed): Promise<void> {
  const analyse = [...new Set(added.filter(({ expression }) => expression).map(({ table }) => table))];
  for (const session of [before, after]) {
    for (const table of analyse) await session.query(`ANALYZE ${table}`);
    await session.query('VACUUM');
  }
}

interface Prices {
  readonly before: WritePrice;
  readonly after: WritePrice;
  readonly notes: readonly string[];
}

async function priceBoth(before: Connection, after: Connection, changed: Changed): Promise<Prices> {
  const indexes = [...changed.added, ...changed.altered, ...changed.dropped];
  const table = indexes[0]!.table;
  const columns = indexes.filter((index) => index.table === table).flatMap((index) => index.columns);
  const task: WriteTask = { table, ...(await columnsToUpdate(before, table, columns)) };
  const price = {
    before: await measureWritePrice(before, task),
    after: await measureWritePrice(after, task),
  };
  return {
    ...price,
    notes: priceNotes(task, price.after, new Set(indexes.map((index) => index.table)).size),
  };
}

function priceNotes({ table, common, indexed }: WriteTask, price: WritePrice, tables: number): string[] {
  const notes: string[] = [];
  if (tables > 1) notes.push(`Writes are measured on ${table} only, one of ${tables} changed tables.`);
  if (price.walBytesPerInsert === null) return [...notes, `${table} has too few rows to measure its writes.`];
  notes.push(`Measured on a scratch copy of ${table} without triggers; pages of it filled to half.`);
  if (common) notes.push(`An update changes ${common}.`);
  if (indexed && price.walBytesPerIndexedUpdate !== null)
    notes.push(`An update of an indexed column changes ${indexed}.`);
  else
    notes.push(
      indexed
        ? `An update of ${indexed} was not measured: its values are unique, or all the same.`
        : 'The index has no column that updates could change.',
    );
  return notes;
}

function resultOf(ddl: readonly IndexDdl[], facts: Changed & Pages & Prices): IndexResult {
  const answer = answerIndexChange({ ...facts, price: { before: facts.before, after: facts.after } });
  const bytes = (indexes: readonly Index[]) => indexes.reduce((sum, index) => sum + index.bytes, 0);
  const concurrently = ddl.some((one) => one.concurrently);
  return {
    change: ddl.map(({ sql }) => sql).join('; '),
    helped: [...answer.helped],
    regressed: [...answer.regressed],
    unchanged: [...answer.unchanged],
    writePrice: facts.after,
    writePriceBefore: facts.before,
    writeNotes: [...facts.notes],
    sizeBytes: bytes([...facts.added, ...facts.altered]) - bytes(facts.dropped),
    buildMs: facts.builds.reduce((sum, { ms }) => sum + ms, 0),
    verdict: answer.verdict,
    answer: answer.sentence,
    locks: [...new Set(facts.builds.flatMap(({ locks }) => locks))],
    notes: [
      concurrently ? 'Built CONCURRENTLY.' : 'Built without CONCURRENTLY, in one transaction.',
      ...(facts.added.length > 0
        ? [
            facts.usedBy.length > 0
              ? `Used by the plans of: ${facts.usedBy.join(', ')}.`
              : 'No statement’s plan uses it.',
          ]
        : []),
      ...facts.redundantWith.map((text) => `Redundant: ${text}.`),
      ...facts.duties.map((text) => `Duty: ${text}.`),
      ...facts.added.filter(({ valid }) => !valid).map(({ name }) => `${name} is invalid.`),
      ...partitionNote(facts.added),
    ],
    workload: answer.workload,
    statements: facts.statements,
  };
}

const partitionNote = (added: readonly Index[]): string[] =>
  added.some(({ definition }) => / ON ONLY /.test(definition))
    ? [
        'On a partitioned table CONCURRENTLY is refused: live, build it ON ONLY the parent, CONCURRENTLY on each partition, and attach.',
      ]
    : [];
