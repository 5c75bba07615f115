import type { Node, RangeVar, RuleStmt } from 'libpg-query';
import { alterTable } from './alter-table.ts';
import type { Relation } from './catalogue.ts';
import { copy, data } from './data-statements.ts';
import { changesVisibleRows, drop, truncate } from './drop.ts';
import { Forecast } from './forecast.ts';
import { createIndex, reindex } from './indexes.ts';
import type { LockMode } from './lock-mode.ts';
import { all, stringsOf } from './nodes.ts';
import {
  cluster,
  comment,
  createTable,
  createTableAs,
  createView,
  lockTable,
  refresh,
  rename,
  setSchema,
  vacuum,
} from './other-statements.ts';
import type { SchemaModel } from './schema-model.ts';

/** Statements that lock no relation which another session could wait for. */
const lockless = new Set([
  'VariableSetStmt',
  'VariableShowStmt',
  'TransactionStmt',
  'CreateSchemaStmt',
  'CreateEnumStmt',
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'GrantRoleStmt',
  'DefineStmt',
  'CompositeTypeStmt',
  'CreateRangeStmt',
  'CreateDomainStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterFunctionStmt',
  'CreateCastStmt',
  'AlterStatsStmt',
  'CheckPointStmt',
  'NotifyStmt',
  'ListenStmt',
]);

/** Plays one statement on the model and says what it will lock, read through and rewrite. */
export function predictStatement(model: SchemaModel, node: Node): Forecast {
  const forecast = new Forecast();
  const on = (name: RangeVar | undefined, mode: LockMode) => {
    const found = name && model.named(name);
    if (found) forecast.lock(mode, found);
    else forecast.cannotSay(`${name?.relname} is not in the catalogue`);
    return found;
  };
  if ('AlterTableStmt' in node) alterTable(model, forecast, node.AlterTableStmt);
  else if ('RenameStmt' in node) rename(model, forecast, node.RenameStmt);
  else if ('AlterObjectSchemaStmt' in node) {
    const { relation, newschema = '', object } = node.AlterObjectSchemaStmt;
    if (relation) setSchema(model, forecast, relation, newschema);
    else
      forecast.breaks.push(
        `statements that name ${stringsOf(object && [object]).join('.')} fail from then on`,
      );
  } else if ('IndexStmt' in node) createIndex(model, forecast, node.IndexStmt);
  else if ('ReindexStmt' in node) reindex(model, forecast, node.ReindexStmt);
  else if ('DropStmt' in node) drop(model, forecast, node.DropStmt);
  else if ('TruncateStmt' in node) truncate(model, forecast, node.TruncateStmt);
  else if ('CreateStmt' in node) createTable(model, forecast, node.CreateStmt);
  else if ('CreateTableAsStmt' in node) createTableAs(model, forecast, node.CreateTableAsStmt);
  else if ('ViewStmt' in node) createView(model, forecast, node.ViewStmt);
  else if ('RefreshMatViewStmt' in node) refresh(model, forecast, node.RefreshMatViewStmt);
  else if ('VacuumStmt' in node) vacuum(model, forecast, node.VacuumStmt);
  else if ('ClusterStmt' in node) cluster(model, forecast, node.ClusterStmt.relation);
  else if ('LockStmt' in node) lockTable(model, forecast, node.LockStmt);
  else if ('CommentStmt' in node) comment(model, forecast, node.CommentStmt);
  else if ('CreateTrigStmt' in node) {
    const table = on(node.CreateTrigStmt.relation, 'SHARE ROW EXCLUSIVE');
    if (node.CreateTrigStmt.constrrel) on(node.CreateTrigStmt.constrrel, 'ACCESS SHARE');
    if (table) {
      if (node.CreateTrigStmt.row && table.kind === 'partitioned')
        forecast.lock('SHARE ROW EXCLUSIVE', ...model.tree(table));
      table.triggers.push(node.CreateTrigStmt.trigname ?? '');
    }
  } else if ('CreatePolicyStmt' in node) {
    const table = policy(model, forecast, node.CreatePolicyStmt);
    table?.policies.push(node.CreatePolicyStmt.policy_name ?? '');
  } else if ('AlterPolicyStmt' in node) policy(model, forecast, node.AlterPolicyStmt);
  else if ('RuleStmt' in node) rule(model, forecast, node.RuleStmt);
  else if ('AlterEnumStmt' in node) {
    const { oldVal, typeName } = node.AlterEnumStmt; // absent: a value is added
    if (oldVal !== undefined)
      forecast.breaks.push(
        `statements that name the value '${oldVal}' of ${stringsOf(typeName).join('.')} fail from then on`,
      );
  } else if ('CopyStmt' in node) copy(model, forecast, node.CopyStmt);
  else if ('CreateStatsStmt' in node) {
    for (const range of all<RangeVar>(node.CreateStatsStmt.relations, 'RangeVar'))
      on(range, 'SHARE UPDATE EXCLUSIVE');
  } else if ('AlterSeqStmt' in node) alterSequence(model, forecast, node.AlterSeqStmt);
  else if ('CreateSeqStmt' in node) ownedBy(model, forecast, node.CreateSeqStmt.options);
  else if ('GrantStmt' in node) grant(model, forecast, node.GrantStmt);
  else if ('CreateFunctionStmt' in node) functionBody(forecast, node.CreateFunctionStmt);
  else if (
    'SelectStmt' in node ||
    'InsertStmt' in node ||
    'UpdateStmt' in node ||
    'DeleteStmt' in node ||
    'MergeStmt' in node
  )
    data(model, forecast, node);
  else other(forecast, node);
  return forecast;
}

