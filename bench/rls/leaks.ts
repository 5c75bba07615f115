import type { Session } from '../../infra/topology/session.ts';
import type { RlsResult, Warning } from '../../result/result.ts';
import { type Identity, setIdentity } from '../../scenarios/identity.ts';
import { rememberAnswers } from '../../scenarios/remember-answers.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../scenarios/statement.ts';
import { isBarred } from '../postgres/barred.ts';
import { execution, literal, prepare } from '../postgres/prepared.ts';
import { idsWithoutTenant, ownersByIndex, ownTenant, type Row } from '../postgres/row-owner.ts';
import { type Claim, memberOf, outsiders } from './claims.ts';
import { readVisible } from './visible.ts';
import { WaitingIds } from './waiting-ids.ts';

export type Leaks = RlsResult['leaks'];

export interface LeakTask {
  /** Under row-level security. */
  readonly app: Session;
  /** Sees every row. */
  readonly everything: Session;
  readonly catalogue: readonly Statement[];
  readonly tenants: readonly Tenant[];
  /** Reads of each statement. */
  readonly reads: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Looks for rows of other tenants, in two ways:
 * - every read statement with a tenant's parameters, by a member of that tenant (who must see rows of it only) and by
 *   outsiders (who ask for what is not theirs: a statement's own filter cannot hide a policy that fails);
 * - every relation without any filter, by members, strangers and nobody.
 * A statement that does not run at all as the application is a warning.
 */
export async function checkLeaks(task: LeakTask): Promise<{ leaks: Leaks; warnings: Warning[] }> {
  const tally = new Tally();
  const waiting = new WaitingIds();
  const warnings: Warning[] = [];
  const values = rememberAnswers(task.everything);
  const prepared = await prepareAll(task, values, warnings);
  for (const tenant of task.tenants) {
    const draws = await drawAll(task, values, prepared, tenant);
    const claims = await claimsOn(task, tenant);
    if (!claims.some(({ kind }) => kind === 'stranger')) warnings.push(withoutStranger(tenant));
    const leading = new Set([
      claims[0]!,
      ...firstOfEachKind(claims.filter(({ tenant: of }) => of !== tenant.id)),
    ]);
    for (const [i, claim] of claims.entries()) {
      task.signal.throwIfAborted();
      const reading = draws.filter(
        ({ every }) => i % every === 0 || (leading.has(claim) && claims.indexOf(claim) === i),
      );
      await readStatements(task, claim, reading, i, { tally, waiting });
    }
    for (const claim of leading) {
      task.signal.throwIfAborted();
      for (const { relation, rows, foreignRows } of await readVisible(task.app, task.everything, claim))
        tally.add(`every visible row of ${relation}`, 1, rows, foreignRows);
    }
  }
  await task.app.query('DEALLOCATE ALL');
  for (const { statement, rows, foreignRows } of await waiting.settle(task.everything))
    tally.add(statement, 0, rows, foreignRows);
  return { leaks: tally.result(), warnings };
}

/** The tenant's own member first, for about half of the reads, then outsiders. */
async function claimsOn({ everything, reads, tenants, seed }: LeakTask, tenant: Tenant): Promise<Claim[]> {
  const share = Math.ceil(reads / tenants.length);
  const own = new Array<Claim>(Math.ceil(share / 2)).fill(memberOf(tenant));
  return [...own, ...(await outsiders(everything, tenant, Math.max(2, Math.floor(share / 2)), seed))];
}

const withoutStranger = ({ label }: Tenant): Warning => ({
  code: 'leak-without-stranger',
  message: `Nobody asked for rows of ${label} without being its member: there are not two members of other tenants. A policy that believes whoever names a tenant would not have been noticed.`,
  advice: 'Measure a data set with at least two other tenants that have accepted members.',
});

const firstOfEachKind = (claims: readonly Claim[]): Claim[] =>
  claims.filter(({ kind }, i) => i === claims.findIndex((each) => each.kind === kind));

interface Prepared {
  readonly name: string;
  readonly statement: Statement;
  /** Read under each so many claims; 1 unless it is slow. */
  readonly every: number;
}

/** Milliseconds for all reads of one statement; a slower one is read by the first of each kind and by some others. */
const msPerStatement = 500;

async function prepareAll(task: LeakTask, values: Session, warnings: Warning[]): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  const [tenant] = task.tenants;
  const reads = task.catalogue.filter(({ kind }) => kind === 'read');
  for (const [i, statement] of reads.entries()) {
    const name = `olympus_leak_${i}`;
    try {
      await prepare(task.app, name, statement.sql);
      const [draw] = await drawParameters(values, statement, tenant!, drawsOf(task), task.seed);
      const start = performance.now();
      if (draw) await task.app.query(`${claimText(memberOf(tenant!))};${execution(name, draw)};ROLLBACK`);
      const every = Math.ceil(((performance.now() - start) * task.reads) / msPerStatement);
      prepared.push({ name, statement, every: Math.max(1, every) });
    } catch (error) {
      await task.app.query('ROLLBACK').catch(() => {});
      if (isBarred(statement, 'app', error)) continue;
      warnings.push({
        code: 'leak-unchecked',
        message: `${statement.name} does not run as the application: ${(error as Error).message}`,
        advice: 'Grant what it needs, or take it out of the catalogue; its rows were not checked.',
      });
    }
  }
  return prepared;
}

type Drawn = Prepared & { readonly draws: readonly Draw[] };

/** Parameters of each statement for each tenant. */
const drawsOf = ({ reads }: LeakTask): number => Math.min(20, reads);

async function drawAll(
  task: LeakTask,
  values: Session,
  prepared: readonly Prepared[],
  tenant: Tenant,
): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  for (const each of prepared) {
    const draws = await drawParameters(values, each.statement, tenant, drawsOf(task), task.seed);
    if (draws.length > 0) drawn.push({ ...each, draws });
  }
  return drawn;
}

