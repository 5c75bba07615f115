import type { ColumnDef, Constraint as ConstraintNode, Node } from 'libpg-query';
import { addConstraint } from './add-constraint.ts';
import type { Column, Relation } from './catalogue.ts';
import { volatilityOf } from './expression.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import { stringsOf } from './nodes.ts';
import { rewrite } from './rewrite.ts';
import type { SchemaModel } from './schema-model.ts';
import { columnType } from './type-change.ts';

const serials = new Set(['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8']);

export const constraintsOf = (def: ColumnDef): ConstraintNode[] =>
  (def.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));

/** ALTER TABLE ... ADD COLUMN, on the table and everything below it (manual, ALTER TABLE, notes). */
export function addColumn(
  model: SchemaModel,
  forecast: Forecast,
  table: Relation,
  def: ColumnDef,
  ifNotExists: boolean,
) {
  const name = def.colname ?? '';
  if (table.columns.some((column) => column.name === name)) {
    if (!ifNotExists)
      forecast.cannotSay(
        `${table.schema}.${table.name} has a column ${name} already: the server will refuse it`,
      );
    return;
  }
  if (table.partition !== 'no')
    return forecast.cannotSay(
      `${table.schema}.${table.name} is a partition: the server will refuse to add a column to it alone`,
    );
  const tables = model.tree(table);
  const filled = fills(model, def);
  for (const one of tables) {
    if (filled === 'rewrites') rewrite(model, forecast, one);
    else if (filled !== 'instant') forecast.cannotSay(filled.unknown);
    one.columns.push(columnOf(model, def));
  }
  const inline = constraintsOf(def);
  const hasDefault =
    filled === 'rewrites' ||
    inline.some(({ contype, raw_expr }) => contype === 'CONSTR_DEFAULT' && !isNull(raw_expr));
  if (inline.some(({ contype }) => contype === 'CONSTR_NOTNULL') && !hasDefault)
    for (const one of tables) if (holdsRows(one)) forecast.takes('scan', one);
  for (const constraint of inline)
    addConstraint(model, forecast, table, constraint, { column: name, skipForeignScan: !hasDefault });
}

type Fill = 'instant' | 'rewrites' | { readonly unknown: string };

/** What the rows that are there get: a value that the catalogue keeps for all, or each its own. */
function fills(model: SchemaModel, def: ColumnDef): Fill {
  const names = stringsOf(def.typeName?.names);
  const inline = constraintsOf(def);
  if (serials.has(names.at(-1)!) || inline.some(({ contype }) => contype === 'CONSTR_IDENTITY'))
    return 'rewrites';
  const generated = inline.find(({ contype }) => contype === 'CONSTR_GENERATED');
  if (generated) return isVirtual(generated) ? 'instant' : 'rewrites';
  const type = def.typeName && columnType(model, def.typeName);
  const facts = type && model.type(type.type.split('.'));
  if (facts?.kind === 'domain' && facts.constrained) return 'rewrites';
  if (!facts && !model.type(names)) return { unknown: `the type ${names.join('.')} is not in the catalogue` };
  const value = inline.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr;
  const volatility = value ? volatilityOf(model, value) : 'constant';
  return volatility === 'constant' ? 'instant' : volatility === 'volatile' ? 'rewrites' : volatility;
}

/** STORED is written out before PostgreSQL 18; from 18 on VIRTUAL is what is meant without it. */
function generatedAs(inline: readonly ConstraintNode[]): Column['generated'] {
  const found = inline.find(({ contype }) => contype === 'CONSTR_GENERATED');
  if (!found) return null;
  return isVirtual(found) ? 'virtual' : 'stored';
}

const isVirtual = ({ generated_kind }: ConstraintNode) => generated_kind === 'v';

const isNull = (node: Node | undefined): boolean =>
  node !== undefined &&
  (('A_Const' in node && node.A_Const.isnull === true) || ('TypeCast' in node && isNull(node.TypeCast.arg)));

export function columnOf(model: SchemaModel, def: ColumnDef): Column {
  const type = def.typeName && columnType(model, def.typeName);
  const inline = constraintsOf(def);
  return {
    name: def.colname ?? '',
    type: type?.type ?? stringsOf(def.typeName?.names).join('.'),
    typmod: type?.typmod ?? -1,
    collation: def.collClause ? stringsOf(def.collClause.collname).join('.') : null,
    notNull: inline.some(({ contype }) =>
      ['CONSTR_NOTNULL', 'CONSTR_PRIMARY', 'CONSTR_IDENTITY'].includes(contype ?? ''),
    ),
    generated: generatedAs(inline),
  };
}
