import type { Session } from '../../infra/topology/session.ts';
import { rememberAnswers } from '../../scenarios/remember-answers.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import { replaceParameters } from '../../scenarios/sql-text.ts';
import type { Statement, Tenant } from '../../scenarios/statement.ts';
import { type Claim, memberOf, outsiders } from './claims.ts';
import { type BulkTally, type Looped, type Read, runBatch } from './read-loop.ts';
import { WaitingIds } from './waiting-ids.ts';

export interface BulkTask {
  /** Sessions of the application by the endpoint that they go through; all are used at once. */
  readonly apps: ReadonlyMap<string, readonly Session[]>;
  /** Sees every row. */
  readonly everything: Session;
  readonly catalogue: readonly Statement[];
  readonly tenants: readonly Tenant[];
  /** Of all statements together. */
  readonly reads: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly count: (done: number) => void;
}

export interface BulkResult {
  readonly byStatement: readonly BulkTally[];
  readonly seconds: number;
  readonly identities: number;
  readonly via: Readonly<Record<string, number>>;
}

/** How far the reads of a statement are. */
interface Course {
  readonly one: Looped;
  /** Given out, done or not. */
  given: number;
  spentMs: number;
  /** Of the next batch. */
  size: number;
}

const batchMs = 400;
const maxInBatch = 1000;
const firstFew = 20;
/**
 * Milliseconds of all sessions together on one statement, beyond which it leaves the rest of the reads to faster ones:
 * half a minute of each for a million.
 */
const maxMsOn = (reads: number, sessions: number) => sessions * Math.max(5_000, reads * 0.03);
const claimsPerTenant = 200;
const drawsPerTenant = 40;

/**
 * Reads in loops on the server: a message holds some hundred executions under as many identities, and answers with
 * counts, so that no row travels. A row is foreign when its organization_id is not the reader's tenant; where a
 * statement returns ids only, they are looked up afterwards. The transactions are rolled back.
 */
export async function bulkReads(task: BulkTask): Promise<BulkResult> {
  const start = performance.now();
  const sessions = [...task.apps].flatMap(([endpoint, all]) => all.map((app) => ({ endpoint, app })));
  const looped: Looped[] = [];
  const claims = await claimsOf(task);
  const values = rememberAnswers(task.everything);
  for (const statement of task.catalogue.filter(({ kind }) => kind === 'read')) {
    task.signal.throwIfAborted();
    const one = await prepareLoop({ values, seed: task.seed }, sessions[0]!.app, statement, claims);
    if (one) looped.push(one);
  }
  const tallies = new Map<string, BulkTally>();
  const via: Record<string, number> = {};
  const courses = looped.map((one): Course => ({ one, given: 0, spentMs: 0, size: firstFew }));
  const waiting = new WaitingIds();
  let [given, done] = [0, 0];
  await Promise.all(
    sessions.map(async ({ endpoint, app }) => {
      const next = () => minGiven(courses, maxMsOn(task.reads, sessions.length));
      for (let course = next(); course && given < task.reads; course = next()) {
        task.signal.throwIfAborted();
        const reads = take(course, task.reads - given);
        given += reads.length;
        const began = performance.now();
        const tally = await runBatch(app, task.everything, course.one, reads, waiting);
        const ms = performance.now() - began;
        course.spentMs += ms;
        course.size = nextSize(reads.length, ms);
        add(tallies, tally);
        via[endpoint] = (via[endpoint] ?? 0) + reads.length;
        done += reads.length;
        task.count(done);
      }
    }),
  );
  for (const each of await waiting.settle(task.everything)) add(tallies, { ...each, reads: 0 });
  return {
    byStatement: [...tallies.values()],
    seconds: (performance.now() - start) / 1000,
    identities: new Set([...claims.values()].flat().map(({ identity }) => JSON.stringify(identity))).size,
    via,
  };
}

