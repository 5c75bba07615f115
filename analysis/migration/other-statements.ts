import type {
  CommentStmt,
  CreateStmt,
  CreateTableAsStmt,
  LockStmt,
  Node,
  RangeVar,
  RefreshMatViewStmt,
  RenameStmt,
  VacuumStmt,
  ViewStmt,
} from 'libpg-query';
import { columnOf, constraintsOf } from './add-column.ts';
import { addConstraint, indexRelation } from './add-constraint.ts';
import type { Relation } from './catalogue.ts';
import { data } from './data-statements.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import { hasOption } from './indexes.ts';
import { lockModes } from './lock-mode.ts';
import { all, stringsOf } from './nodes.ts';
import { createPartition } from './partitions.ts';
import { rewrite } from './rewrite.ts';
import type { SchemaModel } from './schema-model.ts';

const absent = (forecast: Forecast, name: RangeVar | undefined) =>
  forecast.cannotSay(
    `${[name?.schemaname, name?.relname].filter(Boolean).join('.')} is not in the catalogue`,
  );

/** RENAME of a table, column, constraint, index or view. Who names the old one fails from then on. */
export function rename(model: SchemaModel, forecast: Forecast, statement: RenameStmt) {
  const { renameType, relation: name, newname = '', subname = '', missing_ok = false } = statement;
  if (!name) return renameObject(model, forecast, statement);
  const found = model.named(name);
  if (!found) return missing_ok ? undefined : absent(forecast, name);
  const old = `${found.schema}.${found.name}`;
  if (renameType === 'OBJECT_INDEX' || found.index) forecast.lock('SHARE UPDATE EXCLUSIVE', found);
  else forecast.lock('ACCESS EXCLUSIVE', ...(renameType === 'OBJECT_COLUMN' ? model.tree(found) : [found]));
  switch (renameType) {
    case 'OBJECT_COLUMN':
    case 'OBJECT_ATTRIBUTE':
      forecast.breaks.push(`statements that name the column ${old}.${subname} fail from then on`);
      for (const one of model.tree(found)) renameColumn(model, one, subname, newname);
      return;
    case 'OBJECT_TABCONSTRAINT':
      for (const constraint of found.constraints) if (constraint.name === subname) constraint.name = newname;
      return;
    case 'OBJECT_TRIGGER':
      found.triggers = renamed(found.triggers, subname, newname);
      return;
    case 'OBJECT_POLICY':
      found.policies = renamed(found.policies, subname, newname);
      return;
    case 'OBJECT_RULE':
      found.rules = renamed(found.rules, subname, newname);
      return;
    default:
      if (!found.index) forecast.breaks.push(`statements that name ${old} fail from then on`);
      found.name = newname;
  }
}

const renamed = (names: readonly string[], from: string, to: string) =>
  names.map((one) => (one === from ? to : one));

/** Nobody names these in a statement. */
const unnamed = new Set([
  'OBJECT_DOMCONSTRAINT',
  'OBJECT_EVENT_TRIGGER',
  'OBJECT_PUBLICATION',
  'OBJECT_STATISTIC_EXT',
]);

/** Of a schema, type, function, role: nothing in pg_class is locked, and who names the old one fails. */
function renameObject(model: SchemaModel, forecast: Forecast, statement: RenameStmt) {
  const { renameType = '', object, subname = '', newname = '' } = statement;
  if (unnamed.has(renameType)) return;
  const kind = renameType.replace('OBJECT_', '').replaceAll('_', ' ').toLowerCase();
  const old = (object && stringsOf([object]).join('.')) || subname;
  forecast.breaks.push(`statements that name the ${kind} ${old} fail from then on`);
  if (renameType === 'OBJECT_SCHEMA')
    for (const one of model.relations) if (one.schema === subname) one.schema = newname;
}

function renameColumn(model: SchemaModel, table: Relation, from: string, to: string) {
  table.columns = table.columns.map((column) => (column.name === from ? { ...column, name: to } : column));
  table.constraints = table.constraints.map((one) => ({ ...one, columns: renamed(one.columns, from, to) }));
  for (const { index } of model.indexesOf(table))
    Object.assign(index!, { columns: renamed(index!.columns, from, to) });
}

