import { usage } from '../../config/fault.ts';
import type { RowWriter } from '../copy/writer.ts';
import { isText, isTime, limitsOf, numberWriter, stepOf, type WriteNumber } from './column-writers.ts';
import type { SchemaColumn } from './database-schema.ts';
import { hashed, keyOf, type Position, Ranks, Shares } from './draws.ts';
import { fakerPool, type TextPool, textPool } from './faker-pools.ts';
import type { ColumnLaw, Law, Weighted } from './laws.ts';
import { durationMs, timeMs } from './read-generators.ts';
import { poolSize, tokenText, uuidText } from './text-maker.ts';

/** A column's values, each a pure function of the row's number. */
export interface ColumnSource {
  /** Writes the field; never called for a row whose value is null. */
  write(writer: RowWriter, row: number): void;
  /** Bytes that the widest value takes. */
  readonly widest: number;
  /** The value as a number, or as milliseconds; null where it is none. */
  readonly number: ((row: number) => number) | null;
  /** The value as one of a short list; null where it is none. */
  readonly pick: { readonly texts: readonly string[]; index(row: number): number } | null;
}

/** How one column is to be made. */
export interface Making {
  readonly column: SchemaColumn;
  readonly own: ColumnLaw;
  /** File, line and column, for messages. */
  readonly where: string;
  readonly rows: number;
  readonly position: Position;
  /** Every value once only: no value is likelier than others. */
  readonly unique: boolean;
  readonly seed: number;
  readonly key: number;
  /** Texts in COPY's form, as the server reads them. */
  encode(texts: readonly string[]): Promise<readonly Buffer[]>;
}

const plain = { number: null, pick: null } as const;

/** How many different values a law can give a column; Infinity where there is no end. */
export function domainOf(column: SchemaColumn, own: ColumnLaw): number {
  const { law } = own;
  switch (law.kind) {
    case 'values':
      return law.values.filter(({ weight }) => weight > 0).length;
    case 'number':
    case 'time':
      return rangeOf(column, law).size;
    case 'token':
      return law.length < 8 ? 16 ** law.length : Infinity;
    case 'uuid':
    case 'sequence':
      return Infinity;
    case 'faker':
    case 'text':
      return isText(column) ? Infinity : poolSize;
    default:
      return 0;
  }
}

interface Steps {
  readonly from: number;
  readonly step: number;
  /** How many values there are; Infinity of real numbers. */
  readonly size: number;
  readonly to: number;
}

function rangeOf(column: SchemaColumn, law: Extract<Law, { kind: 'number' | 'time' }>): Steps {
  if (law.kind === 'number') {
    const [from, to] = law.range;
    const step = law.step ?? stepOf(column);
    return step === null
      ? { from, to, step: 0, size: Infinity }
      : { from, to, step, size: Math.floor((to - from) / step + 1e-9) + 1 };
  }
  const [from, to] = law.range.map((text) => timeMs(text)!) as [number, number];
  const step = Math.max(law.step ?? 1, stepOf(column) ?? 1);
  return { from, to, step, size: Math.max(1, Math.ceil((to - from) / step)) };
}

/**
 * @returns null where the law's values have no binary form here for a column of this type
 * @throws Fault (usage) where law and column do not go together
 */
export async function columnSource(making: Making): Promise<ColumnSource | null> {
  const { law } = making.own;
  switch (law.kind) {
    case 'sequence':
      return sequence(making, law);
    case 'uuid':
      return uuid(making);
    case 'token':
      return token(making, law.length);
    case 'number':
    case 'time':
      return steps(making, law);
    case 'faker':
    case 'text':
      return isText(making.column) ? texts(making, law) : null;
    case 'values':
      return await values(making, law.values);
    case 'histogram':
      return await histogram(making, law);
    default:
      return null;
  }
}

