import { readFile } from 'node:fs/promises';
import { rootIndex } from '../../../analysis/explain/lineage.ts';
import type { Candidate } from '../../../analysis/gate/candidate.ts';
import { workOf } from '../../../analysis/gate/index-reading.ts';
import { judgeWork } from '../../../analysis/statistics/judge-work.ts';
import { suites } from '../../../config/suites.ts';
import { milliseconds } from '../../../config/units.ts';
import { type Connection, connect } from '../../../infra/topology/session.ts';
import { shop } from '../../../project/shop.ts';
import type { IndexResult } from '../../../result/result.ts';
import { readCatalogue } from '../../../scenarios/catalogue.ts';
import { findTenants } from '../../../scenarios/tenants.ts';
import { cellName, drawCells } from '../../compare/cells.ts';
import { countPages } from '../../compare/pages.ts';
import { openSessions } from '../../compare/sessions.ts';
import { advise, findCandidates, nameOf } from '../../index/advise.ts';
import { judgeIndexChange } from '../../index/index-change.ts';
import { readIndexes } from '../../index/indexes.ts';
import type { Setting } from '../../measure.ts';
import { readLineage } from '../../postgres/lineage.ts';
import { seededDatabase } from '../../seeded-database.ts';
import { atLeast, atMost, type Goal, type SelfContext } from '../goal.ts';
import { statementsOfUsed, usedIndexes } from './known-changes.ts';

/** Large enough that most indexes of the shop are missed when they are gone, small enough to be copied often. */
const scale = { name: 'advice', tenants: 20, customers: 4_000, products: 8_000, orders: 20_000 };
const wanted = { removed: 20, needless: 20, runs: 10 } as const;
/** Candidates of one table that are measured at most. */
const most = 3;
/** Each of the tests goes on to the next index or run for so long; what was not tried then is said, and not known. */
const longest = milliseconds(20 * 60_000);

/**
 * The shop's indexes are removed one at a time: `advise` has to propose one that reads no more pages than that did. An
 * index is missed when `index --drop` says that a statement loses and none gains, or that all together read more by their
 * weights. Only what used an index can lose by its removal, so only that is read again; and only what restores it is
 * measured as a proposal, by all statements that can touch the table. A statement that gained by the removal may lose
 * again: the proposal is then "it depends", as the removal was. After the shop's come indexes that were made for one
 * statement each.
 */
export async function removedIndexes(context: SelfContext): Promise<Goal> {
  await using made = new AsyncDisposableStack();
  const shopAlone = await settingOf(context, made);
  await run(shopAlone, ...usedIndexes, 'VACUUM ANALYZE core.products', 'VACUUM ANALYZE core.orders');
  const like = shopAlone.catalogue.find(({ kind }) => kind === 'read')!;
  const setting = { ...shopAlone, catalogue: [...shopAlone.catalogue, ...statementsOfUsed(like)] };
  const free = (await withAdmin(setting, readIndexes)).filter((index) => !index.unique && !index.constraint);
  const reads = setting.catalogue.filter(({ kind }) => kind === 'read');
  const before = await pagesOf({ ...setting, catalogue: reads });
  const missed: string[] = [];
  let [removed, proposed, tried] = [0, 0, 0];
  const end = performance.now() + longest;
  for (const index of free) {
    if (removed === wanted.removed || performance.now() > end) break;
    context.signal.throwIfAborted();
    tried++;
    const users = new Set(
      [...before].filter(([, { indexes }]) => indexes.has(index.short)).map(([cell]) => cell.split(' ')[0]!),
    );
    if (users.size === 0) continue;
    const { result: removal } = await judgeIndexChange(setting, { ddl: [], drop: [index.short] });
    if (!isMissed(removal)) continue;
    removed++;
    await run(setting, `DROP INDEX ${index.name}`);
    const own = { ...setting, catalogue: reads.filter(({ name }) => users.has(name)) };
    const answer = await proposedFor(own, setting, { table: index.table, removal, before });
    if (answer === null) proposed++;
    else missed.push(`${index.short} (${answer})`);
    context.progress.note(`${index.short}: ${answer ?? 'proposed again'}`);
    context.progress.count(removed, wanted.removed, 'removed indexes');
    await run(setting, index.definition.replace(' ON ONLY ', ' ON '));
  }
  const why = `Of ${free.length} indexes ${tried} were removed at ${scale.products} products, and ${removed} of them are missed there${missed.length > 0 ? `; not proposed: ${missed.join('; ')}` : ''}.`;
  return cutShort(
    atLeast(
      'advise: removed indexes proposed again, equal or better',
      proposed,
      Math.ceil(0.95 * removed),
      `of ${removed}`,
      why,
    ),
    removed,
    wanted.removed,
  );
}