export function setSchema(
  model: SchemaModel,
  forecast: Forecast,
  name: RangeVar | undefined,
  schema: string,
) {
  const found = name && model.named(name);
  if (!found) return absent(forecast, name);
  forecast.lock('ACCESS EXCLUSIVE', found, ...model.sequencesOf(found));
  forecast.breaks.push(`statements that name ${found.schema}.${found.name} fail from then on`);
  for (const one of [found, ...model.indexesOf(found), ...model.sequencesOf(found)]) one.schema = schema;
}

/** CREATE TABLE: what it refers to, inherits from, is a partition of or copies is locked; itself nobody knows yet. */
export function createTable(model: SchemaModel, forecast: Forecast, statement: CreateStmt) {
  const { relation: name, tableElts = [], inhRelations = [], partbound, if_not_exists = false } = statement;
  if (!name?.relname) return;
  const schema = name.schemaname ?? model.searchPath[0] ?? 'public';
  if (model.find(schema, name.relname)) {
    if (!if_not_exists)
      forecast.cannotSay(`${schema}.${name.relname} exists already: the server will refuse it`);
    return;
  }
  const table = model.add({
    ...indexRelation({ schema, unlogged: name.relpersistence === 'u' } as Relation, name.relname),
    kind: statement.partspec ? 'partitioned' : 'table',
    partition: partbound ? (partbound.is_default ? 'default' : 'yes') : 'no',
    index: null,
  });
  for (const node of inhRelations) {
    const parent = 'RangeVar' in node ? model.named(node.RangeVar) : undefined;
    if (!parent) {
      forecast.cannotSay('its parent is not in the catalogue');
      continue;
    }
    if (partbound) createPartition(model, forecast, parent);
    else forecast.lock('SHARE UPDATE EXCLUSIVE', parent);
    table.columns.push(...structuredClone(parent.columns));
    table.parents.push(parent.oid);
  }
  for (const node of tableElts) element(model, forecast, table, node);
}

function element(model: SchemaModel, forecast: Forecast, table: Relation, node: Node) {
  const created = { created: true };
  if ('ColumnDef' in node) {
    const def = node.ColumnDef;
    table.columns.push(columnOf(model, def));
    for (const constraint of constraintsOf(def))
      addConstraint(model, forecast, table, constraint, { ...created, column: def.colname ?? '' });
  } else if ('Constraint' in node) addConstraint(model, forecast, table, node.Constraint, created);
  else if ('TableLikeClause' in node) {
    const source = node.TableLikeClause.relation && model.named(node.TableLikeClause.relation);
    if (!source) return absent(forecast, node.TableLikeClause.relation);
    forecast.lock('ACCESS SHARE', source);
    table.columns.push(...structuredClone(source.columns));
  }
}

export function createTableAs(model: SchemaModel, forecast: Forecast, statement: CreateTableAsStmt) {
  const { query, into, objtype } = statement;
  if (query) data(model, forecast, query);
  const name = into?.rel;
  if (!name?.relname) return;
  const made = indexRelation(
    { schema: name.schemaname ?? model.searchPath[0] ?? 'public', unlogged: false } as Relation,
    name.relname,
  );
  model.add({ ...made, kind: objtype === 'OBJECT_MATVIEW' ? 'materialized view' : 'table', index: null });
  forecast.opaque ||= objtype !== 'OBJECT_MATVIEW'; // its columns are not followed
}

export function createView(model: SchemaModel, forecast: Forecast, { view: name, query, replace }: ViewStmt) {
  if (query) data(model, forecast, query);
  const existing = name && model.named(name);
  if (replace && existing) forecast.lock('ACCESS EXCLUSIVE', existing);
  if (existing || !name?.relname) return;
  const made = indexRelation(
    { schema: name.schemaname ?? model.searchPath[0] ?? 'public', unlogged: false } as Relation,
    name.relname,
  );
  const reads = all<RangeVar>(query, 'RangeVar').flatMap((range) => model.named(range)?.oid ?? []);
  model.add({ ...made, kind: 'view', index: null, reads });
}