const countOf = ({ own, rows, unique }: Making, most: number): number =>
  unique
    ? Math.max(1, rows)
    : Math.max(
        1,
        Math.min(
          most,
          own.distinct === null
            ? most
            : 'count' in own.distinct
              ? own.distinct.count
              : Math.round(own.distinct.share * rows),
        ),
      );

function sequence(
  { column, rows, where }: Making,
  { start, step }: Extract<Law, { kind: 'sequence' }>,
): ColumnSource | null {
  const write = numberWriter(column, 1);
  if (!write || isTime(column)) return null;
  const last = start + step * Math.max(0, rows - 1);
  const [least, most] = limitsOf(column);
  if (Math.min(start, last) < least || Math.max(start, last) > most)
    throw usage(
      `${where}: ${rows} values from ${start} on reach ${last}, and ${column.type} holds ${least} to ${most}.`,
      'Take a smaller --factor, or make the column wider.',
    );
  const number = (row: number) => start + row * step;
  return { ...plain, number, widest: 24, write: (writer, row) => write(writer, number(row)) };
}

function uuid(making: Making): ColumnSource | null {
  const { column, key, own, unique, rows, position } = making;
  const count = unique || own.distinct === null ? null : countOf(making, Math.max(1, rows));
  const ranks = count === null ? null : new Ranks(count, own.zipf);
  const index = ranks ? (row: number) => ranks.at(position(row)) : (row: number) => row;
  if (isText(column))
    return { ...plain, widest: 40, write: (writer, row) => writer.text(uuidText(index(row), key)) };
  if (column.base !== 'uuid') return null;
  const words = new Int32Array(4);
  return {
    ...plain,
    widest: 20,
    write(writer, row) {
      const value = index(row);
      words[0] = hashed(value, key);
      words[1] = (hashed(value, key + 1) & 0xffff0fff) | 0x4000;
      words[2] = (hashed(value, key + 2) & 0x3fffffff) | 0x80000000;
      words[3] = hashed(value, key + 3);
      writer.field16(words);
    },
  };
}

function token(making: Making, asked: number): ColumnSource | null {
  const { column, position, key, rows, where, unique } = making;
  if (!isText(column) && column.base !== 'bytea') return null;
  const length = Math.min(asked, column.length ?? asked);
  if (unique && 16 ** length < rows)
    throw usage(
      `${where}: ${length} hex digits tell at most ${16 ** length} rows apart, and there are ${rows}.`,
      'Make the token longer.',
    );
  const count = countOf(making, rows);
  const index = (row: number) => Math.min(count - 1, Math.floor(position(row) * count));
  // short ones are counted, not hashed: hashes of a few digits would meet
  const text =
    unique && length < 8
      ? (row: number) => index(row).toString(16).padStart(length, '0')
      : (row: number) => tokenText(index(row), key, length);
  return { ...plain, widest: 4 + length, write: (writer, row) => writer.text(text(row)) };
}

function steps(making: Making, law: Extract<Law, { kind: 'number' | 'time' }>): ColumnSource | null {
  const { column, own, position, where, unique, rows } = making;
  if (law.kind === 'time' && !isTime(column) && !isText(column)) return null;
  if (law.kind === 'number' && isTime(column))
    throw usage(
      `${where}: "number" on a column of the type ${column.type}.`,
      'Times have the law "time": { time: [2025-01-01, 2026-01-01] }.',
    );
  const range = grown(making, law.kind, rangeOf(column, law));
  const [least, most] = limitsOf(column);
  if (law.kind === 'number' && (range.from < least || range.to > most))
    throw usage(
      `${where}: ${column.type} holds ${least} to ${most}, and the law gives ${range.from} to ${range.to}.`,
      'Change the range.',
    );
  const write = law.kind === 'time' && isText(column) ? stampWriter : numberWriter(column, law.step);
  if (!write) return null;
  const number = stepped(range, position, {
    count: unique ? range.size : countOf(making, range.size),
    zipf: unique ? 0 : own.zipf,
    unique,
    rows,
    scattered: own.order === 0 && law.kind === 'number' ? making.key : null,
  });
  return { ...plain, number, widest: 48, write: (writer, row) => write(writer, number(row)) };
}

