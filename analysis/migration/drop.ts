import type { DropStmt, TruncateStmt } from 'libpg-query';
import type { Relation } from './catalogue.ts';
import type { Forecast } from './forecast.ts';
import { dropIndex } from './indexes.ts';
import { stringsOf } from './nodes.ts';
import { rewrite } from './rewrite.ts';
import type { SchemaModel } from './schema-model.ts';

const relationTypes = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_INDEX',
  'OBJECT_FOREIGN_TABLE',
]);
const onTable = new Set(['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);
/** Nothing of these is locked in pg_class, as long as nothing that depends on them goes too. */
const lockless = new Set([
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_ROUTINE',
  'OBJECT_AGGREGATE',
  'OBJECT_OPERATOR',
  'OBJECT_TYPE',
  'OBJECT_DOMAIN',
  'OBJECT_SCHEMA',
  'OBJECT_EXTENSION',
  'OBJECT_COLLATION',
  'OBJECT_CAST',
]);

export function drop(model: SchemaModel, forecast: Forecast, statement: DropStmt) {
  const { removeType = '', objects = [], behavior, missing_ok = false, concurrent = false } = statement;
  const cascade = behavior === 'DROP_CASCADE';
  forecast.outsideTransaction = concurrent;
  for (const object of objects) {
    const names = stringsOf([object]);
    if (relationTypes.has(removeType)) {
      const found = model.find(names.at(-2), names.at(-1)!);
      if (found) dropRelation(model, forecast, found, cascade, concurrent);
      else if (!missing_ok) forecast.cannotSay(`${names.join('.')} is not in the catalogue`);
    } else if (onTable.has(removeType)) {
      const table = model.find(names.at(-3), names.at(-2)!);
      if (table) dropOnTable(model, forecast, table, removeType, names.at(-1)!, missing_ok);
      else if (!missing_ok) forecast.cannotSay(`${names.slice(0, -1).join('.')} is not in the catalogue`);
    } else if (!lockless.has(removeType) || cascade) {
      forecast.cannotSay(
        `what DROP ${removeType.replace('OBJECT_', '')}${cascade ? ' CASCADE' : ''} takes with it is not in our rules`,
      );
      forecast.opaque = true;
    } else forecast.dropped.push(names.join('.'));
  }
}

/** Partitions have a copy of a trigger, which goes too. One that is not there locks nothing. */
function dropOnTable(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  type: string,
  name: string,
  missingOk: boolean,
) {
  const list = type === 'OBJECT_TRIGGER' ? 'triggers' : type === 'OBJECT_POLICY' ? 'policies' : 'rules';
  if (!table[list].includes(name)) {
    if (!missingOk)
      forecast.cannotSay(
        `${table.schema}.${table.name} has no ${type.replace('OBJECT_', '').toLowerCase()} ${name}`,
      );
    return;
  }
  for (const one of list === 'triggers' ? model.tree(table) : [table]) {
    if (!one[list].includes(name)) continue;
    forecast.lock('ACCESS EXCLUSIVE', one);
    one[list] = one[list].filter((each) => each !== name);
  }
  if (list === 'policies') changesVisibleRows(forecast, table);
}

/** Where its policies are in force, a change of one changes what every statement sees. */
export function changesVisibleRows(forecast: Forecast, { schema, name, rowSecurity }: Relation) {
  if (rowSecurity)
    forecast.cannotSay(`which rows of ${schema}.${name} running statements see from then on is not known`);
}

/** With a table go its indexes, sequences and partitions; its foreign keys lock the tables they refer to. */
function dropRelation(
  model: SchemaModel,
  forecast: Forecast,
  relation: Relation,
  cascade: boolean,
  concurrent: boolean,
) {
  if (relation.index) return dropIndex(model, forecast, relation, concurrent);
  forecast.dropped.push(`${relation.schema}.${relation.name}`);
  const gone = model.tree(relation);
  for (const parent of relation.parents) {
    const above = model.byOid(parent);
    forecast.lock('ACCESS EXCLUSIVE', above);
    if (above)
      for (const one of model.children(above))
        if (one.partition === 'default') forecast.lock('ACCESS EXCLUSIVE', one);
  }
  for (const one of gone) {
    forecast.lock('ACCESS EXCLUSIVE', one, ...model.indexesOf(one), ...model.sequencesOf(one));
    for (const { references } of one.constraints) {
      const target = references === null ? undefined : model.byOid(references);
      if (target) forecast.lock('ACCESS EXCLUSIVE', ...model.tree(target));
    }
    const referring = model.referencesTo(one).filter(({ table }) => !gone.includes(table));
    if (!cascade && referring.length > 0)
      forecast.cannotSay(
        `foreign keys of ${referring.map(({ table }) => table.name).join(', ')} refer to it: the server would refuse it`,
      );
    for (const { table, constraint } of referring) {
      forecast.lock('ACCESS EXCLUSIVE', ...model.tree(table));
      table.constraints = table.constraints.filter((each) => each !== constraint);
    }
    dropViews(model, forecast, one, cascade);
  }
  for (const one of gone)
    for (const part of [one, ...model.indexesOf(one), ...model.sequencesOf(one)]) model.remove(part);
}

function dropViews(model: SchemaModel, forecast: Forecast, relation: Relation, cascade: boolean) {
  const views = model.viewsOf(relation);
  if (!cascade && views.length > 0)
    return forecast.cannotSay(
      `${views.map(({ name }) => name).join(', ')} read it: the server would refuse it`,
    );
  for (const view of views) {
    forecast.lock('ACCESS EXCLUSIVE', view, ...model.indexesOf(view));
    for (const one of [...model.indexesOf(view), view]) model.remove(one);
  }
}

/** TRUNCATE gives each table and index a new, empty file under ACCESS EXCLUSIVE; CASCADE goes to who refers to it. */
export function truncate(model: SchemaModel, forecast: Forecast, statement: TruncateStmt) {
  const { relations = [], behavior, restart_seqs = false } = statement;
  const named = relations.flatMap((node) => {
    if (!('RangeVar' in node)) return [];
    const found = model.named(node.RangeVar);
    if (!found) forecast.cannotSay(`${node.RangeVar.relname} is not in the catalogue`);
    return found ? (node.RangeVar.inh ? model.tree(found) : [found]) : [];
  });
  const emptied = new Set(named);
  for (const one of emptied)
    for (const { table } of model.referencesTo(one)) {
      if (emptied.has(table)) continue;
      if (behavior === 'DROP_CASCADE') for (const each of model.tree(table)) emptied.add(each);
      else forecast.cannotSay(`${table.name} refers to ${one.name}: the server would refuse it`);
    }
  for (const one of emptied) {
    rewrite(model, forecast, one);
    if (restart_seqs) forecast.lock('ACCESS EXCLUSIVE', ...model.sequencesOf(one));
  }
  forecast.breaks.push('every row of what is truncated is gone');
}
