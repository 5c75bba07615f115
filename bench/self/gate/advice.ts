import { readFile } from 'node:fs/promises';
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
import { advise, findCandidates, measureCandidate } from '../../index/advise.ts';
import { judgeIndexChange } from '../../index/index-change.ts';
import { type Index, readIndexes } from '../../index/indexes.ts';
import type { Setting } from '../../measure.ts';
import { seededDatabase } from '../../seeded-database.ts';
import { atLeast, atMost, type Goal, type SelfContext } from '../goal.ts';

/** Large enough that most indexes of the shop are missed when they are gone, small enough to be copied often. */
const scale = { name: 'advice', tenants: 20, customers: 4_000, products: 8_000, orders: 20_000 };
const wanted = { removed: 20, needless: 20, runs: 10 } as const;
/** Candidates of one table that are measured at most. */
const most = 3;
/** Each of the tests goes on to the next index or run for so long; what was not tried then is said, and not known. */
const longest = milliseconds(20 * 60_000);

/** The shop's indexes are removed one at a time: `advise` has to propose one that reads no more pages than that did. */
export async function removedIndexes(context: SelfContext): Promise<Goal> {
  await using made = new AsyncDisposableStack();
  const setting = await settingOf(context, made);
  const free = (await withAdmin(setting, readIndexes)).filter((index) => !index.unique && !index.constraint);
  const before = await pagesOf(setting);
  const missed: string[] = [];
  let [removed, proposed] = [0, 0];
  const end = performance.now() + longest;
  for (const index of free) {
    if (removed === wanted.removed || performance.now() > end) break;
    context.signal.throwIfAborted();
    await run(setting, `DROP INDEX ${index.name}`);
    const lost = moreThan(before, await pagesOf(setting));
    if (lost.length > 0) {
      removed++;
      const answer = await proposedFor(setting, index, before, lost);
      if (answer === null) proposed++;
      else missed.push(`${index.short} (${answer})`);
      context.progress.note(`${index.short}: ${answer ?? 'proposed again'}`);
      context.progress.count(removed, wanted.removed, 'removed indexes');
    }
    await run(setting, index.definition.replace(' ON ONLY ', ' ON '), `VACUUM ${index.table}`);
  }
  const why = `Of ${free.length} indexes at ${scale.products} products${missed.length > 0 ? `; not proposed: ${missed.join('; ')}` : ''}.`;
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

/** Null: a proposal reads as few pages as before wherever the removal made them more; otherwise what happened. */
async function proposedFor(
  setting: Setting,
  { table }: Index,
  before: Pages,
  lost: readonly string[],
): Promise<string | null> {
  const { candidates, touching } = await findCandidates(setting, undefined);
  const own = candidates.filter((one) => one.kind === 'missing' && one.table === table).slice(0, most);
  const left = new Set(lost);
  for (const candidate of own) {
    const { results } = await measureCandidate(setting, candidate, touching, 2);
    for (const result of results.filter(isProposal))
      for (const { statement, tenantClass, after } of result.statements ?? []) {
        const cell = `${statement} ${tenantClass}`;
        if (left.has(cell) && judgeWork(before.get(cell)!, after) !== 'more') left.delete(cell);
      }
    if (left.size === 0) return null;
  }
  const tried = own.flatMap(({ ddl }) => ddl).join(', ') || 'no candidate';
  return `${[...left].join(', ')} reads more: ${tried}`;
}

/** What is said to be worth it, or to be weighed: somebody gains, nobody loses. */
const isProposal = ({ verdict, candidate, helped, regressed }: IndexResult): boolean =>
  verdict === 'keep' ||
  (verdict === 'depends' && candidate?.kind === 'missing' && helped.length > 0 && regressed.length === 0);

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
      if (!isProposal({ ...again.result, ...(result.candidate && { candidate: result.candidate }) }))
        useless.push(`${result.change}: ${again.result.answer}`);
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

/** Pages of each read, by statement and tenant; what could not be read is not in it. */
type Pages = ReadonlyMap<string, number>;

async function pagesOf(setting: Setting): Promise<Pages> {
  const reads = setting.catalogue.filter(({ kind }) => kind === 'read');
  const { cells } = await withAdmin(setting, (admin) =>
    drawCells(admin, { ...setting, catalogue: reads }, 2),
  );
  await using sessions = await openSessions(setting.topology.get('primary'), setting.database);
  const pages = new Map<string, number>();
  for (const cell of cells) {
    setting.signal.throwIfAborted();
    const count = await countPages(
      sessions.of(cell.statement),
      cell,
      setting.budget.planRepeats,
      'reading only',
    );
    if (count.kind === 'read') pages.set(cellName(cell), count.pages);
  }
  return pages;
}

const moreThan = (before: Pages, after: Pages): string[] =>
  [...before].flatMap(([cell, pages]) =>
    judgeWork(pages, after.get(cell) ?? pages) === 'more' ? [cell] : [],
  );