/** Where a share of the rows is to be different and the range has fewer whole steps, it goes on upwards, as far as the type does. */
function grown({ column, own, rows }: Making, kind: 'number' | 'time', range: Steps): Steps {
  if (kind === 'time' || own.distinct === null || !('share' in own.distinct) || range.step === 0)
    return range;
  const [, most] = limitsOf(column);
  const room = Math.floor((most - range.from) / range.step - 1e-9) + (column.precision === null ? 1 : 0);
  const size = Math.min(Math.round(own.distinct.share * rows), room);
  return size <= range.size ? range : { ...range, size, to: range.from + (size - 1) * range.step };
}

const stampWriter: WriteNumber = (writer, value) => writer.text(new Date(value).toISOString());

function stepped(
  { from, to, step, size }: Steps,
  position: Position,
  how: {
    readonly count: number;
    readonly zipf: number;
    readonly unique: boolean;
    readonly rows: number;
    readonly scattered: number | null;
  },
): (row: number) => number {
  const { count, zipf, scattered } = how;
  if (size === Infinity && (count === Infinity || how.unique))
    return (row) => from + position(row) * (to - from);
  const ranks = new Ranks(Math.min(count, 2 ** 45), zipf);
  const span = size === Infinity ? (to - from) / count : (size / ranks.size) * step;
  // The likeliest values of Zipf's law are anywhere in the range, unless they follow the order of the rows.
  const places = zipf > 0 && scattered !== null ? scatter(ranks.size, scattered) : (rank: number) => rank;
  return size === Infinity
    ? (row) => from + places(ranks.at(position(row))) * span
    : (row) => from + Math.floor((places(ranks.at(position(row))) * span) / step + 1e-9) * step;
}

