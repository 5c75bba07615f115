import type { IndexStmt, Node, ReindexStmt } from 'libpg-query';
import { indexRelation } from './add-constraint.ts';
import type { Relation } from './catalogue.ts';
import { columnsIn } from './expression.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import type { SchemaModel } from './schema-model.ts';

/** CREATE INDEX: SHARE on the table and its partitions; CONCURRENTLY: SHARE UPDATE EXCLUSIVE, outside a transaction. */
export function createIndex(model: SchemaModel, forecast: Forecast, statement: IndexStmt) {
  const { relation: name, idxname, concurrent = false, if_not_exists = false, unique = false } = statement;
  const table = name && model.named(name);
  if (!name || !table) return forecast.cannotSay(`${name?.relname} is not in the catalogue`);
  const tables = name.inh && table.kind === 'partitioned' ? model.tree(table) : [table];
  forecast.outsideTransaction = concurrent;
  forecast.lock(concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', table);
  if (idxname && model.find(table.schema, idxname)) {
    if (!if_not_exists) forecast.cannotSay(`${idxname} exists already: the server will refuse it`);
    return;
  }
  const columns = columnsOf(statement);
  for (const one of tables) {
    forecast.lock(concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', one);
    if (holdsRows(one)) forecast.takes('build', one);
    const index = {
      relation: one.oid,
      unique,
      primary: false,
      columns,
      expressions: isSpecial(statement),
      shape: '',
    };
    const own = idxname ?? [table.name, ...columns, 'idx'].join('_');
    model.add({ ...indexRelation(one, one === table ? own : `${one.name}_${own}`), index });
  }
}

const columnsOf = ({ indexParams = [], whereClause }: IndexStmt): string[] => [
  ...new Set([
    ...indexParams.flatMap((node) =>
      'IndexElem' in node && node.IndexElem.name ? [node.IndexElem.name] : [],
    ),
    ...columnsIn([indexParams, whereClause]),
  ]),
];

const isSpecial = ({ indexParams = [], whereClause }: IndexStmt): boolean =>
  whereClause !== undefined ||
  indexParams.some((node) => 'IndexElem' in node && node.IndexElem.expr !== undefined);

/** REINDEX: SHARE on the table, ACCESS EXCLUSIVE on the index; CONCURRENTLY: SHARE UPDATE EXCLUSIVE on both. */
export function reindex(
  model: SchemaModel,
  forecast: Forecast,
  { kind, relation, params = [] }: ReindexStmt,
) {
  const concurrent = hasOption(params, 'concurrently');
  forecast.outsideTransaction = concurrent;
  const found = relation && model.named(relation);
  if (kind !== 'REINDEX_OBJECT_INDEX' && kind !== 'REINDEX_OBJECT_TABLE') {
    forecast.outsideTransaction = true;
    return forecast.cannotSay(
      'REINDEX of a schema or database goes from table to table, each in its own transaction',
    );
  }
  if (!found) return forecast.cannotSay(`${relation?.relname} is not in the catalogue`);
  const whole = model.tree(found);
  if (whole.length > 1) {
    forecast.outsideTransaction = true;
    forecast.cannotSay(
      'REINDEX of a partitioned relation goes from partition to partition, each in its own transaction',
    );
  }
  for (const one of whole) {
    const table = one.index ? model.byOid(one.index.relation)! : one;
    forecast.lock(concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', table);
    for (const index of one.index ? [one] : model.indexesOf(one)) {
      forecast.lock(concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', index);
      forecast.rewritten.add(index);
    }
    if (holdsRows(table)) forecast.takes('build', table);
  }
}

/** DROP INDEX: ACCESS EXCLUSIVE on the table too; CONCURRENTLY: the table under SHARE UPDATE EXCLUSIVE. */
export function dropIndex(model: SchemaModel, forecast: Forecast, index: Relation, concurrent: boolean) {
  for (const one of model.tree(index)) {
    const table = model.byOid(one.index!.relation);
    forecast.lock(concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', table);
    forecast.lock('ACCESS EXCLUSIVE', one);
    model.remove(one);
  }
}

/** An option in parentheses, which is on when it stands alone. */
export function hasOption(options: readonly Node[], name: string): boolean {
  const found = options.find((node) => 'DefElem' in node && node.DefElem.defname === name);
  if (!found || !('DefElem' in found)) return false;
  const { arg } = found.DefElem;
  if (!arg) return true;
  const text =
    'String' in arg
      ? arg.String.sval
      : 'Integer' in arg
        ? String(arg.Integer.ival ?? 0)
        : 'Boolean' in arg
          ? String(arg.Boolean.boolval ?? false)
          : '';
  return /^(true|on|1|yes)$/i.test(text ?? '');
}