export function refresh(
  model: SchemaModel,
  forecast: Forecast,
  { relation: name, concurrent }: RefreshMatViewStmt,
) {
  const view = name && model.named(name);
  if (!view) return absent(forecast, name);
  if (concurrent) forecast.lock('EXCLUSIVE', view);
  else rewrite(model, forecast, view);
  if (concurrent) forecast.takes('scan', view);
  for (const oid of view.reads) {
    const source = model.byOid(oid);
    if (source) forecast.lock('ACCESS SHARE', ...model.tree(source));
  }
}

/** VACUUM and ANALYZE bear readers and writers; VACUUM FULL writes the table anew. */
export function vacuum(
  model: SchemaModel,
  forecast: Forecast,
  { rels = [], options = [], is_vacuumcmd }: VacuumStmt,
) {
  const full = is_vacuumcmd === true && hasOption(options, 'full');
  forecast.outsideTransaction = is_vacuumcmd === true;
  if (rels.length === 0) forecast.cannotSay('it goes through every table of the database, one after another');
  for (const node of rels) {
    const name = 'VacuumRelation' in node ? node.VacuumRelation.relation : undefined;
    const table = name && model.named(name);
    if (!table) {
      absent(forecast, name);
      continue;
    }
    for (const one of model.tree(table)) {
      if (full) rewrite(model, forecast, one);
      else forecast.lock('SHARE UPDATE EXCLUSIVE', one);
      if (is_vacuumcmd && !full) forecast.lock('SHARE UPDATE EXCLUSIVE', one);
    }
  }
}

export function cluster(model: SchemaModel, forecast: Forecast, name: RangeVar | undefined) {
  const table = name && model.named(name);
  if (!table) return forecast.cannotSay('it rewrites every table that was clustered before');
  if (table.kind !== 'partitioned') return rewrite(model, forecast, table);
  forecast.outsideTransaction = true;
  for (const one of model.tree(table)) if (holdsRows(one)) rewrite(model, forecast, one);
  forecast.cannotSay(
    'CLUSTER of a partitioned table goes from partition to partition, each in its own transaction',
  );
}

export function lockTable(model: SchemaModel, forecast: Forecast, { relations = [], mode = 8 }: LockStmt) {
  for (const node of relations) {
    const found = 'RangeVar' in node ? model.named(node.RangeVar) : undefined;
    if (!found) {
      absent(forecast, 'RangeVar' in node ? node.RangeVar : undefined);
      continue;
    }
    const lock = lockModes[mode - 1]!;
    const inh = 'RangeVar' in node && node.RangeVar.inh === true;
    forecast.lock(
      lock,
      ...(inh ? model.tree(found) : [found]),
      ...found.reads.flatMap((oid) => model.byOid(oid) ?? []),
    );
  }
}

const commentedBelow = new Set(['OBJECT_TABCONSTRAINT', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);

/** COMMENT: SHARE UPDATE EXCLUSIVE on a relation, ACCESS SHARE for what is on it. */
export function comment(model: SchemaModel, forecast: Forecast, { objtype, object }: CommentStmt) {
  const names = object ? stringsOf([object]) : [];
  const type: string = objtype ?? '';
  const below = commentedBelow.has(type);
  const path = below || type === 'OBJECT_COLUMN' ? names.slice(0, -1) : names;
  if (!below && !/_(TABLE|COLUMN|INDEX|VIEW|MATVIEW|SEQUENCE)$/.test(type)) return;
  const found = model.find(path.at(-2), path.at(-1) ?? '');
  if (!found) return forecast.cannotSay(`${path.join('.')} is not in the catalogue`);
  forecast.lock(below ? 'ACCESS SHARE' : 'SHARE UPDATE EXCLUSIVE', found);
}