/** A bijection of [0, size) for the places of ranks: a step that has no divisor in common with it. */
function scatter(size: number, key: number): (rank: number) => number {
  if (size < 3) return (rank) => rank;
  let stride = 1 + (hashed(size, key) % Math.min(size - 1, 1_000_003));
  while (divisor(stride, size) !== 1) stride = (stride % (size - 1)) + 1;
  return (rank) => (rank * stride) % size;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

function texts(making: Making, law: Extract<Law, { kind: 'faker' | 'text' }>): ColumnSource {
  const { key, rows, own } = making;
  const size = Math.min(
    poolSize,
    own.distinct && 'count' in own.distinct ? own.distinct.count : poolSize,
    Math.max(1, rows),
  );
  const pool =
    law.kind === 'faker' ? fakerPool(law.pool, key >>> 0, size) : textPool(key >>> 0, size, law.range);
  // Of a kind of faker there are as many values as its pool has; texts are all different unless it is said.
  const most = own.distinct === null && law.kind === 'faker' ? pool.heads.length : Math.max(1, rows);
  return numberedTexts(making, pool, countOf(making, most));
}

/** Value n is entry n of the pool; where the pool is used up its entries come again, with a number in them. */
function numberedTexts(
  { column, position, own, unique, where }: Making,
  { heads, tails }: TextPool,
  count: number,
): ColumnSource {
  const size = heads.length;
  const ranks = new Ranks(count, unique ? 0 : own.zipf);
  const limit = column.length ?? Infinity;
  const digits = (number: number) => (number === 0 ? '' : number.toString(36));
  const longest = digits(Math.floor((count - 1) / size)).length;
  const room = limit - longest;
  if (room < 0)
    throw usage(
      `${where}: ${count} different values do not fit into ${column.type}.`,
      'Give it "distinct", or another law.',
    );
  const cut = heads.map((head, i) => {
    const tail = tails[i]!.length <= room / 2 ? tails[i]! : '';
    return [[...head].slice(0, Math.max(0, room - tail.length)).join(''), tail] as const;
  });
  // Entries that became alike when they were cut are told apart by their place.
  const alike = new Set(cut.map(([head, tail]) => head + tail)).size < size || limit < 8;
  const short = alike && unique;
  if (short && 36 ** Math.min(limit, 9) < count)
    throw usage(
      `${where}: ${count} different values do not fit into ${column.type}.`,
      'Make the column longer, or the factor smaller.',
    );
  const place = count.toString(36).length;
  const text = short
    ? (index: number) => {
        const number = index.toString(36).padStart(place, '0');
        return [...heads[index % size]!].slice(0, limit - number.length).join('') + number;
      }
    : (index: number) => {
        const [head, tail] = cut[index % size]!;
        return head + digits(Math.floor(index / size)) + tail;
      };
  const widest = Math.max(...heads.map((head, i) => Buffer.byteLength(head + tails[i]!))) + 32;
  return { ...plain, widest, write: (writer, row) => writer.text(text(ranks.at(position(row)))) };
}

async function values(making: Making, listed: readonly Weighted[]): Promise<ColumnSource> {
  const { own, position, unique, rows, where } = making;
  const used = listed.filter(({ weight }) => weight > 0);
  if (unique && used.length < rows)
    throw usage(
      `${where}: it must be unique, and ${used.length} values are named for ${rows} rows.`,
      'Name more values, or another law.',
    );
  const names = used.map(({ text }) => text);
  const encoded = await making.encode(names);
  const shares = new Shares(used.map(({ weight }, i) => (unique ? 1 : weight * (i + 1) ** -(own.zipf || 0))));
  const index = (row: number) => shares.at(position(row));
  return {
    ...plain,
    pick: { texts: names, index },
    number: numbersOf(making.column, names, index),
    widest: Math.max(...encoded.map(({ length }) => length)) + 4,
    write: (writer, row) => writer.field(encoded[index(row)]!),
  };
}

function numbersOf(
  column: SchemaColumn,
  names: readonly string[],
  index: (row: number) => number,
): ((row: number) => number) | null {
  const numbers = names.map((name) => numberOf(column, name));
  return numbers.every((number) => number !== null) ? (row) => numbers[index(row)]! : null;
}

function numberOf(column: SchemaColumn, text: string): number | null {
  if (isTime(column)) return timeMs(text);
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) && !isText(column) ? number : null;
}

interface Segment {
  readonly weight: number;
  /** Of a value that is named: its place among them; of a bin: its lower bound. */
  readonly value: number | null;
  readonly low: string;
  readonly high: string;
}

async function histogram(making: Making, law: Extract<Law, { kind: 'histogram' }>): Promise<ColumnSource> {
  const { column, own, where, unique } = making;
  if (unique)
    throw usage(
      `${where}: it must be unique, and values of a histogram may meet.`,
      'Use number, time, text or sequence.',
    );
  const numeric =
    [...law.bounds, ...law.values.map(({ text }) => text)].every((text) => numberOf(column, text) !== null) &&
    numberWriter(column, null) !== null;
  const order = (a: string, b: string) =>
    numeric ? numberOf(column, a)! - numberOf(column, b)! : a < b ? -1 : a > b ? 1 : 0;
  const bins = law.bounds.length - 1;
  const named = law.values.reduce((sum, { weight }) => sum + weight, 0);
  const segments: Segment[] = law.values
    .map(({ text, weight }, value): Segment => ({ weight, value, low: text, high: text }))
    .concat(
      Array.from({ length: bins }, (_, i) => ({
        ...{ weight: Math.max(0, 1 - named) / bins, value: null },
        ...{ low: law.bounds[i]!, high: law.bounds[i + 1]! },
      })),
    )
    .toSorted((a, b) => order(a.low, b.low));
  const shares = new Shares(segments.map(({ weight }) => weight));
  const each = Math.max(1, Math.round(countOf(making, making.rows) - law.values.length) / bins);
  if (numeric) return numericHistogram(making, segments, shares, own.distinct === null ? null : each);
  if (!isText(column)) {
    const encoded = await making.encode(segments.map(({ low }) => low));
    return {
      ...plain,
      widest: Math.max(...encoded.map(({ length }) => length)) + 4,
      write: (writer, row) => writer.field(encoded[shares.at(making.position(row))]!),
    };
  }
  return textHistogram(making, segments, shares, Math.ceil(each));
}