/** All statements under one claim in one message: one round trip, one transaction. */
async function readStatements(
  task: LeakTask,
  claim: Claim,
  drawn: readonly Drawn[],
  i: number,
  { tally, waiting }: { readonly tally: Tally; readonly waiting: WaitingIds },
) {
  const texts = drawn.map(({ name, draws }) => execution(name, draws[i % draws.length]!));
  const answers = (await task.app.query([claimText(claim), ...texts, 'ROLLBACK'].join(';'))) as unknown as {
    rows: Row[];
  }[];
  const results = answers.slice(2, -1); // after BEGIN and the identity, before ROLLBACK
  const { owners, rest } = await ownersByIndex(
    task.everything,
    idsWithoutTenant(results.flatMap(({ rows }) => rows)),
  );
  for (const [j, { statement }] of drawn.entries()) {
    const checked: string[] = [];
    for (const row of results[j]!.rows) {
      const id = String(row.id);
      const owner = ownTenant(row) ?? owners.get(id);
      if (owner) checked.push(owner);
      else if (rest.has(id)) waiting.add(statement.name, claim.tenant, id);
    }
    tally.add(statement.name, 1, checked.length, checked.filter((owner) => owner !== claim.tenant).length);
  }
}

const claimText = ({ identity }: Claim): string => `BEGIN;${identityText(identity)}`;

/** Takes on the identity, as text, so that it fits into one message with what follows. */
export const identityText = (identity: Identity | null): string =>
  setIdentity
    .replace('$1', literal(identity?.userId ?? ''))
    .replace('$2', literal(identity?.organizationId ?? ''));

class Tally {
  readonly #by = new Map<string, { reads: number; rows: number; foreignRows: number }>();

  add(statement: string, reads: number, rows: number, foreignRows: number): void {
    const sum = this.#by.get(statement) ?? { reads: 0, rows: 0, foreignRows: 0 };
    this.#by.set(statement, {
      reads: sum.reads + reads,
      rows: sum.rows + rows,
      foreignRows: sum.foreignRows + foreignRows,
    });
  }

  result(): Leaks {
    const entries = [...this.#by];
    const sum = (of: 'reads' | 'rows' | 'foreignRows') => entries.reduce((n, [, each]) => n + each[of], 0);
    return {
      reads: sum('reads'),
      rows: sum('rows'),
      foreignRows: sum('foreignRows'),
      byStatement: entries.map(([statement, { rows, foreignRows }]) => ({ statement, rows, foreignRows })),
    };
  }
}
