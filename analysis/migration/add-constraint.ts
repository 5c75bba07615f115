import type { Constraint as ConstraintNode } from 'libpg-query';
import type { Constraint, Relation } from './catalogue.ts';
import { columnsIn, provesNotNull } from './expression.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import { stringsOf } from './nodes.ts';
import { parseCondition } from './parse-sql.ts';
import type { SchemaModel } from './schema-model.ts';

export interface ConstraintContext {
  /** The column that it is written at. */
  readonly column?: string;
  /** A new column without a default is null in every row: its foreign key need not be checked. */
  readonly skipForeignScan?: boolean;
  /** The table is made by this statement: nothing is there to be checked. */
  readonly created?: boolean;
}

/** A constraint of ALTER TABLE ... ADD or CREATE TABLE; the lock on the table itself is the caller's. */
export function addConstraint(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  node: ConstraintNode,
  context: ConstraintContext = {},
) {
  const checks = node.skip_validation !== true && !context.created;
  switch (node.contype) {
    case 'CONSTR_CHECK': {
      const tables = node.is_no_inherit ? [table] : model.tree(table);
      // 18 locks the children of a constraint that they do not inherit; 15 does not
      const locked = model.serverVersion >= 180_000 ? model.tree(table) : tables;
      if (!context.created) forecast.lock('ACCESS EXCLUSIVE', ...locked);
      for (const one of tables) {
        if (checks && holdsRows(one)) forecast.takes('scan', one);
        keep(one, node, 'check', columnsIn(node.raw_expr), {
          proves: node.raw_expr ? provesNotNull(node.raw_expr) : [],
        });
      }
      return;
    }
    case 'CONSTR_NOTNULL':
      if (context.column) return; // of a new column: addColumn knows whether rows must be read
      for (const one of model.tree(table)) {
        if (!context.created) forecast.lock('ACCESS EXCLUSIVE', one);
        setNotNull(forecast, one, stringsOf(node.keys)[0]!, node);
      }
      return;
    case 'CONSTR_FOREIGN':
      return addForeignKey(model, forecast, table, node, context);
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
    case 'CONSTR_EXCLUSION':
      return addIndexed(model, forecast, table, node, context);
    default:
      return;
  }
}

function keep(
  table: Relation,
  node: ConstraintNode,
  kind: Constraint['kind'],
  columns: readonly string[],
  more: { references?: number; index?: number; proves?: readonly string[] } = {},
) {
  table.constraints.push({
    name: node.conname ?? defaultName(table, node, columns),
    kind,
    validated: node.skip_validation !== true,
    columns,
    // enough of the condition for what later statements ask of it: which columns it proves to be not null
    condition: more.proves?.length
      ? more.proves.map((one) => `"${one.replaceAll('"', '""')}" IS NOT NULL`).join(' AND ')
      : null,
    references: more.references ?? null,
    index: more.index ?? null,
  });
}

const suffix: Partial<Record<string, string>> = {
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'fkey',
  CONSTR_UNIQUE: 'key',
  CONSTR_EXCLUSION: 'excl',
};

const defaultName = (table: Relation, { contype }: ConstraintNode, columns: readonly string[]) =>
  contype === 'CONSTR_PRIMARY'
    ? `${table.name}_pkey`
    : [table.name, ...columns, suffix[contype ?? ''] ?? ''].join('_');

/** Rows are read under the lock, unless a valid CHECK or an earlier NOT NULL says it already (manual, SET NOT NULL). */
export function setNotNull(forecast: Forecast, table: Relation, column: string, node?: ConstraintNode) {
  const found = table.columns.find(({ name }) => name === column);
  if (!found) return forecast.cannotSay(`${table.schema}.${table.name} has no column ${column}`);
  const notValid = node?.skip_validation === true;
  const proven = table.constraints.some(
    ({ kind, validated, condition, columns }) =>
      validated &&
      ((kind === 'not null' && columns.includes(column)) ||
        (kind === 'check' && condition !== null && provenBy(condition).includes(column))),
  );
  if (!found.notNull && !proven && !notValid && holdsRows(table)) forecast.takes('scan', table);
  if (!notValid) found.notNull = true;
  if (node) keep(table, node, 'not null', [column]);
  for (const constraint of table.constraints)
    if (!notValid && constraint.kind === 'not null' && constraint.columns.includes(column))
      constraint.validated = true;
}

