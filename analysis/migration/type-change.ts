import type { ColumnDef, Node, TypeName } from 'libpg-query';
import type { Column } from './catalogue.ts';
import { stringsOf } from './nodes.ts';
import type { SchemaModel } from './schema-model.ts';

/** A type with its modifier, as pg_attribute has them. */
export interface ColumnType {
  readonly type: string;
  /** -1: none. */
  readonly typmod: number;
}

const header = 4; // VARHDRSZ, which the modifiers of character types and numeric contain

/** The type that a name of SQL text means; undefined where the catalogue does not know it, or its modifier is not plain. */
export function columnType(model: SchemaModel, name: TypeName): ColumnType | undefined {
  const found = model.type(stringsOf(name.names));
  if (!found) return undefined;
  const array = (name.arrayBounds ?? []).length > 0;
  const dot = found.name.lastIndexOf('.');
  const type = array ? `${found.name.slice(0, dot)}._${found.name.slice(dot + 1)}` : found.name;
  const numbers = (name.typmods ?? []).map(integerOf);
  if (numbers.some((number) => number === undefined)) return undefined;
  const typmod = typmodOf(found.name, numbers as number[]);
  return typmod === undefined ? undefined : { type, typmod };
}

function integerOf(node: Node): number | undefined {
  if (!('A_Const' in node) || node.A_Const.ival === undefined) return undefined;
  return node.A_Const.ival.ival ?? 0;
}

// numeric.c, varchar.c, varbit.c, timestamp.c: how each packs what stands in parentheses
function typmodOf(type: string, numbers: readonly number[]): number | undefined {
  const [first, second] = numbers;
  if (type === 'pg_catalog.bpchar' && first === undefined) return -1;
  if (first === undefined) return -1;
  switch (type) {
    case 'pg_catalog.varchar':
    case 'pg_catalog.bpchar':
      return first + header;
    case 'pg_catalog.numeric':
      return ((first << 16) | ((second ?? 0) & 0x7ff)) + header;
    case 'pg_catalog.bit':
    case 'pg_catalog.varbit':
    case 'pg_catalog.timestamp':
    case 'pg_catalog.timestamptz':
    case 'pg_catalog.time':
    case 'pg_catalog.timetz':
      return first;
    default:
      return undefined; // interval's ranges, and types of extensions
  }
}

/** Whether ALTER COLUMN TYPE writes every row anew: yes, no, or not to be said and why. */
export type Rewrite = { readonly rewrites: boolean } | { readonly unknown: string };

/** As ATColumnChangeRequiresRewrite and the planner's support functions decide it. */
export function typeChange(model: SchemaModel, column: Column, to: ColumnType, def: ColumnDef): Rewrite {
  if (def.raw_default && !isPlainCast(model, def.raw_default, column, to)) return { rewrites: true };
  return castRewrites(model, column, to);
}

function castRewrites(model: SchemaModel, from: ColumnType, to: ColumnType): Rewrite {
  const target = model.type(to.type.split('.'));
  if (from.type !== to.type && target?.kind === 'domain') {
    if (target.constrained) return { rewrites: true };
    return target.base === null
      ? { unknown: `what the domain ${to.type} is over is not known` }
      : castRewrites(model, from, { type: target.base, typmod: -1 });
  }
  const source = model.type(from.type.split('.'));
  if (from.type !== to.type && source?.kind === 'domain' && source.base !== null)
    return castRewrites(model, { type: source.base, typmod: -1 }, to);
  if (isTimeZoneCast(from.type, to.type) && to.typmod === -1) return { rewrites: !isUtc(model.timeZone) };
  if (from.type !== to.type && !model.isBinaryCast(from.type, to.type)) return { rewrites: true };
  // a cast that keeps the bytes keeps no modifier: varchar(20) is text of any length
  return modifierRewrites(to.type, from.type === to.type ? from.typmod : sharedModifier(from, to), to.typmod);
}

/** varchar → varchar by way of a domain has none; only types whose modifiers mean the same keep theirs. */
const sharedModifier = (from: ColumnType, to: ColumnType) => (from.type === to.type ? from.typmod : -1);

function modifierRewrites(type: string, from: number, to: number): Rewrite {
  if (to === -1 || from === to) return { rewrites: false };
  switch (type) {
    case 'pg_catalog.varchar':
    case 'pg_catalog.varbit':
      return { rewrites: from === -1 || to < from };
    case 'pg_catalog.numeric': {
      if (from === -1) return { rewrites: true };
      const scale = (typmod: number) => (typmod - header) & 0x7ff;
      const precision = (typmod: number) => ((typmod - header) >> 16) & 0xffff;
      return { rewrites: scale(from) !== scale(to) || precision(to) < precision(from) };
    }
    case 'pg_catalog.timestamp':
    case 'pg_catalog.timestamptz':
    case 'pg_catalog.time':
    case 'pg_catalog.timetz':
      return { rewrites: !(to >= 6 || (from !== -1 && to >= from)) };
    case 'pg_catalog.bpchar':
    case 'pg_catalog.bit':
      return { rewrites: true };
    default:
      return { unknown: `what the modifier of ${type} changes is not known` };
  }
}

const isTimeZoneCast = (from: string, to: string) =>
  [from, to].sort().join() === 'pg_catalog.timestamp,pg_catalog.timestamptz';

const isUtc = (zone: string) =>
  /^(UTC|GMT|Etc\/(UTC|GMT|UCT|Zulu|Universal)|UCT|Zulu|Universal)$/i.test(zone);

/** USING column, or USING column::type of the very type that is wanted. */
function isPlainCast(model: SchemaModel, node: Node, column: Column, to: ColumnType): boolean {
  if ('ColumnRef' in node) return stringsOf(node.ColumnRef.fields).at(-1) === column.name;
  if (!('TypeCast' in node)) return false;
  const { arg, typeName } = node.TypeCast;
  if (!arg || !typeName || !('ColumnRef' in arg) || !isPlainCast(model, arg, column, to)) return false;
  const cast = columnType(model, typeName);
  return cast?.type === to.type && cast.typmod === to.typmod;
}
