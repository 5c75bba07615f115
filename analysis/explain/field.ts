import type { Blocks, Buffers } from './plan.ts';

/** An object of EXPLAIN's JSON. What is missing or of another type reads as null: no field is taken for granted. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const numberOf = (fields: Fields, name: string): number | null => {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

export const textOf = (fields: Fields, name: string): string | null => {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** The objects in a list; what is no object in it is left out. */
export const listOf = (fields: Fields, name: string): Fields[] => {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
};

/** Shared pages; null when EXPLAIN ran without BUFFERS. */
export const buffersOf = (fields: Fields): Buffers | null => {
  const [hit, read] = [numberOf(fields, 'Shared Hit Blocks'), numberOf(fields, 'Shared Read Blocks')];
  return hit === null && read === null ? null : { hit: hit ?? 0, read: read ?? 0 };
};

/** Pages of every kind; null when EXPLAIN ran without BUFFERS. */
export const allBlocksOf = (fields: Fields): Blocks | null => {
  const buffers = buffersOf(fields);
  const count = (name: string) => numberOf(fields, `${name} Blocks`) ?? 0;
  return (
    buffers && {
      ...buffers,
      localHit: count('Local Hit'),
      localRead: count('Local Read'),
      temporaryRead: count('Temp Read'),
      temporaryWritten: count('Temp Written'),
    }
  );
};

/** The sum of what is known; null when nothing is. */
export const sumOf = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