function numericHistogram(
  { column, position }: Making,
  segments: readonly Segment[],
  shares: Shares,
  each: number | null,
): ColumnSource {
  const step = stepOf(column);
  const write = numberWriter(column, null)!;
  const ends = segments.map(({ low, high }) => [numberOf(column, low)!, numberOf(column, high)!] as const);
  const number = (row: number) => {
    const at = position(row);
    const index = shares.at(at);
    const [low, high] = ends[index]!;
    const inside = shares.inside(at, index);
    const value =
      low + (each === null ? inside : Math.min(1, Math.floor(inside * each) / each)) * (high - low);
    return step === null ? value : Math.floor(value / step + 1e-9) * step;
  };
  return { ...plain, number, widest: 48, write: (writer, row) => write(writer, number(row)) };
}

/** Between two bounds stand texts that begin with the lower one, so that they sort where the bound does. */
function textHistogram(
  { column, position }: Making,
  segments: readonly Segment[],
  shares: Shares,
  each: number,
): ColumnSource {
  const limit = column.length ?? Infinity;
  const digits = (each - 1).toString(36).length;
  const text = (row: number) => {
    const at = position(row);
    const index = shares.at(at);
    const { low, value } = segments[index]!;
    const number = value === null ? Math.min(each - 1, Math.floor(shares.inside(at, index) * each)) : 0;
    if (number === 0) return low;
    const suffix = `~${number.toString(36).padStart(digits, '0')}`;
    return [...low].slice(0, Math.max(0, limit - suffix.length)).join('') + suffix;
  };
  return {
    ...plain,
    widest: Math.max(...segments.map(({ low }) => Buffer.byteLength(low))) + 32,
    write: (writer, row) => writer.text(text(row)),
  };
}

/** Another column's value and something between two bounds. */
export function afterSource(
  making: Making,
  law: Extract<Law, { kind: 'after' }>,
  of: (row: number) => number,
): ColumnSource {
  const { column, where, position, own } = making;
  const read = (text: string) => {
    const number = isTime(column) ? durationMs(text) : Number(text);
    if (number !== null && Number.isFinite(number)) return number;
    throw usage(
      `${where}: "${text}" of "by" is no ${isTime(column) ? 'span of time' : 'number'}.`,
      isTime(column)
        ? 'For example: { after: made_at, by: [1h, 14d] }'
        : 'For example: { after: net, by: [0, 20] }',
    );
  };
  const [least, most] = [read(law.by[0]), read(law.by[1])];
  if (least > most) throw usage(`${where}: "by" is from ${law.by[0]} to ${law.by[1]}.`, 'The smaller first.');
  const write = numberWriter(column, null);
  if (!write || isText(column))
    throw usage(`${where}: "after" makes numbers and times, and this is ${column.type}.`, 'Use another law.');
  const step = stepOf(column);
  const number = (row: number) => {
    // small values are likelier with zipf, as most parcels come on the first days
    const value = of(row) + least + position(row) ** (1 + own.zipf) * (most - least);
    return step === null ? value : Math.floor(value / step + 1e-9) * step;
  };
  return { ...plain, number, widest: 48, write: (writer, row) => write(writer, number(row)) };
}

/** A source's own key among the draws. */
export const columnKey = (seed: number, table: string, column: string): number =>
  keyOf(seed, table, column, 'values');
