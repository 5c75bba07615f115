import type { AlterTableCmd } from 'libpg-query';
import type { Column, Relation } from './catalogue.ts';
import { columnsIn } from './expression.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import { stringsOf } from './nodes.ts';
import { parseCondition } from './parse-sql.ts';
import { rewrite } from './rewrite.ts';
import type { SchemaModel } from './schema-model.ts';
import { columnType, typeChange } from './type-change.ts';

/** ALTER COLUMN ... TYPE: whether rows are written anew, which indexes and constraints are made again. */
export function alterColumnType(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  { name = '', def }: AlterTableCmd,
) {
  if (!def || !('ColumnDef' in def) || !def.ColumnDef.typeName) return;
  const to = columnType(model, def.ColumnDef.typeName);
  const collation = def.ColumnDef.collClause ? stringsOf(def.ColumnDef.collClause.collname).at(-1)! : null;
  for (const one of model.tree(table)) {
    const column = one.columns.find((each) => each.name === name);
    if (!column) {
      forecast.cannotSay(`${one.schema}.${one.name} has no column ${name}`);
      continue;
    }
    if (!to) {
      forecast.cannotSay(
        `the type ${stringsOf(def.ColumnDef.typeName.names).join('.')} is not in the catalogue, or its modifier not in our rules`,
      );
      continue;
    }
    const views = model.viewsNeeding(one, name);
    if (views.length > 0) refusedByViews(forecast, views);
    const change = typeChange(model, column, to, def.ColumnDef);
    if ('unknown' in change) forecast.cannotSay(change.unknown);
    else if (change.rewrites) rewrite(model, forecast, one);
    const rewrites = !('unknown' in change) && change.rewrites;
    remakeIndexes(model, forecast, one, column, rewrites, to.type, collation);
    remakeConstraints(model, forecast, one, column);
    Object.assign(column, to, { collation });
  }
}

/**
 * Indexes of the column are dropped and made again; their file is kept where neither order nor expressions can differ,
 * and they are no part of a partitioned index, whose parts are always built anew.
 */
function remakeIndexes(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  column: Column,
  rewrites: boolean,
  type: string,
  collation: string | null,
) {
  const sameOrder =
    orderOf(column.type) === orderOf(type) && (collation === null || collation === column.collation);
  for (const index of model.indexesOf(table)) {
    if (!index.index!.columns.includes(column.name)) continue;
    forecast.lock('ACCESS EXCLUSIVE', index);
    if (!rewrites && (index.index!.expressions || !sameOrder || index.parents.length > 0) && holdsRows(table))
      forecast.takes('build', table);
  }
}

/** text and varchar share an operator class, whose index is as good for the one as for the other. */
const orderOf = (type: string) =>
  type === 'pg_catalog.varchar' ? 'pg_catalog.text' : type === 'pg_catalog.cidr' ? 'pg_catalog.inet' : type;

/** A CHECK is read through again; a foreign key is made again, which locks the other table as well. */
function remakeConstraints(model: SchemaModel, forecast: Forecast, table: Relation, column: Column) {
  for (const { kind, columns, references, condition, validated } of table.constraints) {
    const uses =
      columns.includes(column.name) ||
      (condition !== null && columnsIn(parseCondition(condition)).includes(column.name));
    if (!uses) continue;
    if (kind === 'check' && validated && holdsRows(table)) forecast.takes('scan', table);
    if (kind === 'foreign' && references !== null) {
      forecast.lock('ACCESS EXCLUSIVE', model.byOid(references));
      forecast.cannotSay(
        'whether the foreign key is checked again after the change of type is not in our rules',
      );
    }
  }
  for (const { table: other, constraint } of model.referencesTo(table)) {
    const key = constraint.index === null ? undefined : model.byOid(constraint.index);
    if (!key?.index?.columns.includes(column.name)) continue;
    forecast.lock('ACCESS EXCLUSIVE', other);
    forecast.cannotSay(
      'whether the foreign key is checked again after the change of type is not in our rules',
    );
  }
}

/** DROP COLUMN leaves the rows as they are; it takes the column's indexes, constraints and sequence with it. */
export function dropColumn(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  { name = '', behavior, missing_ok }: AlterTableCmd,
) {
  const cascade = behavior === 'DROP_CASCADE';
  if (!table.columns.some((column) => column.name === name)) {
    if (!missing_ok) forecast.cannotSay(`${table.schema}.${table.name} has no column ${name}`);
    return;
  }
  for (const one of model.tree(table)) {
    for (const index of model.indexesOf(one))
      if (index.index!.columns.includes(name)) {
        forecast.lock('ACCESS EXCLUSIVE', index);
        model.remove(index);
      }
    for (const sequence of model.sequencesOf(one, name)) {
      forecast.lock('ACCESS EXCLUSIVE', sequence);
      model.remove(sequence);
    }
    const gone = one.constraints.filter(({ columns }) => columns.includes(name));
    for (const { references } of gone)
      if (references !== null) forecast.lock('ACCESS EXCLUSIVE', model.byOid(references));
    one.constraints = one.constraints.filter((constraint) => !gone.includes(constraint));
    one.columns = one.columns.filter((column) => column.name !== name);
  }
  const views = model.tree(table).flatMap((one) => model.viewsNeeding(one, name));
  if (views.length > 0 && !cascade) refusedByViews(forecast, views);
  for (const view of cascade ? views.flatMap((one) => [one, ...model.viewsOf(one)]) : []) {
    forecast.lock('ACCESS EXCLUSIVE', view, ...model.indexesOf(view));
    model.remove(view);
  }
  forecast.dropped.push(`${table.schema}.${table.name}.${name}`);
}

const refusedByViews = (forecast: Forecast, views: readonly Relation[]) =>
  forecast.cannotSay(
    `${views.map(({ name }) => name).join(', ')} ${views.length > 1 ? 'need' : 'needs'} the column: the server would refuse it`,
  );