/** Of fewer than were wanted a miss is one, and anything else is not known. */
const cutShort = (goal: Goal, tried: number, of: number): Goal =>
  tried >= of
    ? goal
    : {
        ...goal,
        ok: goal.ok === false ? false : null,
        why: `${tried} of ${of} were tried: there were no more, or the time was over. ${goal.why}`,
      };

/** By half a per cent, as the sentence of a change says it. */
const isMissed = ({ verdict, regressed, workload }: IndexResult): boolean =>
  verdict === 'do-not' || (regressed.length > 0 && workload!.after > 1.005 * workload!.before);

interface Removal {
  readonly table: string;
  readonly removal: IndexResult;
  /** Of the index that was removed. */
  readonly before: Pages;
}

/** Null: a proposal reads as few pages as before wherever the removal made them more; otherwise what happened. */
async function proposedFor(
  own: Setting,
  setting: Setting,
  { table, removal, before }: Removal,
): Promise<string | null> {
  const lost = moreThan(before, await pagesOf(own));
  const { candidates } = await findCandidates(own, undefined);
  const wanted = candidates.filter((one) => one.kind === 'missing' && one.table === table).slice(0, most);
  const tried: string[] = [];
  for (const candidate of wanted)
    for (let next: Candidate | undefined = candidate; next; next = next.otherwise) {
      const left = await leftBy(own, next, before, lost);
      tried.push(`${nameOf(next)} (${left.join(', ') || 'restores it'})`);
      if (left.length > 0) continue;
      const { result } = await judgeIndexChange(setting, next);
      if (isProposal(result) || gainsWhatWasLost(result, removal)) return null;
      tried.push(`${result.answer}`);
    }
  return `without it: ${removal.answer} Tried: ${tried.join('; ') || 'no candidate'}`;
}

/** Who loses by the new index gained by the removal of the old one, and somebody gains. */
function gainsWhatWasLost(proposal: IndexResult, removal: IndexResult): boolean {
  const gained = cellsThat(removal, 'less');
  return (
    proposal.verdict === 'depends' &&
    cellsThat(proposal, 'less').length > 0 &&
    cellsThat(proposal, 'more').every((cell) => gained.includes(cell))
  );
}

const cellsThat = ({ statements = [] }: IndexResult, work: 'more' | 'less'): string[] =>
  statements.flatMap((one) =>
    workOf({ ...one, weight: 0 }) === work ? [`${one.statement} ${one.tenantClass}`] : [],
  );

/** Cells that read more with this index than before the removal, with their pages. */
async function leftBy(
  own: Setting,
  { ddl }: Candidate,
  before: Pages,
  lost: readonly string[],
): Promise<string[]> {
  const names = await withAdmin(own, async (admin) => {
    const there = new Set((await readIndexes(admin)).map(({ name }) => name));
    for (const sql of ddl) await admin.query(sql);
    return (await readIndexes(admin)).map(({ name }) => name).filter((name) => !there.has(name));
  });
  try {
    const after = await pagesOf(own);
    return moreThan(before, after)
      .filter((cell) => lost.includes(cell))
      .map((cell) => `${cell} ${before.get(cell)!.pages} → ${after.get(cell)!.pages} pages`);
  } finally {
    await run(own, ...names.map((name) => `DROP INDEX ${name}`));
  }
}

/** What is said to be worth it, or to be weighed: somebody gains, nobody loses. */
const isProposal = ({ verdict, change, helped, regressed }: IndexResult): boolean =>
  verdict === 'keep' ||
  (verdict === 'depends' && !change.startsWith('DROP') && helped.length > 0 && regressed.length === 0);

/** Indexes that the shop left out because they serve nothing: `index` has to refuse each, and `advise` to find it. */
export async function needlessIndexes(context: SelfContext): Promise<Goal[]> {
  await using made = new AsyncDisposableStack();
  const setting = await settingOf(context, made);
  const file = new URL('../../../migrations/variants/redundant-indexes.sql', import.meta.url);
  const all = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('CREATE INDEX'));
  const ddl = all.slice(0, wanted.needless);
  const taken: string[] = [];
  const unseen: string[] = [];
  const end = performance.now() + longest;
  let tried = 0;
  for (const [i, sql] of ddl.entries()) {
    context.signal.throwIfAborted();
    if (performance.now() > end) break;
    tried++;
    const { result } = await judgeIndexChange(setting, { ddl: [sql], drop: [] });
    if (result.verdict === 'keep') taken.push(`${sql}: ${result.answer}`);
    const name = /INDEX (\w+)/.exec(sql)![1]!;
    const [, table] = / ON (\w+\.\w+)/.exec(sql)!;
    await run(setting, sql, `VACUUM ANALYZE ${table}`);
    const { candidates } = await findCandidates(setting, undefined);
    if (!candidates.some(({ drop }) => drop.includes(name))) unseen.push(name);
    await run(setting, `DROP INDEX ${table!.split('.')[0]}.${name}`);
    context.progress.count(i + 1, ddl.length, 'needless indexes');
  }
  const of = `of ${tried}`;
  return [
    atMost('index: needless indexes called worth it', taken.length, 1, of, taken.join(' ') || 'None.'),
    atLeast(
      'advise: needless indexes found to be dropped',
      tried - unseen.length,
      Math.ceil(0.95 * tried),
      of,
      unseen.length > 0 ? `Not found: ${unseen.join(', ')}.` : 'Redundant with another, or used by no plan.',
    ),
  ].map((goal) => cutShort(goal, tried, wanted.needless));
}