/**
 * Each batch plans its statement anew, some times for the parameters before once for all: over many partitions that
 * costs as much as hundreds of reads. So a batch that was not far too long is followed by one of twice its size, and
 * only one that was is cut.
 */
const nextSize = (reads: number, ms: number): number =>
  ms < 2 * batchMs ? Math.min(maxInBatch, 2 * reads) : Math.max(1, Math.floor((batchMs * reads) / ms));

function add(tallies: Map<string, BulkTally>, tally: BulkTally): void {
  const sum = tallies.get(tally.statement);
  tallies.set(tally.statement, {
    statement: tally.statement,
    reads: tally.reads + (sum?.reads ?? 0),
    rows: tally.rows + (sum?.rows ?? 0),
    foreignRows: tally.foreignRows + (sum?.foreignRows ?? 0),
  });
}

/** By tenant whose rows are asked for: every other reader is its own member, the others are outsiders. */
async function claimsOf({ tenants, everything, seed }: BulkTask): Promise<Map<Tenant, Claim[]>> {
  const claims = new Map<Tenant, Claim[]>();
  for (const tenant of tenants) {
    const others = await outsiders(everything, tenant, claimsPerTenant, seed);
    claims.set(
      tenant,
      others.flatMap((claim) => [memberOf(tenant), claim]),
    );
  }
  return claims;
}

/** Null for a statement that does not run as the application, has no parameters here, or whose rows say nothing. */
async function prepareLoop(
  { values, seed }: { readonly values: Session; readonly seed: number },
  app: Session,
  statement: Statement,
  claims: ReadonlyMap<Tenant, readonly Claim[]>,
): Promise<Looped | null> {
  const reads: Read[] = [];
  for (const [tenant, of] of claims) {
    const draws = await drawParameters(values, statement, tenant, drawsPerTenant, seed);
    if (draws.length === 0) continue;
    // 40 draws and an odd number of claims meet in all combinations before one comes again
    const combinations = Math.max(of.length, draws.length) * 8;
    for (let i = 0; i < combinations; i++)
      reads.push({ claim: of[i % of.length]!, draw: draws[(i + Math.floor(i / of.length)) % draws.length]! });
  }
  const facts = reads.length > 0 ? await factsOf(app, statement) : null;
  return facts && { statement, reads, ...facts };
}

/** Types of the parameters, and whether rows have a tenant or an id; what only PREPARE and an answer can tell. */
async function factsOf(app: Session, { sql }: Statement): Promise<Pick<Looped, 'types' | 'told'> | null> {
  await app.query('BEGIN');
  try {
    await app.query(`PREPARE olympus_bulk AS ${sql}`);
    const { rows } = await app.query<{ types: string[] }>(
      `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'olympus_bulk'`,
    );
    const types = rows[0]!.types;
    const nulls = replaceParameters(sql, (n) => `NULL::${types[n - 1]}`);
    const answer = await app.query(`SELECT * FROM (${nulls}\n) AS rows LIMIT 0`);
    const columns = (answer as unknown as { fields: { name: string }[] }).fields.map(({ name }) => name);
    const told = (['organization_id', 'id'] as const).find((name) => columns.includes(name));
    return told ? { types, told } : null;
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
    return null; // the leak check's other half warns of it
  } finally {
    await app.query('ROLLBACK');
    await app.query('DEALLOCATE ALL');
  }
}

/** The statement that is behind the others, of those that have time left. */
const minGiven = (courses: readonly Course[], maxMs: number): Course | undefined =>
  courses
    .filter(({ spentMs }) => spentMs < maxMs)
    .reduce<Course | undefined>((least, one) => (!least || one.given < least.given ? one : least), undefined);

/** Its next reads, from the first on again when all were done. */
function take(course: Course, most: number): Read[] {
  const { reads } = course.one;
  const length = Math.min(course.size, most);
  const from = course.given;
  course.given += length;
  return Array.from({ length }, (_, i) => reads[(from + i) % reads.length]!);
}
