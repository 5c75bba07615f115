import { type Candidate, workOf } from '../../analysis/gate/candidate.ts';
import { beaten, doesAll } from '../../analysis/gate/candidate-choice.ts';
import { cannotMatter, indexCandidates } from '../../analysis/gate/index-candidates.ts';
import type { SeenPlan } from '../../analysis/gate/index-search.ts';
import { Fault } from '../../config/fault.ts';
import { type Milliseconds, milliseconds } from '../../config/units.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import type { IndexResult, Warning } from '../../result/result.ts';
import { forTenant } from '../../scenarios/identity.ts';
import type { Draw } from '../../scenarios/statement.ts';
import { type Cell, cellName, drawCells } from '../compare/cells.ts';
import { limitTime, openSessions } from '../compare/sessions.ts';
import type { Measure, Setting } from '../measure.ts';
import { explain } from '../postgres/explain.ts';
import { readLineage } from '../postgres/lineage.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { judgeIndexChange } from './index-change.ts';
import { dutiesOf, readColumns, readForeignKeys, readIndexes } from './indexes.ts';
import { indexesWithin, readNarrowIndexes } from './indexes-within.ts';
import { readTouching, type Touching } from './touching.ts';

export interface AdviceBounds {
  /** No candidate is begun after this. */
  readonly budget: Milliseconds;
  /** Most candidates that are measured. */
  readonly candidates: number;
  /** Statements whose plans are looked at; each candidate is judged by all that can touch its table. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** Index changes that the catalogue's own plans suggest, each measured before it is proposed. */
export function adviseMeasure(bounds: AdviceBounds): Measure {
  return {
    part: 'index',
    needs: ['primary'],
    userInput: true,
    async run(setting) {
      const { results, warnings } = await advise(setting, bounds);
      return { index: results, warnings };
    },
  };
}

/** What is to be made or dropped comes first. */
export async function advise(
  setting: Setting,
  { budget, candidates: most, only }: AdviceBounds,
): Promise<{ results: IndexResult[]; warnings: Warning[] }> {
  const end = performance.now() + budget;
  const found = await findCandidates(setting, only);
  const { touching, warnings, work } = found;
  const candidates = found.candidates.filter((one) => !cannotMatter(one, work));
  const small = found.candidates.filter((one) => cannotMatter(one, work));
  const results: IndexResult[] = [];
  let begun = 0;
  for (const candidate of candidates) {
    if (performance.now() > end || results.length >= most) break;
    begun++;
    const judged = await measureCandidate(setting, candidate, touching, most - results.length);
    results.push(...judged.results);
    warnings.push(...judged.warnings);
  }
  const rank = { keep: 0, depends: 1, 'cannot-say': 2, 'do-not': 3 } as const;
  const worse = beaten(results);
  return {
    results: results
      .filter((one) => !worse.some((other) => other.worse === one))
      .toSorted((a, b) => rank[a.verdict!] - rank[b.verdict!]),
    warnings: [
      ...warnings,
      ...worse.map(beatenBy),
      ...left(candidates.slice(begun), candidates.length, work),
      ...tooSmall(small, work),
    ],
  };
}

/** Measures a candidate, and what is tried in its place when it is not worth it or a statement does not gain. */
export async function measureCandidate(
  setting: Setting,
  candidate: Candidate,
  touching: Touching,
  most: number,
): Promise<{ results: IndexResult[]; warnings: Warning[] }> {
  const results: IndexResult[] = [];
  const warnings: Warning[] = [];
  for (let next: Candidate | undefined = candidate; next && results.length < most; ) {
    const judged: Judged = await judgeCandidate(setting, next, touching);
    if (judged.result) results.push(judged.result);
    warnings.push(...judged.warnings);
    next = judged.result && doesAll(judged.result, next) ? undefined : next.otherwise;
  }
  return { results, warnings };
}

const beatenBy = ({ worse, better }: ReturnType<typeof beaten>[number]): Warning => ({
  code: 'candidate-beaten',
  message: `${worse.change} is worth it too, and ${better.change} more: one of them is enough.`,
  advice: `It was measured: ${worse.answer}`,
});

interface Judged {
  /** Null: the server refuses to build it. */
  readonly result: IndexResult | null;
  readonly warnings: readonly Warning[];
}

async function judgeCandidate(setting: Setting, candidate: Candidate, touching: Touching): Promise<Judged> {
  const { kind, why } = candidate;
  setting.progress.note(`Measuring ${nameOf(candidate)}: ${why}.`);
  try {
    const { result, warnings } = await judgeIndexChange(setting, candidate, 'judgement', touching);
    return { result: { ...result, candidate: { kind, why } }, warnings };
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== 'usage') throw error;
    return { result: null, warnings: [refused(candidate, error.message)] };
  }
}

const refused = (candidate: Candidate, why: string): Warning => ({
  code: 'candidate-refused',
  message: `${nameOf(candidate)} was not measured: ${why}`,
  advice: `It was suggested because ${candidate.why}.`,
});

export const nameOf = ({ ddl, drop }: Candidate) =>
  [...ddl, ...drop.map((name) => `DROP INDEX ${name}`)].join('; ');

/** In per cent of all pages times calls: nobody can save more by what is missing. */
function mostSavedPct(candidates: readonly Candidate[], work: number): string {
  const pages = candidates.reduce((sum, { kind, benefit }) => sum + (kind === 'missing' ? benefit : 0), 0);
  return `${((100 * pages) / Math.max(work, 1)).toFixed(2)} %`;
}

