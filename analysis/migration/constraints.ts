import type { AlterTableCmd } from 'libpg-query';
import type { Relation } from './catalogue.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import type { SchemaModel } from './schema-model.ts';

/** VALIDATE CONSTRAINT reads the rows under SHARE UPDATE EXCLUSIVE, and the referenced table under ROW SHARE. */
export function validateConstraint(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  { name = '' }: AlterTableCmd,
) {
  const own = table.constraints.find((constraint) => constraint.name === name);
  if (!own) return forecast.cannotSay(`${table.schema}.${table.name} has no constraint ${name}`);
  if (!own.validated && own.references === null)
    forecast.lock('SHARE UPDATE EXCLUSIVE', ...model.tree(table)); // also where it is valid already
  for (const one of model.tree(table)) {
    const constraint = one.constraints.find((each) => each.name === name);
    if (!constraint || constraint.validated) continue;
    forecast.lock('SHARE UPDATE EXCLUSIVE', one);
    if (constraint.references !== null) {
      const target = model.byOid(constraint.references);
      if (target) forecast.lock('ROW SHARE', ...model.tree(target));
    }
    if (holdsRows(one)) forecast.takes('scan', one);
    constraint.validated = true;
    if (constraint.kind === 'not null')
      for (const column of one.columns) if (constraint.columns.includes(column.name)) column.notNull = true;
  }
}

/** DROP CONSTRAINT: a foreign key's triggers go from the referenced table too, a key's index goes with it. */
export function dropConstraint(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  { name = '', missing_ok, behavior }: AlterTableCmd,
) {
  const constraint = table.constraints.find((each) => each.name === name);
  if (!constraint) {
    if (!missing_ok) forecast.cannotSay(`${table.schema}.${table.name} has no constraint ${name}`);
    return;
  }
  for (const one of model.tree(table)) {
    const own = one === table ? constraint : one.constraints.find((each) => each.name === name);
    if (own?.references != null) {
      const target = model.byOid(own.references);
      if (target) forecast.lock('ACCESS EXCLUSIVE', ...model.tree(target));
    }
    one.constraints = one.constraints.filter((each) => each !== own);
    if (own?.kind === 'not null')
      for (const column of one.columns) if (own.columns.includes(column.name)) column.notNull = false;
  }
  const index =
    constraint.kind === 'foreign' || constraint.index === null ? undefined : model.byOid(constraint.index);
  if (!index) return;
  const needing = model.referencesTo(table).filter((each) => each.constraint.index === index.oid);
  if (needing.length > 0 && behavior !== 'DROP_CASCADE')
    forecast.cannotSay(
      `foreign keys of ${needing.map((each) => each.table.name).join(', ')} need it: the server would refuse it`,
    );
  for (const { table: other, constraint: foreign } of needing) {
    forecast.lock('ACCESS EXCLUSIVE', ...model.tree(other));
    other.constraints = other.constraints.filter((each) => each !== foreign);
  }
  for (const one of model.tree(index)) {
    forecast.lock('ACCESS EXCLUSIVE', one, one.index ? model.byOid(one.index.relation) : undefined);
    model.remove(one);
  }
}
