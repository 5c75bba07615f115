import { identifier, type Session } from '../../../infra/topology/session.ts';
import type { Warning } from '../../../result/result.ts';
import type { LoadTenant } from '../../../scenarios/load-plan.ts';
import { drawParameters } from '../../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../../scenarios/statement.ts';
import { isBarred } from '../../postgres/barred.ts';
import { estimate } from '../../postgres/explain.ts';
import { literal } from '../../postgres/prepared.ts';
import type { Leaks } from '../leaks.ts';
import { type Guarded, relationName } from './guarded.ts';

export interface ProjectLeakTask {
  /** The application, bound by policies. */
  readonly app: Session;
  /** Opens a session of the application in which no setting of an identity was ever made: it is unknown there, not empty. */
  readonly nobody: () => Promise<Session>;
  /** Draws the values. */
  readonly values: Session;
  readonly guarded: readonly Guarded[];
  /** Says whose a row is. */
  readonly column: string;
  readonly tenants: readonly Tenant[];
  /** Tenants as which is read too. */
  readonly others: readonly Pick<LoadTenant, 'id' | 'identity'>[];
  /** What an identity sets. */
  readonly settings: readonly string[];
  readonly catalogue: readonly Statement[];
  /** Of each statement, at most; fewer of a slow one. */
  readonly reads: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export type LeakAnswer =
  | { readonly leaks: Leaks; readonly warnings: Warning[] }
  | { readonly leaks: null; readonly why: string; readonly how: string };

/** Who reads: a tenant, one who says nothing of a tenant, or one who says an empty text. The last two may see no tenant's row. */
interface Reader {
  readonly session: Session;
  /** Null: nobody's rows are his. */
  readonly id: string | null;
  readonly identity: Readonly<Record<string, string>>;
}

const longestReadMs = 5000;
const msPerStatement = 500;
const msOfAllRelations = 60_000;

/**
 * Looks for rows of other tenants among what policies guard: each statement with a tenant's parameters, read by it, by
 * others and by nobody; and each relation without a filter. A row is foreign when its column of tenants holds another
 * tenant than the reader; one without a tenant (NULL) belongs to nobody and is not counted.
 */
export async function checkProjectLeaks(task: ProjectLeakTask): Promise<LeakAnswer> {
  const found = new Findings(task.column);
  const nobody = await task.nobody();
  const unsaid: Reader = { session: nobody, id: null, identity: {} };
  const empty: Reader = {
    ...{ session: task.app, id: null },
    identity: Object.fromEntries(task.settings.map((name) => [name, ''])),
  };
  const reader = ({ id, identity }: Pick<LoadTenant, 'id' | 'identity'>): Reader => ({
    ...{ session: task.app, id, identity },
  });
  const checked = await checkedStatements(task, found);
  for (const tenant of task.tenants) {
    const others = task.others.filter(({ id }) => id !== tenant.id).map(reader);
    const readers = [reader(tenant), unsaid, empty, ...others].slice(0, Math.max(4, task.reads));
    for (const statement of checked) await readByAll(task, statement, tenant, readers, found);
  }
  const end = performance.now() + msOfAllRelations;
  const [first] = task.others.filter(({ id }) => task.tenants.every((tenant) => tenant.id !== id));
  const readers = [...task.tenants, ...(first ? [first] : [])].map(reader);
  for (const relation of task.guarded.filter(({ readable }) => readable))
    for (const one of [...readers, unsaid, empty]) {
      task.signal.throwIfAborted();
      if (!relation.saysWhose) found.unsaidIn(relationName(relation));
      else if (performance.now() > end) found.unchecked(relationName(relation), 'no time was left');
      else await readRelation(task, relation, one, found);
    }
  return found.answer(task);
}

/** Those that read what policies guard, and run as the application. */
async function checkedStatements(task: ProjectLeakTask, found: Findings): Promise<Statement[]> {
  const guarded = new Set(task.guarded.map(({ name }) => name));
  const checked: Statement[] = [];
  for (const statement of task.catalogue.filter(({ kind }) => kind === 'read')) {
    task.signal.throwIfAborted();
    const [tenant] = task.tenants;
    const [draw] = await drawParameters(task.values, statement, tenant!, 1, task.seed);
    if (!draw) {
      found.unchecked(statement.name, 'the sources of its parameters return no row');
      continue;
    }
    try {
      const relations = await acting(
        { session: task.app, id: tenant!.id, identity: tenant!.identity },
        async () => relationsOf(await estimate(task.app, statement.sql, draw)),
      );
      if (relations.some((name) => guarded.has(name))) checked.push(statement);
    } catch (error) {
      if (!isBarred(statement, 'app', error)) found.unchecked(statement.name, (error as Error).message);
    }
  }
  return checked;
}

/** Every relation that a plan scans. */
function relationsOf({ json }: { json: string }): string[] {
  const names: string[] = [];
  JSON.parse(json, (key, value) => {
    if (key === 'Relation Name') names.push(value as string);
    return value;
  });
  return names;
}

async function readByAll(
  task: ProjectLeakTask,
  statement: Statement,
  tenant: Tenant,
  readers: readonly Reader[],
  found: Findings,
): Promise<void> {
  const draws = await drawParameters(task.values, statement, tenant, Math.min(20, task.reads), task.seed);
  const started = performance.now();
  for (const [i, reader] of draws.length === 0 ? [] : readers.entries()) {
    task.signal.throwIfAborted();
    if (i > 3 && performance.now() - started > msPerStatement) return;
    await readStatement(task, statement, draws[i % draws.length]!, reader, found);
  }
}

async function readStatement(
  { column }: ProjectLeakTask,
  { name, sql }: Statement,
  draw: Draw,
  reader: Reader,
  found: Findings,
): Promise<void> {
  try {
    const rows = await acting(reader, async () => {
      const row = 'to_jsonb(olympus_row)';
      const key = literal(column);
      const answer = await reader.session.query<{ says: boolean; whose: string | null; n: string }>(
        `SELECT jsonb_exists(${row}, ${key}) AS says, ${row} ->> ${key} AS whose, count(*) AS n
         FROM (${sql}\n) AS olympus_row GROUP BY 1, 2`,
        draw,
      );
      return answer.rows;
    });
    const saying = rows.filter(({ says }) => says);
    found.add(name, reader, new Map(saying.map(({ whose, n }) => [whose, Number(n)])));
    if (saying.length < rows.length) found.unsaidIn(name);
  } catch (error) {
    found.refused(name, reader, error as Error);
  }
}

async function readRelation(
  { column }: ProjectLeakTask,
  relation: Guarded,
  reader: Reader,
  found: Findings,
): Promise<void> {
  const name = relationName(relation);
  try {
    const counts = await acting(reader, async () => {
      const { rows } = await reader.session.query<{ whose: string | null; n: string }>(
        `SELECT to_jsonb(${identifier(column)}) #>> '{}' AS whose, count(*) AS n
         FROM ${identifier(relation.schema)}.${identifier(relation.name)} GROUP BY 1`,
      );
      return new Map(rows.map(({ whose, n }) => [whose, Number(n)]));
    });
    found.add(`every visible row of ${name}`, reader, counts);
  } catch (error) {
    found.refused(name, reader, error as Error);
  }
}

/** In a transaction that reads only, with the reader's settings, for no longer than a check may take. */
async function acting<T>({ session, identity }: Reader, work: () => Promise<T>): Promise<T> {
  await session.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${longestReadMs}`);
  try {
    for (const [name, value] of Object.entries(identity))
      await session.query('SELECT set_config($1, $2, true)', [name, value]);
    return await work();
  } finally {
    await session.query('ROLLBACK').catch(() => {}); // a lost connection shows in what `work` throws
  }
}

/** Sums what was read, and keeps what could not be known. */
class Findings {
  readonly #column: string;
  readonly #by = new Map<string, { rows: number; foreignRows: number }>();
  readonly #unchecked = new Map<string, string>();
  readonly #unsaid = new Set<string>();
  readonly #ofNobody = new Map<string, number>();
  #reads = 0;
  #own = 0;

  constructor(column: string) {
    this.#column = column;
  }

  add(what: string, { id }: Reader, counts: ReadonlyMap<string | null, number>): void {
    const sum = this.#by.get(what) ?? { rows: 0, foreignRows: 0 };
    this.#reads += 1;
    for (const [whose, n] of counts) {
      if (whose === null) this.#ofNobody.set(what, (this.#ofNobody.get(what) ?? 0) + n);
      else {
        sum.rows += n;
        if (whose === id) this.#own += n;
        else sum.foreignRows += n;
      }
    }
    this.#by.set(what, sum);
  }

  /** Who has no tenant, and is refused, has seen nothing: that is as it should be. */
  refused(what: string, { id }: Reader, error: Error): void {
    if ((error as { code?: string }).code === undefined) throw error;
    const timedOut = (error as { code?: string }).code === '57014';
    if (id === null && !timedOut) this.#reads += 1;
    else this.unchecked(what, timedOut ? `it did not end within ${longestReadMs / 1000} s` : error.message);
  }

  unchecked(what: string, why: string): void {
    this.#unchecked.set(what, why);
  }

  /** Rows came that do not say whose they are. */
  unsaidIn(what: string): void {
    this.#unsaid.add(what);
  }

  answer({ tenants, others }: ProjectLeakTask): LeakAnswer {
    const entries = [...this.#by];
    const sum = (of: 'rows' | 'foreignRows') => entries.reduce((n, [, each]) => n + each[of], 0);
    if (others.length + tenants.length < 2 || new Set([...others, ...tenants].map(({ id }) => id)).size < 2)
      return {
        leaks: null,
        why: 'the query of "tenants" lists one tenant: there is no other whose rows could be seen',
        how: 'List every tenant in it.',
      };
    if (this.#own === 0)
      return {
        leaks: null,
        why: `under the identity of ${tenants.length === 1 ? 'a tenant' : `each of ${tenants.length} tenants`} no row was seen whose ${this.#column} is that tenant${sum('foreignRows') > 0 ? `, and ${sum('foreignRows')} rows of others` : ''}: nothing shows that the identity arrives or that the column holds the ids`,
        how: 'Compare "id" of the query of "tenants", "identity" and "tenantColumn" in olympus.yaml with what the policies ask (\\d table in psql).',
      };
    return {
      leaks: {
        reads: this.#reads,
        rows: sum('rows'),
        foreignRows: sum('foreignRows'),
        byStatement: entries.map(([statement, each]) => ({ statement, ...each })),
      },
      warnings: this.#warnings(),
    };
  }

  #warnings(): Warning[] {
    const list = (names: readonly string[]) =>
      `${names.slice(0, 5).join('; ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
    const failed = [...this.#unchecked].map(([what, why]) => `${what}: ${why}`);
    return [
      ...(failed.length > 0
        ? [
            {
              code: 'leak-unchecked',
              message: `The leak check could not read everything. ${list(failed)}.`,
              advice:
                'What is named was not checked, or not as every reader; run it in psql as the application.',
            },
          ]
        : []),
      ...(this.#unsaid.size > 0
        ? [
            {
              code: 'leak-unchecked',
              message: `Rows without the column ${this.#column} say not whose they are, and were not checked: ${list([...this.#unsaid])}.`,
              advice: `Let the statement return ${this.#column} too; a table without it can be checked by a view that has it.`,
            },
          ]
        : []),
      ...(this.#ofNobody.size > 0
        ? [
            {
              code: 'rows-of-nobody',
              message: `Rows whose ${this.#column} is NULL were seen, and count as nobody's: ${list([...this.#ofNobody].map(([what, n]) => `${what}: ${n}`))}.`,
              advice: 'Where every tenant may see them that is right; else the policy lets them through.',
            },
          ]
        : []),
    ];
  }
}