/** What could be missing, and is not worth being measured. */
function tooSmall(small: readonly Candidate[], work: number): Warning[] {
  if (small.length === 0) return [];
  return [
    {
      code: 'candidates-too-small',
      message: `Not measured, for together they could save at most ${mostSavedPct(small, work)} of the pages that the catalogue reads here: ${small.map(nameOf).join('; ')}.`,
      advice:
        'Larger data may say otherwise (--scale); judge one by itself: ./olympus index "CREATE INDEX ..."',
    },
  ];
}

function left(rest: readonly Candidate[], all: number, work: number): Warning[] {
  if (all === 0)
    return [
      {
        code: 'no-candidates',
        message: 'The plans suggest no change of an index: nothing missing, unused or redundant.',
        advice: 'Plans are of this data: larger ones may suggest more (--scale).',
      },
    ];
  if (rest.length === 0) return [];
  const names = rest.slice(0, 10).map(nameOf);
  return [
    {
      code: 'candidates-left',
      message: `${rest.length} of ${all} candidates were not measured, so they are not proposed: ${names.join('; ')}${rest.length > names.length ? '; ...' : ''}. What is missing among them could save at most ${mostSavedPct(rest, work)} of the pages that the catalogue reads here.`,
      advice: 'Raise --budget or --candidates, or judge one by itself: ./olympus index "CREATE INDEX ..."',
    },
  ];
}

interface Found {
  readonly candidates: readonly Candidate[];
  /** Which statements can touch which tables. */
  readonly touching: Touching;
  /** Pages times calls of the plans that were looked at. */
  readonly work: number;
  readonly warnings: Warning[];
}

/**
 * What the plans suggest, the greatest benefit first. Plans are taken on a copy, because writes are executed and taken back, which
 * leaves dead rows.
 */
export async function findCandidates(
  setting: Setting,
  only: ReadonlySet<string> | undefined,
): Promise<Found> {
  const { topology, database, progress } = setting;
  const primary = topology.get('primary');
  await using made = new AsyncDisposableStack();
  progress.note('Reading the plans of the catalogue.');
  const copy = made.use(await cloneDatabase(primary, database, `${database}_index_p`));
  const admin = made.use(await connect(primary.url('admin', copy.database), 'olympus-index'));
  const sessions = made.use(await openSessions(primary, copy.database));
  const { cells, warnings } = await drawCells(admin, setting, drawsPerCell);
  const touching = await readTouching(sessions, setting.catalogue, cells, setting.signal);
  const looked = only ? cells.filter(({ statement }) => only.has(statement.name)) : cells;
  const narrow = await readNarrowIndexes(admin);
  const plans: SeenPlan[] = [];
  for (const [i, cell] of looked.entries()) {
    setting.signal.throwIfAborted();
    try {
      plans.push(...(await plansOf(sessions.of(cell.statement), cell, narrow)));
    } catch (error) {
      warnings.push(failed(cell, (error as Error).message));
    }
    progress.count(i + 1, looked.length, 'plans');
  }
  const lineage = await readLineage(admin);
  const [indexes, keys] = [await readIndexes(admin), await readForeignKeys(admin)];
  const columns = await readColumns(admin);
  const byName = new Map(indexes.map((index) => [index.short, index]));
  const candidates = indexCandidates(plans, indexes, columns, lineage, ({ short }) => {
    const index = byName.get(short)!;
    const others = indexes.filter((one) => one !== index);
    return dutiesOf([index], others, keys).length > 0;
  });
  // What is judged by all statements is not called unused by the plans of some.
  // An index of a table that nothing here touches cannot be judged, so it is not tried.
  const wanted = candidates.filter(
    ({ kind, table }) => (kind === 'missing' || !only) && touching.of([table]).size > 0,
  );
  return { candidates: wanted, touching, work: workOf(plans), warnings };
}

/** A rare value wants an index that a frequent one does not. */
const drawsPerCell = 3;
/** What takes longer is looked at with one draw. */
const quick = milliseconds(1000);

async function plansOf(session: Session, cell: Cell, narrow: ReadonlySet<string>): Promise<SeenPlan[]> {
  const began = performance.now();
  const first = await planOf(session, cell, cell.draws[0]!, narrow);
  if (performance.now() - began > quick) return [first];
  const plans = [first];
  for (const draw of cell.draws.slice(1)) plans.push(await planOf(session, cell, draw, narrow));
  return plans.map((plan) => ({ ...plan, share: 1 / plans.length }));
}

/** The plan of the second execution: the first one sets hint bits. */
async function planOf(
  session: Session,
  { statement, tenant }: Cell,
  draw: Draw,
  narrow: ReadonlySet<string>,
): Promise<SeenPlan> {
  return forTenant(session, tenant, async () => {
    await session.query(limitTime);
    await session.query('SAVEPOINT first');
    await session.query(statement.sql, draw);
    await session.query('ROLLBACK TO first');
    const { plan } = await explain(session, statement.sql, draw, 'whole', 'columns');
    const couldUse = await indexesWithin(session, statement.sql, draw, narrow);
    const isConstant = (literal: string) =>
      statement.sql.includes(`'${literal}'`) && !draw.some((value) => String(value).includes(literal));
    return { statement: statement.name, weight: statement.weight, root: plan.root, couldUse, isConstant };
  });
}

const failed = (cell: Cell, why: string): Warning => ({
  code: 'statement-failed',
  message: `${cellName(cell)} has no plan: ${why}`,
  advice: `Run it by hand; it is in ${cell.statement.file}.`,
});
