import type { AlterTableCmd } from 'libpg-query';
import type { Relation } from './catalogue.ts';
import { columnsIn } from './expression.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import { parseCondition } from './parse-sql.ts';
import type { SchemaModel } from './schema-model.ts';

const partOf = (model: SchemaModel, { def }: AlterTableCmd): Relation | undefined =>
  def && 'PartitionCmd' in def && def.PartitionCmd.name ? model.named(def.PartitionCmd.name) : undefined;

const isDefaultBound = ({ def }: AlterTableCmd) =>
  !!def && 'PartitionCmd' in def && def.PartitionCmd.bound?.is_default === true;

/**
 * ATTACH PARTITION: the parent under SHARE UPDATE EXCLUSIVE, the table and the default partition under ACCESS EXCLUSIVE;
 * rows are read unless a CHECK proves the bound, and what indexes the table lacks are built.
 */
export function attachPartition(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  command: AlterTableCmd,
) {
  const part = partOf(model, command);
  if (!part) return forecast.cannotSay('the table to attach is not in the catalogue');
  if (part.kind === 'index' || part.kind === 'partitioned index') {
    return attachIndex(model, forecast, table, part);
  }
  forecast.lock('ACCESS EXCLUSIVE', ...model.tree(part));
  readThrough(forecast, table, part);
  intoDefault(model, forecast, table);
  for (const index of model.indexesOf(table)) {
    forecast.lock('SHARE UPDATE EXCLUSIVE', index);
    const has = model
      .indexesOf(part)
      .some((own) => own.index!.shape === index.index!.shape && own.parents.length === 0);
    if (!has && holdsRows(part)) forecast.takes('build', part);
  }
  for (const { references } of table.constraints) {
    const target = references === null ? undefined : model.byOid(references);
    if (target)
      forecast.cannotSay(
        `how the foreign key to ${target.name} is locked and checked for the partition is not in our rules`,
      );
  }
  if (table.triggers.length > 0)
    forecast.cannotSay("which locks copying the parent's triggers takes is not in our rules");
  part.parents.push(table.oid);
  part.partition = isDefaultBound(command) ? 'default' : 'yes';
}

/** ALTER INDEX ... ATTACH PARTITION: what was built for a partition becomes part of the index of the whole. */
function attachIndex(model: SchemaModel, forecast: Forecast, whole: Relation, part: Relation) {
  const tables = [whole, part].map(({ index }) => index && model.byOid(index.relation));
  forecast.lock('ACCESS SHARE', ...tables.map((one) => one ?? undefined));
  forecast.lock('ACCESS EXCLUSIVE', part);
  if (!part.parents.includes(whole.oid)) part.parents.push(whole.oid);
}

/** A CHECK on the columns of the key may prove the bound: whether it does, only the server says. */
function readThrough(forecast: Forecast, table: Relation, part: Relation) {
  const key = table.partitionKey.filter((column) => column !== null);
  const mentions = part.constraints.some(
    ({ kind, validated, condition }) =>
      kind === 'check' &&
      validated &&
      condition !== null &&
      key.every((column) => columnsIn(parseCondition(condition)).includes(column)),
  );
  if (mentions && key.length > 0)
    forecast.cannotSay(
      'whether the CHECK proves the bound, and the rows need not be read, only the server says',
    );
  else if (holdsRows(part)) forecast.takes('scan', part);
}

/** The default partition must have no row of the new one: it is read under ACCESS EXCLUSIVE. */
function intoDefault(model: SchemaModel, forecast: Forecast, table: Relation) {
  for (const one of model.children(table))
    if (one.partition === 'default') {
      forecast.lock('ACCESS EXCLUSIVE', one);
      if (holdsRows(one)) forecast.takes('scan', one);
    }
}

/** DETACH PARTITION takes the parent, the partition and its indexes; CONCURRENTLY the parent under SHARE UPDATE EXCLUSIVE only. */
export function detachPartition(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  command: AlterTableCmd,
) {
  const part = partOf(model, command);
  if (!part) return forecast.cannotSay('the partition is not in the catalogue');
  const concurrent =
    command.subtype === 'AT_DetachPartitionFinalize' ||
    (!!command.def && 'PartitionCmd' in command.def && command.def.PartitionCmd.concurrent === true);
  forecast.outsideTransaction ||= concurrent && command.subtype !== 'AT_DetachPartitionFinalize';
  forecast.lock(
    'ACCESS EXCLUSIVE',
    ...model.tree(part),
    ...model.indexesOf(part).filter(({ parents }) => parents.length > 0),
  );
  for (const one of model.children(table))
    if (one.partition === 'default') forecast.lock('ACCESS EXCLUSIVE', one);
  for (const { references } of part.constraints)
    if (references !== null)
      forecast.cannotSay('how foreign keys are locked when a partition is detached is not in our rules');
  part.parents.splice(part.parents.indexOf(table.oid), 1);
  part.partition = 'no';
  for (const index of model.indexesOf(part)) index.parents.length = 0;
}

/** CREATE TABLE ... PARTITION OF: ACCESS EXCLUSIVE on the parent and the default partition. */
export function createPartition(model: SchemaModel, forecast: Forecast, table: Relation) {
  forecast.lock('ACCESS EXCLUSIVE', table);
  forecast.lock('SHARE UPDATE EXCLUSIVE', ...model.indexesOf(table));
  intoDefault(model, forecast, table);
  for (const { references } of table.constraints)
    if (references !== null) forecast.lock('SHARE ROW EXCLUSIVE', model.byOid(references));
}
