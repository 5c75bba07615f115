import type { Node } from 'libpg-query';
import type { CatalogueData, Relation } from './catalogue.ts';
import type { Forecast } from './forecast.ts';
import { type Judgement, judge } from './judge.ts';
import { type LockMode, strength, stronger } from './lock-mode.ts';
import { parseSql } from './parse-sql.ts';
import { predictStatement } from './predict-statement.ts';
import { SchemaModel } from './schema-model.ts';

export interface PredictedLock {
  /** "core.orders", as it is called before the statement. */
  readonly relation: string;
  readonly oid: number;
  readonly kind: Relation['kind'];
  readonly mode: LockMode;
}

/** What one statement of a file is predicted to do. */
export interface StatementPrediction extends Judgement {
  readonly text: string;
  readonly offset: number;
  /** Which transaction of the file it is in, from 1; null: it is one of its own. */
  readonly transaction: number | null;
  /** BEGIN, COMMIT and the like. */
  readonly control: boolean;
  readonly outsideTransaction: boolean;
  /** The strongest lock on each relation that was there before the file, of this statement. */
  readonly locks: readonly PredictedLock[];
  /** The same of the whole transaction so far. */
  readonly held: readonly PredictedLock[];
  /** Tables that are written anew. */
  readonly rewritten: readonly string[];
  /** Tables whose every row it reads: for a check, an index or a rewrite. */
  readonly read: readonly string[];
  /** Why something cannot be said; empty: everything is. */
  readonly unknown: readonly string[];
  /** Objects that are gone afterwards. */
  readonly dropped: readonly string[];
  /** A reader's or writer's lock on tables that only the text of a function or rule names is no surprise. */
  readonly looks: boolean;
}

export interface Script {
  readonly sql: string;
  /** It is run as one transaction. */
  readonly whole: boolean;
}

/**
 * Predicts each statement of scripts that run one after another, each from what those before it left.
 * @throws SqlSyntaxError
 */
export function predictScripts(
  scripts: readonly Script[],
  catalogue: CatalogueData,
): StatementPrediction[][] {
  const model = new SchemaModel(catalogue);
  let unread: string | undefined;
  return scripts.map(({ sql, whole }) => {
    const transactions = new Transactions(whole);
    return parseSql(sql).map((statement, index) => {
      setSearchPath(model, statement.node);
      const names = new Map(model.relations.map((one) => [one, `${one.schema}.${one.name}`]));
      const forecast = predictStatement(model, statement.node);
      const { transaction, control, held } = transactions.next(statement.node, forecast);
      if (forecast.outsideTransaction && transaction !== null)
        forecast.breaks.unshift('it cannot run inside a transaction: the server will refuse it');
      if (unread !== undefined && forecast.locks.size > 0)
        forecast.cannotSay(`${unread} may have changed what this one finds`);
      const judgement = judge(forecast, held);
      if (forecast.opaque) unread ??= `statement ${index + 1}`;
      return {
        ...{ text: statement.text, offset: statement.offset, ...judgement, transaction, control },
        outsideTransaction: forecast.outsideTransaction,
        locks: listLocks(forecast.locks, names),
        held: listLocks(held, names),
        rewritten: [...forecast.rewritten]
          .filter(({ kind, fresh }) => !fresh && (kind === 'table' || kind === 'materialized view'))
          .map((one) => names.get(one)!),
        read: forecast.work
          .filter(({ kind, relation }) => kind !== 'rows' && !relation.fresh)
          .map(({ relation }) => names.get(relation)!),
        unknown: forecast.unknown,
        dropped: forecast.dropped,
        looks: forecast.looks,
      };
    });
  });
}

/** One script alone. */
export const predictMigration = (
  sql: string,
  catalogue: CatalogueData,
  { whole = false }: { readonly whole?: boolean } = {},
): StatementPrediction[] => predictScripts([{ sql, whole }], catalogue)[0]!;

const listLocks = (
  locks: ReadonlyMap<Relation, LockMode>,
  names: ReadonlyMap<Relation, string>,
): PredictedLock[] =>
  [...locks]
    .filter(([{ fresh }]) => !fresh)
    .map(([one, mode]) => ({
      relation: names.get(one) ?? `${one.schema}.${one.name}`,
      oid: one.oid,
      kind: one.kind,
      mode,
    }))
    .sort((a, b) => strength(b.mode) - strength(a.mode) || a.relation.localeCompare(b.relation));

/** Locks last until the transaction ends: what one statement took, those after it in the transaction hold. */
class Transactions {
  readonly #whole: boolean;
  #count = 0;
  #open = false;
  #held = new Map<Relation, LockMode>();

  constructor(whole: boolean) {
    this.#whole = whole;
    if (whole) this.#begin();
  }

  next(
    node: Node,
    forecast: Forecast,
  ): { transaction: number | null; control: boolean; held: Map<Relation, LockMode> } {
    const kind = 'TransactionStmt' in node ? node.TransactionStmt.kind : undefined;
    if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') this.#begin();
    const transaction = this.#open ? this.#count : null;
    if (!this.#open) this.#held = new Map();
    for (const [relation, mode] of forecast.locks)
      this.#held.set(relation, stronger(this.#held.get(relation), mode));
    const held = new Map(this.#held);
    if (!this.#whole && kind && /COMMIT|ROLLBACK$/.test(kind) && kind !== 'TRANS_STMT_ROLLBACK_TO')
      this.#open = false;
    return { transaction, control: kind !== undefined, held };
  }

  #begin(): void {
    if (this.#open) return;
    this.#open = true;
    this.#count++;
    this.#held = new Map();
  }
}

function setSearchPath(model: SchemaModel, node: Node) {
  if (!('VariableSetStmt' in node) || node.VariableSetStmt.name !== 'search_path') return;
  const schemas = (node.VariableSetStmt.args ?? []).flatMap((arg) =>
    'A_Const' in arg && arg.A_Const.sval ? [arg.A_Const.sval.sval ?? ''] : [],
  );
  if (schemas.length > 0) model.searchPath = schemas;
}

/** The verdict of a file: unsafe before what cannot be said, and safe only where every statement is. */
export function verdictOf(statements: readonly Judgement[]): Judgement['verdict'] {
  const verdicts = new Set(statements.map(({ verdict }) => verdict));
  return verdicts.has('unsafe') ? 'unsafe' : verdicts.has('cannot say') ? 'cannot say' : 'safe';
}
