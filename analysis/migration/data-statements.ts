import type { CopyStmt, FuncCall, Node, RangeVar, SelectStmt } from 'libpg-query';
import type { Relation } from './catalogue.ts';
import type { Forecast } from './forecast.ts';
import type { LockMode } from './lock-mode.ts';
import { all, stringsOf, walk } from './nodes.ts';
import type { SchemaModel } from './schema-model.ts';

const written = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** How many rows one statement of a migration may lock: more wait on it for too long, so a backfill goes in batches. */
const batchRows = 10_000;

/** What SELECT, INSERT, UPDATE, DELETE and MERGE lock: tables weakly, rows until the transaction ends. */
export function data(model: SchemaModel, forecast: Forecast, node: Node) {
  const aliases = new Set(all<{ ctename?: string }>(node, 'CommonTableExpr').map(({ ctename }) => ctename));
  const locking = all<SelectStmt>(node, 'SelectStmt').some(
    ({ lockingClause }) => lockingClause !== undefined,
  );
  for (const range of all<RangeVar>(node, 'RangeVar')) {
    if (range.schemaname === undefined && aliases.has(range.relname)) continue;
    readLocks(model, forecast, range, locking ? 'ROW SHARE' : 'ACCESS SHARE');
  }
  for (const [kind, content] of walk(node)) {
    if (!written.has(kind)) continue;
    const target = model.named(content.relation as RangeVar);
    if (target) writeLocks(model, forecast, target);
    if (kind === 'UpdateStmt' || kind === 'DeleteStmt') lockedRows(model, forecast, kind, target, content);
    if (kind === 'MergeStmt') forecast.cannotSay('how many rows MERGE locks depends on the data');
  }
  for (const select of all<SelectStmt>(node, 'SelectStmt'))
    if (select.lockingClause) selectedRows(model, forecast, select);
  callees(model, forecast, node);
}

/** COPY reads under ACCESS SHARE and writes under ROW EXCLUSIVE. */
export function copy(
  model: SchemaModel,
  forecast: Forecast,
  { relation, query, is_from, filename }: CopyStmt,
) {
  if (query) return data(model, forecast, query);
  const found = relation && model.named(relation);
  if (!found) return forecast.cannotSay(`${relation?.relname} is not in the catalogue`);
  if (!is_from) return forecast.lock('ACCESS SHARE', found);
  writeLocks(model, forecast, found);
  if (!filename)
    forecast.cannotSay('it waits for rows on standard input, which a file of statements does not send');
}

/** SELECT ... FOR UPDATE: rows are locked until the transaction ends, as an UPDATE locks them. */
function selectedRows(model: SchemaModel, forecast: Forecast, select: SelectStmt) {
  const { fromClause = [], whereClause, limitCount } = select;
  if (isSmall(limitCount)) return;
  for (const node of fromClause) {
    const target = 'RangeVar' in node ? model.named(node.RangeVar) : undefined;
    if (target?.fresh) continue;
    if (!target) forecast.cannotSay('how many rows this SELECT locks is not known');
    else if (!whereClause) forecast.takes('rows', target);
    else if (!isBounded(model, target, whereClause)) forecast.cannotSay(unbounded('SELECT'));
  }
}

const unbounded = (verb: string) =>
  `how many rows this ${verb} locks depends on its WHERE; a batch of at most ${batchRows} would be plain: WHERE id IN (SELECT id ... LIMIT 1000)`;

function readLocks(model: SchemaModel, forecast: Forecast, range: RangeVar, mode: LockMode) {
  const found = model.named(range);
  if (!found) {
    if (
      range.schemaname !== 'pg_catalog' &&
      range.schemaname !== 'information_schema' &&
      !range.relname?.startsWith('pg_')
    )
      forecast.cannotSay(`${range.relname} is not in the catalogue`);
    return;
  }
  forecast.lock(mode, ...model.tree(found));
  if (found.kind === 'view') for (const one of readBy(model, found)) forecast.lock(mode, ...model.tree(one));
}

