import type { RowWriter } from '../copy/writer.ts';
import type { SchemaColumn } from './database-schema.ts';

export type WriteNumber = (writer: RowWriter, value: number) => void;

const day = 86_400_000;
const epochDays = Date.UTC(2000, 0, 1) / day;
const texts = new Set(['text', 'varchar', 'bpchar', 'name', 'citext']);

export const isText = ({ base }: SchemaColumn): boolean => texts.has(base);
export const isTime = ({ base }: SchemaColumn): boolean =>
  base === 'date' || base === 'timestamp' || base === 'timestamptz' || base === 'time';

/** The whole steps of a type; null: it has none that count. */
export function stepOf({ base, scale }: SchemaColumn): number | null {
  if (/^(?:int[248]|oid|text|varchar|bpchar|citext)$/.test(base)) return 1;
  if (base === 'numeric') return 10 ** -(scale ?? 2);
  if (base === 'date') return day;
  return isTime({ base } as SchemaColumn) ? 1 : null;
}

/** Numbers that the type holds. */
export function limitsOf({ base, precision, scale }: SchemaColumn): readonly [number, number] {
  if (base === 'int2') return [-32_768, 32_767];
  if (base === 'int4') return [-2_147_483_648, 2_147_483_647];
  if (base === 'oid') return [0, 2_147_483_647];
  if (base === 'int8') return [-(2 ** 53), 2 ** 53];
  if (precision !== null) return [-(10 ** (precision - (scale ?? 0))), 10 ** (precision - (scale ?? 0))];
  return [-Infinity, Infinity];
}

/**
 * Writes a number, or a time in milliseconds since 1970 (of a time of day: since midnight), as a value of this column; null
 * where its type is none of those that are written here.
 */
export function numberWriter(column: SchemaColumn, step: number | null): WriteNumber | null {
  switch (column.base) {
    case 'int2':
      return (writer, value) => writer.int2(Math.round(value));
    case 'int4':
    case 'oid':
      return (writer, value) => writer.int4(Math.round(value));
    case 'int8':
      return (writer, value) => writer.int8(Math.round(value));
    case 'float4':
      return (writer, value) => writer.float4(value);
    case 'float8':
      return (writer, value) => writer.float8(value);
    case 'numeric': {
      const digits = column.scale ?? decimalsOf(step ?? 0.01);
      return (writer, value) => writer.numeric(value, digits);
    }
    case 'date':
      return (writer, value) => writer.int4(Math.floor(value / day) - epochDays);
    case 'timestamp':
    case 'timestamptz':
      return (writer, value) => writer.time(Math.round(value));
    case 'time':
      return (writer, value) => writer.int8(Math.round(value) * 1000);
    default: {
      if (!isText(column)) return null;
      const digits = decimalsOf(step ?? 1);
      return (writer, value) => writer.text(value.toFixed(digits));
    }
  }
}

/** Of 0.01 two. */
function decimalsOf(step: number): number {
  for (let digits = 0; digits < 15; digits++)
    if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-9) return digits;
  return 15;
}