/** The schema as it is: whatever is proposed must be confirmed for other parameters than those that it was found with. */
export async function unchangedSchema(context: SelfContext): Promise<Goal> {
  await using made = new AsyncDisposableStack();
  const setting = await settingOf(context, made);
  const useless: string[] = [];
  let [proposals, tried] = [0, 0];
  const end = performance.now() + longest;
  for (let i = 0; i < wanted.runs; i++) {
    context.signal.throwIfAborted();
    if (performance.now() > end) break;
    tried++;
    const own = { ...setting, seed: setting.seed + i };
    const { results } = await advise(own, { budget: milliseconds(180_000), candidates: most });
    for (const result of results.filter(isProposal)) {
      proposals++;
      const again = await judgeIndexChange({ ...setting, seed: setting.seed + 1000 + i }, changeOf(result));
      if (!isProposal(again.result)) useless.push(`${result.change}: ${again.result.answer}`);
    }
    context.progress.count(i + 1, wanted.runs, 'runs');
  }
  const why = `${proposals} proposals, of which other parameters confirm ${proposals - useless.length}${useless.length > 0 ? `; useless: ${useless.join(' ')}` : ''}.`;
  const name = 'advise: useless proposals for the schema as it is';
  return cutShort(atMost(name, useless.length, 0, `in ${tried} runs`, why), tried, wanted.runs);
}

const changeOf = ({ change }: IndexResult) =>
  change.startsWith('DROP')
    ? { ddl: [], drop: [change.slice(change.lastIndexOf('.') + 1)] }
    : { ddl: [change], drop: [] };

async function settingOf(
  { topology, seed, progress, signal }: SelfContext,
  made: AsyncDisposableStack,
): Promise<Setting> {
  const own = made.use(
    await seededDatabase({ topology, progress, signal }, 'olympus_advice', { scale, seed }),
  );
  const base = { topology, database: own.name, progress, signal, seed, project: shop };
  const tenants = await withAdmin(base, (admin) => findTenants(admin, shop.tenants));
  return {
    ...{ ...base, tenants, catalogue: await readCatalogue(), budget: suites.smoke },
    keep: async (file) => file,
  };
}

async function withAdmin<T>(
  { topology, database }: Pick<Setting, 'topology' | 'database'>,
  work: (admin: Connection) => Promise<T>,
): Promise<T> {
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-self');
  return await work(admin);
}

const run = (setting: Setting, ...sql: readonly string[]) =>
  withAdmin(setting, async (admin) => {
    for (const one of sql) await admin.query(one);
  });

/** Pages of each read and the indexes that it uses, by statement and tenant; what could not be read is not in it. */
type Pages = ReadonlyMap<string, { readonly pages: number; readonly indexes: ReadonlySet<string> }>;

async function pagesOf(setting: Setting): Promise<Pages> {
  const [{ cells }, lineage] = await withAdmin(
    setting,
    async (admin) => [await drawCells(admin, setting, 2), await readLineage(admin)] as const,
  );
  await using sessions = await openSessions(setting.topology.get('primary'), setting.database);
  const pages = new Map<string, { pages: number; indexes: Set<string> }>();
  for (const cell of cells) {
    setting.signal.throwIfAborted();
    const count = await countPages(
      sessions.of(cell.statement),
      cell,
      setting.budget.planRepeats,
      'reading only',
    );
    if (count.kind === 'read')
      pages.set(cellName(cell), {
        pages: count.pages,
        indexes: new Set(count.indexes.map((name) => rootIndex(lineage, name))),
      });
  }
  return pages;
}

const moreThan = (before: Pages, after: Pages): string[] =>
  [...after].flatMap(([cell, { pages }]) => {
    const was = before.get(cell);
    return was && judgeWork(was.pages, pages) === 'more' ? [cell] : [];
  });