const readBy = (model: SchemaModel, view: Relation): Relation[] =>
  view.reads.flatMap((oid) => {
    const one = model.byOid(oid);
    return one ? [one, ...(one.kind === 'view' ? readBy(model, one) : [])] : [];
  });

/** ROW EXCLUSIVE; foreign keys look up the other side under ROW SHARE, or write it where they cascade. */
function writeLocks(model: SchemaModel, forecast: Forecast, target: Relation) {
  const tables = target.kind === 'view' ? readBy(model, target) : [];
  for (const one of [...model.tree(target), ...tables]) {
    forecast.lock('ROW EXCLUSIVE', one);
    for (const { references } of one.constraints) {
      const referenced = references === null ? undefined : model.byOid(references);
      if (referenced) forecast.lock('ROW SHARE', ...model.tree(referenced));
    }
    for (const { table } of model.referencesTo(one)) forecast.lock('ROW EXCLUSIVE', ...model.tree(table));
    if (one.triggers.length > 0)
      forecast.cannotSay(
        `what the triggers of ${one.schema}.${one.name} (${one.triggers.join(', ')}) lock is not known`,
      );
  }
}

function lockedRows(
  model: SchemaModel,
  forecast: Forecast,
  kind: string,
  target: Relation | undefined,
  content: Record<string, unknown>,
) {
  if (!target || target.fresh) return;
  const where = content.whereClause as Node | undefined;
  if (where === undefined) return forecast.takes('rows', target);
  if (isBounded(model, target, where)) return;
  forecast.cannotSay(unbounded(kind === 'UpdateStmt' ? 'UPDATE' : 'DELETE'));
}

/** One row by its key, or at most `batchRows` by a subquery with LIMIT. */
function isBounded(model: SchemaModel, target: Relation, where: Node): boolean {
  const parts =
    'BoolExpr' in where && where.BoolExpr.boolop === 'AND_EXPR' ? (where.BoolExpr.args ?? []) : [where];
  const equal = new Set(parts.flatMap(equalColumn));
  const keyed = model
    .indexesOf(target)
    .some(
      ({ index }) =>
        index!.unique && !index!.expressions && index!.columns.every((column) => equal.has(column)),
    );
  return keyed || parts.some(isLimited);
}

function equalColumn(node: Node): string[] {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP' || stringsOf(node.A_Expr.name).at(-1) !== '=')
    return [];
  const { lexpr, rexpr } = node.A_Expr;
  return lexpr && 'ColumnRef' in lexpr && rexpr && !('ColumnRef' in rexpr) && !('SubLink' in rexpr)
    ? stringsOf(lexpr.ColumnRef.fields).slice(-1)
    : [];
}

function isLimited(node: Node): boolean {
  if (
    !('SubLink' in node) ||
    node.SubLink.subLinkType !== 'ANY_SUBLINK' ||
    (node.SubLink.operName ?? []).length > 0
  )
    return false;
  const select = node.SubLink.subselect;
  return isSmall(select && 'SelectStmt' in select ? select.SelectStmt.limitCount : undefined);
}

function isSmall(limit: Node | undefined): boolean {
  const rows = limit && 'A_Const' in limit && limit.A_Const.ival ? (limit.A_Const.ival.ival ?? 0) : undefined;
  return rows !== undefined && rows <= batchRows;
}

/** A function may do anything; the server's own do not lock tables. */
function callees(model: SchemaModel, forecast: Forecast, node: Node) {
  for (const { funcname } of all<FuncCall>(node, 'FuncCall')) {
    const names = stringsOf(funcname);
    const found = model.function(names);
    if (found?.name.startsWith('pg_catalog.') || found?.volatility === 'immutable') continue;
    forecast.cannotSay(`what the function ${names.join('.')} does and locks is not known`);
    forecast.opaque = true;
  }
}
