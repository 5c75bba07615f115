import { usage } from '../../config/fault.ts';
import { hashed, keyOf, Ranks, Shares, unit } from './draws.ts';
import { fakerPool, textPool } from './faker-pools.ts';
import type { ColumnLaw } from './laws.ts';
import { timeMs } from './read-generators.ts';

export type MakeText = (index: number) => string | null;

/** Values of one kind of pool; a few thousand are told apart by nobody. */
export const poolSize = 1000;

/** Values of a law as texts, for what has no binary form here: elements of arrays, fields of documents, rare types. */
export function textMaker(own: ColumnLaw, seed: number): MakeText {
  const make = maker(own, seed);
  const key = keyOf(seed, 'nulls');
  return own.nulls === 0 ? make : (index) => (unit(index, key) < own.nulls ? null : make(index));
}

function maker(own: ColumnLaw, seed: number): MakeText {
  const { law, at, zipf } = own;
  const key = keyOf(seed, 'text');
  const size = own.distinct && 'count' in own.distinct ? own.distinct.count : poolSize;
  const at0 = (index: number) => unit(index, key);
  switch (law.kind) {
    case 'sequence':
      return (index) => String(law.start + index * law.step);
    case 'uuid':
      return (index) => uuidText(index, key);
    case 'token':
      return (index) => tokenText(index, key, law.length);
    case 'null':
      return () => null;
    case 'values': {
      const shares = new Shares(law.values.map(({ weight }) => weight));
      return (index) => law.values[shares.at(at0(index))]!.text;
    }
    case 'number': {
      const [from, to] = law.range;
      const step = law.step ?? 1;
      const ranks = new Ranks(Math.floor((to - from) / step) + 1, zipf);
      const digits = Math.max(0, Math.ceil(-Math.log10(step)));
      return (index) => (from + ranks.at(at0(index)) * step).toFixed(digits);
    }
    case 'time': {
      const [from, to] = law.range.map((text) => timeMs(text)!) as [number, number];
      const whole = law.step ?? 1000;
      const stamp = (ms: number) => new Date(from + Math.floor((ms - from) / whole) * whole).toISOString();
      return (index) => stamp(from + at0(index) * (to - from));
    }
    case 'faker':
    case 'text': {
      const pool =
        law.kind === 'faker' ? fakerPool(law.pool, key >>> 0, size) : textPool(key >>> 0, size, law.range);
      const ranks = new Ranks(pool.heads.length, zipf);
      return (index) => {
        const rank = ranks.at(at0(index));
        return pool.heads[rank]! + pool.tails[rank]!;
      };
    }
    case 'array':
      return arrayMaker(own, law, seed);
    case 'json':
      return jsonMaker(law.fields, seed);
    default:
      throw usage(
        `${at}: "${law.kind}" cannot stand inside of another law, nor be a value of this type.`,
        'Inside: values, number, time, faker, text, token, uuid, array, json.',
      );
  }
}

function arrayMaker(
  { at }: ColumnLaw,
  law: Extract<ColumnLaw['law'], { kind: 'array' }>,
  seed: number,
): MakeText {
  const element = textMaker(law.of, keyOf(seed, at) >>> 0);
  const key = keyOf(seed, 'length');
  const [least, most] = law.range;
  return (index) => {
    const length = least + Math.floor(unit(index, key) * (most - least + 1));
    const elements = Array.from({ length }, (_, n) => element(index * (most + 1) + n));
    return `{${elements.map((text) => (text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`)).join(',')}}`;
  };
}

function jsonMaker(fields: readonly (readonly [string, ColumnLaw])[], seed: number): MakeText {
  const made = fields.map(
    ([name, own]) => [name, textMaker(own, keyOf(seed, name) >>> 0), own.law.kind] as const,
  );
  return (index) =>
    `{${made.map(([name, make, kind]) => `${JSON.stringify(name)}: ${jsonOf(make(index), kind)}`).join(', ')}}`;
}

function jsonOf(text: string | null, kind: string): string {
  if (text === null) return 'null';
  if (kind === 'json') return text;
  const bare = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/.test(text);
  return bare ? text : JSON.stringify(text);
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** Hex digits; the first eight are a bijection of the index. */
export function tokenText(index: number, key: number, length: number): string {
  let text = '';
  for (let block = 0; text.length < length; block++) text += hex(hashed(index, key + block));
  return text.slice(0, length);
}

export function uuidText(index: number, key: number): string {
  const text = tokenText(index, key, 32);
  const [a, b, c, d, e] = [
    text.slice(0, 8),
    text.slice(8, 12),
    text.slice(13, 16),
    text.slice(17, 20),
    text.slice(20),
  ];
  return `${a}-${b}-4${c}-8${d}-${e}`;
}
