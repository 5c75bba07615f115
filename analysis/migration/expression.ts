import type { FuncCall, Node } from 'libpg-query';
import { all, stringsOf } from './nodes.ts';
import type { SchemaModel } from './schema-model.ts';

/** Whether an expression gives another value for each row. */
export type Volatility = 'constant' | 'volatile' | { readonly unknown: string };

/** Of a DEFAULT: the functions it calls decide. Operators and casts are taken as not volatile, as the server's own are. */
export function volatilityOf(model: SchemaModel, node: Node): Volatility {
  let unknown: string | undefined;
  for (const { funcname } of all<FuncCall>(node, 'FuncCall')) {
    const names = stringsOf(funcname);
    const found = model.function(names);
    if (!found) unknown ??= `the function ${names.join('.')} of its default is not in the catalogue`;
    else if (found.volatility === 'volatile' && !found.inlined) return 'volatile';
    else if (found.volatility === 'volatile')
      unknown ??= `${found.name} is in SQL: the planner may put its body in its place, and whether that is volatile is not known`;
  }
  return unknown === undefined ? 'constant' : { unknown };
}

/** The columns that `condition` proves to be not null: its top-level AND of `column IS NOT NULL`. */
export function provesNotNull(condition: Node): string[] {
  if ('BoolExpr' in condition)
    return condition.BoolExpr.boolop === 'AND_EXPR'
      ? (condition.BoolExpr.args ?? []).flatMap(provesNotNull)
      : [];
  if (!('NullTest' in condition) || condition.NullTest.nulltesttype !== 'IS_NOT_NULL') return [];
  const { arg } = condition.NullTest;
  return arg && 'ColumnRef' in arg ? stringsOf(arg.ColumnRef.fields).slice(-1) : [];
}

/** The names of the columns that an expression mentions. */
export const columnsIn = (node: unknown): string[] => [
  ...new Set(
    all<{ fields?: Node[] }>(node, 'ColumnRef').flatMap(({ fields }) => stringsOf(fields).slice(-1)),
  ),
];