/** Tables that its conditions name are opened; what it shows from then on only running statements know. */
function policy(
  model: SchemaModel,
  forecast: Forecast,
  { table: name, qual, with_check }: { table?: RangeVar; qual?: Node; with_check?: Node },
): Relation | undefined {
  const table = name && model.named(name);
  if (!table) {
    forecast.cannotSay(`${name?.relname} is not in the catalogue`);
    return undefined;
  }
  forecast.lock('ACCESS EXCLUSIVE', table);
  for (const range of all<RangeVar>([qual, with_check], 'RangeVar'))
    forecast.lock('ACCESS SHARE', model.named(range));
  changesVisibleRows(forecast, table);
  return table;
}

/** What its actions name is opened as they would open it. */
function rule(
  model: SchemaModel,
  forecast: Forecast,
  { relation, rulename = '', event, instead = false, actions = [], replace = false }: RuleStmt,
) {
  const table = relation && model.named(relation);
  if (!table) return forecast.cannotSay(`${relation?.relname} is not in the catalogue`);
  forecast.lock('ACCESS EXCLUSIVE', table);
  if (actions.length > 0) forecast.looks = true;
  if (!replace || !table.rules.includes(rulename)) table.rules.push(rulename);
  if (instead)
    forecast.breaks.push(
      `from then on ${event?.replace('CMD_', '')} on ${table.schema}.${table.name} does what the rule says in its place`,
    );
}

function other(forecast: Forecast, node: Node) {
  const kind = Object.keys(node)[0]!;
  if (lockless.has(kind)) return;
  forecast.cannotSay(
    kind === 'DoStmt' || kind === 'CallStmt'
      ? 'what the code of DO or CALL runs is not read'
      : `what ${kind.replace(/Stmt$/, '')} locks is not in our rules`,
  );
  forecast.opaque = true;
}

function alterSequence(
  model: SchemaModel,
  forecast: Forecast,
  { sequence, options = [], missing_ok }: { sequence?: RangeVar; options?: Node[]; missing_ok?: boolean },
) {
  const found = sequence && model.named(sequence);
  if (found) forecast.lock('SHARE ROW EXCLUSIVE', found);
  else if (!missing_ok) forecast.cannotSay(`${sequence?.relname} is not in the catalogue`);
  ownedBy(model, forecast, options);
}

/** OWNED BY table.column looks the table up. */
function ownedBy(model: SchemaModel, forecast: Forecast, options: readonly Node[] = []) {
  for (const node of options) {
    if (!('DefElem' in node) || node.DefElem.defname !== 'owned_by' || !node.DefElem.arg) continue;
    const names = stringsOf([node.DefElem.arg]);
    if (names.length < 2) continue;
    const table = model.find(names.at(-3), names.at(-2)!);
    if (table) forecast.lock('ACCESS SHARE', table);
  }
}

/** From PostgreSQL 16 on the relations that are named are opened; 15 locks none. */
function grant(
  model: SchemaModel,
  forecast: Forecast,
  {
    is_grant,
    objtype,
    targtype,
    objects = [],
  }: { is_grant?: boolean; objtype?: string; targtype?: string; objects?: Node[] },
) {
  if (!is_grant) forecast.cannotSay('whether a running statement needs the privilege is not known');
  if (targtype !== 'ACL_TARGET_OBJECT' || (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_SEQUENCE'))
    return;
  for (const node of objects) {
    const found = 'RangeVar' in node ? model.named(node.RangeVar) : undefined;
    if (found) forecast.lock('ACCESS SHARE', found);
    else forecast.cannotSay('what the privilege is granted on is not in the catalogue');
  }
}

/** CREATE FUNCTION checks a body in SQL against the tables that it names; a body in another language is not read. */
function functionBody(forecast: Forecast, { options = [] }: { options?: Node[] }) {
  const language = options.find((node) => 'DefElem' in node && node.DefElem.defname === 'language');
  const name = language && 'DefElem' in language ? stringsOf([language.DefElem.arg!])[0] : 'sql';
  if (name === 'sql') forecast.looks = true;
}