function provenBy(condition: string): string[] {
  const parsed = parseCondition(condition);
  return parsed ? provesNotNull(parsed) : [];
}

function addForeignKey(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  node: ConstraintNode,
  { column, skipForeignScan = false, created = false }: ConstraintContext,
) {
  const target =
    node.pktable && (model.named(node.pktable) ?? (node.pktable.relname === table.name ? table : undefined));
  if (!target)
    return forecast.cannotSay(
      `the table that the foreign key refers to, ${node.pktable?.relname}, is not in the catalogue`,
    );
  // both get triggers: SHARE ROW EXCLUSIVE on both (manual, ADD table_constraint), and on their partitions
  forecast.lock('SHARE ROW EXCLUSIVE', ...model.tree(table), ...model.tree(target));
  const valid = node.skip_validation !== true;
  if (valid && !skipForeignScan && !created)
    for (const one of model.tree(table)) if (holdsRows(one)) forecast.takes('scan', one);
  const columns = column ? [column] : stringsOf(node.fk_attrs);
  for (const one of model.tree(table)) keep(one, node, 'foreign', columns, { references: target.oid });
}

function addIndexed(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  node: ConstraintNode,
  { column, created = false }: ConstraintContext,
) {
  const kind =
    node.contype === 'CONSTR_PRIMARY' ? 'primary' : node.contype === 'CONSTR_UNIQUE' ? 'unique' : 'exclusion';
  const existing = node.indexname ? model.find(table.schema, node.indexname) : undefined;
  if (node.indexname && !existing)
    return forecast.cannotSay(`the index ${node.indexname} is not in the catalogue`);
  const columns = existing?.index?.columns ?? (column ? [column] : stringsOf(node.keys));
  if (kind === 'primary' && !created)
    for (const one of model.tree(table)) for (const name of columns) setNotNull(forecast, one, name);
  if (existing) forecast.lock('SHARE UPDATE EXCLUSIVE', existing);
  const name = node.conname ?? existing?.name ?? defaultName(table, node, columns);
  if (existing) existing.name = name;
  else if (!created) onPartitions(model, forecast, table);
  for (const one of existing ? [] : model.tree(table)) {
    if (!created && holdsRows(one)) forecast.takes('build', one);
    model.add({
      ...indexRelation(one, one === table ? name : `${one.name}_${name}`),
      index: {
        relation: one.oid,
        unique: kind !== 'exclusion',
        primary: kind === 'primary',
        columns,
        expressions: kind === 'exclusion',
        shape: `btree (${columns.join(', ')})`,
      },
    });
  }
  keep(table, node, kind, columns, existing && { index: existing.oid });
}

export const indexRelation = (table: Relation, name: string): Omit<Relation, 'oid' | 'fresh' | 'index'> => ({
  schema: table.schema,
  name,
  kind: table.kind === 'partitioned' ? 'partitioned index' : 'index',
  unlogged: table.unlogged,
  parents: [],
  partition: 'no',
  partitionKey: [],
  columns: [],
  constraints: [],
  triggers: [],
  policies: [],
  rules: [],
  rowSecurity: false,
  owner: null,
  reads: [],
  needs: [],
  accessMethod: null,
  tablespace: '',
});

/** The partitions of a table that gets a key: measured, ACCESS EXCLUSIVE on 18 and SHARE on 15. */
function onPartitions(model: SchemaModel, forecast: Forecast, table: Relation) {
  const parts = model.tree(table).slice(1);
  if (parts.length === 0 || table.kind !== 'partitioned') return;
  forecast.lock(model.serverVersion >= 180_000 ? 'ACCESS EXCLUSIVE' : 'SHARE', ...parts);
  if (model.serverVersion >= 160_000 && model.serverVersion < 180_000)
    forecast.cannotSay('which lock the partitions get is measured on PostgreSQL 15 and 18 only');
}
