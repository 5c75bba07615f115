import type { ColumnShape } from './column-shapes.ts';
import { isText, isTime, limitsOf } from './column-writers.ts';
import type { SchemaColumn, SchemaTable } from './database-schema.ts';
import { Ranks } from './draws.ts';
import type { FakerPool } from './faker-pools.ts';
import { scalar } from './yaml-scalar.ts';

/** A law as generators.yaml has it, and why it was chosen where that is not plain. */
export interface LawText {
  readonly law: string;
  readonly why?: string;
}

/** Kinds of text that a column's name tells; the first that fits. Of the last ones nothing is ever released by a wildcard. */
const kinds: readonly (readonly [RegExp, FakerPool | 'token'])[] = [
  [/e_?-?mail/, 'email'],
  [/phone|mobile|fax|tel(?:_|$)/, 'phone'],
  [
    /passw|secret|token|hash|digest|salt|api_?key|signature|checksum|fingerprint|session|iban|card|ssn|tax_?id/,
    'token',
  ],
  [/user_?agent/, 'userAgent'],
  [/(?:^|_)ip(?:_|$|addr)/, 'ip'],
  [/first_?name|given_?name|forename/, 'firstName'],
  [/last_?name|sur_?name|family_?name/, 'lastName'],
  [/user_?name|login|nick|handle/, 'userName'],
  [/company|organi[sz]ation|employer|vendor|supplier|brand/, 'company'],
  [/full_?name|contact|author|owner|person|customer|display_?name/, 'fullName'],
  [/job|position|occupation/, 'jobTitle'],
  [/street|address/, 'street'],
  [/city|town/, 'city'],
  [/country_?code/, 'countryCode'],
  [/country/, 'country'],
  [/zip|post_?code|postal/, 'zip'],
  [/province|region/, 'state'],
  [/currency/, 'currency'],
  [/url|link|website|image|avatar/, 'url'],
  [/slug|sku|code/, 'slug'],
  [/file|path/, 'fileName'],
  [/colou?r/, 'colour'],
  [/product|title/, 'product'],
  [/department|category/, 'department'],
  [/name/, 'fullName'],
];

/** Above it a text is taken for prose. */
const proseWidth = 40; // bytes

function kindOfText(column: SchemaColumn): FakerPool | 'token' | undefined {
  const name = column.name
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '_');
  return kinds.find(([pattern]) => pattern.test(name))?.[1];
}

/** What a column may be about: its values are not taken by a wildcard, only where it is named. */
export const isPersonal = (column: SchemaColumn, shape: ColumnShape | undefined): boolean =>
  !isTime(column) &&
  !/^(?:bool|int[248]|numeric|float[48])$/.test(column.base) &&
  column.labels === null &&
  (kindOfText(column) !== undefined ||
    !isText(column) ||
    (shape?.width ?? Infinity) > proseWidth ||
    !isCategory(shape));

/** Few values for many rows: a state, a class, a currency. */
const isCategory = (shape: ColumnShape | undefined): boolean =>
  shape !== undefined && shape.distinct > 0 && shape.distinct <= 100;

/** "distinct", "nulls", "order" and "zipf" of a shape. */
export function modifiers(
  column: SchemaColumn,
  shape: ColumnShape | undefined,
  which: { readonly distinct?: boolean; readonly zipf?: number | null; readonly order?: boolean } = {},
): string {
  if (!shape) return '';
  const { nulls, distinct, correlation } = shape;
  const parts: string[] = [];
  if (which.distinct && distinct !== 0)
    parts.push(`distinct: ${distinct > 0 ? Math.round(distinct) : `${round(-distinct * 100, 2)}%`}`);
  if (which.zipf) parts.push(`zipf: ${which.zipf}`);
  if (nulls > 0 && !column.notNull) parts.push(`nulls: ${round(nulls, 4)}`);
  if (which.order !== false && correlation !== null && Math.abs(correlation) >= 0.1)
    parts.push(`order: ${round(correlation, 2)}`);
  return parts.map((part) => `, ${part}`).join('');
}

/** The exponent with which the most common values would be as common as they are; null: all alike. */
export function zipfOf(shape: ColumnShape | undefined, size: number): number | null {
  if (!shape || size < 3) return null;
  const few = shape.frequencies.slice(0, 5);
  const share = few.reduce((sum, each) => sum + each, 0) / Math.max(1e-9, 1 - shape.nulls);
  if (few.length === 0 || share < (1.5 * few.length) / size) return null;
  let [low, high] = [0, 4];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (new Ranks(size, middle).share(few.length) < share) low = middle;
    else high = middle;
  }
  return round(low, 1) || null;
}

/** How many different values a column has. */
export const distinctOf = (shape: ColumnShape | undefined, rows: number): number =>
  !shape || shape.distinct === 0 ? rows : shape.distinct > 0 ? shape.distinct : -shape.distinct * rows;

/** A law for a column of which no value is taken: by its type, its name, and numbers of its statistics. */
export function maskedLaw(
  table: SchemaTable,
  column: SchemaColumn,
  shape: ColumnShape | undefined,
  { today, unique }: { readonly today: Date; readonly unique: boolean },
): LawText {
  if (shape && shape.nulls >= 1 && !column.notNull) return { law: 'null', why: 'no row has a value' };
  const rows = Math.max(1, table.rows);
  const more = (which: Parameters<typeof modifiers>[2]) => modifiers(column, shape, which);
  const size = Math.max(1, Math.round(distinctOf(shape, rows)));
  const zipf = unique ? null : zipfOf(shape, size);
  const listed = listedValues(table, column);
  if (listed)
    return {
      law: `{ values: [${listed.values.map(scalar).join(', ')}]${more({ order: false })} }`,
      why: listed.why,
    };
  const bounds = boundsOf(table, column);
  if (isTime(column) && column.base !== 'time')
    return {
      law: `{ time: [${bounds?.time?.join(', ') ?? `${dayBefore(today, 365)}, ${dayBefore(today, 0)}`}]${more({ distinct: true, zipf })} }`,
      why: bounds?.time ? 'the bounds of its partitions' : 'the last year: its real times are not taken',
    };
  if (column.base === 'time') return { law: `{ time: ["08:00:00", "20:00:00"]${more({ distinct: true })} }` };
  if (column.base === 'uuid')
    return { law: `{ uuid: v4${more({ distinct: !unique, zipf, order: false })} }` };
  if (/^(?:int[248]|numeric|float[48]|money|oid)$/.test(column.base))
    return numberLaw(table, column, { more, size, zipf });
  if (isText(column)) return textLaw(column, shape, { more, zipf });
  return otherLaw(column, shape, more);
}

type More = (which: Parameters<typeof modifiers>[2]) => string;

function numberLaw(
  table: SchemaTable,
  column: SchemaColumn,
  { more, size, zipf }: { readonly more: More; readonly size: number; readonly zipf: number | null },
): LawText {
  const whole = /^(?:int[248]|oid)$/.test(column.base) || column.scale === 0;
  const least = leastBy(table, column) ?? (whole ? 1 : 0);
  const [, most] = limitsOf(column);
  const step = whole ? 1 : 10 ** -(column.scale ?? 2);
  const wanted = least + (whole ? size - 1 : Math.max(100, Math.min(1000, size * step)));
  const range = `[${least}, ${round(Math.max(least, Math.min(wanted, most - step)), 6)}]`;
  if (column.base === 'money')
    return { law: `{ values: ["1.00", "5.00", "20.00"]${more({ order: false })} }` };
  return {
    law: `{ number: ${range}${column.base === 'numeric' && column.scale === null ? ', step: 0.01' : ''}${more({ distinct: true, zipf })} }`,
    why: 'a range by the count of its values, not theirs',
  };
}

function textLaw(
  column: SchemaColumn,
  shape: ColumnShape | undefined,
  { more, zipf }: { readonly more: More; readonly zipf: number | null },
): LawText {
  const kind = kindOfText(column);
  const width = shape?.width ?? 20;
  if (kind === 'token')
    return { law: `{ token: ${Math.max(1, width - 1)}${more({ distinct: true, order: false })} }` };
  const own = more({ distinct: true, zipf, order: false });
  if (kind !== undefined) return { law: `{ faker: ${kind}${own} }` };
  if (width > proseWidth || column.base === 'bpchar')
    return {
      law: `{ text: [${Math.max(1, Math.round(width / 2))}, ${Math.max(1, Math.round(width * 1.5))}]${own} }`,
    };
  return { law: `{ faker: ${width < 12 ? 'word' : 'words'}${own} }` };
}

function otherLaw(column: SchemaColumn, shape: ColumnShape | undefined, more: More): LawText {
  const own = more({ order: false });
  switch (column.base) {
    case 'json':
    case 'jsonb':
      return { law: `{ json: {}${own} }`, why: 'no key of its documents is taken: name some' };
    case 'tsvector':
      return { law: `{ faker: words${more({ distinct: true, order: false })} }` };
    case 'inet':
    case 'cidr':
      return { law: `{ faker: ip${more({ distinct: true, order: false })} }` };
    case 'interval':
      return { law: `{ values: [1 minute, 1 hour, 1 day]${own} }` };
    case 'bytea':
      return { law: `{ token: ${Math.max(1, Math.min(100_000, shape?.width ?? 16))}${own} }` };
  }
  const element = elementLaw(column.element);
  if (element) return { law: `{ array: ${element}, length: [0, 3]${own} }` };
  if (!column.notNull)
    return {
      law: 'null',
      why: `no law is known for ${column.type}: { values: [...] } takes texts of any type`,
    };
  if (column.hasDefault) return { law: 'default', why: `no law is known for ${column.type}` };
  return {
    law: 'null',
    why: `GIVE IT A LAW: none is known for ${column.type}; { values: [...] } takes texts of any type`,
  };
}

function elementLaw(element: string | null): string | undefined {
  if (element === null) return undefined;
  if (/^int[248]$/.test(element)) return '{ number: [1, 1000] }';
  if (/^(?:numeric|float[48])$/.test(element)) return '{ number: [0, 100], step: 0.01 }';
  if (/^(?:text|varchar|citext)$/.test(element)) return '{ faker: word }';
  return element === 'uuid' ? 'uuid' : undefined;
}

/** The values that the schema itself names: an enum's labels, a check's list, a list of partitions. */
function listedValues(
  table: SchemaTable,
  column: SchemaColumn,
): { values: readonly string[]; why: string } | undefined {
  if (column.labels && column.kind === 'e')
    return { values: column.labels, why: 'all labels alike: their shares are not taken' };
  if (column.base === 'bool')
    return { values: ['true', 'false'], why: 'both alike: their shares are not taken' };
  for (const { columns, definition } of table.checks) {
    if (columns.length !== 1 || columns[0] !== column.name) continue;
    const [, list] = /= ANY \(+ARRAY\[(.*?)\]/.exec(definition) ?? [];
    const values =
      list && [...list.matchAll(/'((?:[^']|'')*)'::/g)].map(([, text]) => text!.replaceAll("''", "'"));
    if (values && values.length > 0) return { values, why: 'the list of its CHECK' };
  }
  const bounds = boundsOf(table, column);
  return bounds?.list ? { values: bounds.list, why: 'the lists of its partitions' } : undefined;
}

/** By a check like "quantity > 0". */
function leastBy(table: SchemaTable, column: SchemaColumn): number | undefined {
  for (const { columns, definition } of table.checks) {
    if (columns.length !== 1 || columns[0] !== column.name) continue;
    const [, operator, number] = /(>=?) \(?'?(-?\d+(?:\.\d+)?)/.exec(definition) ?? [];
    if (number !== undefined)
      return operator === '>'
        ? Number(number) + (column.scale === null || column.scale === 0 ? 1 : 10 ** -column.scale)
        : Number(number);
  }
  return undefined;
}

function boundsOf(
  table: SchemaTable,
  column: SchemaColumn,
): { list?: readonly string[]; time?: readonly [string, string] } | undefined {
  const own = table.bounds.filter((each) => each.column === column.name).map(({ bound }) => bound);
  if (own.length === 0 || own.some((bound) => bound === 'DEFAULT')) return undefined;
  const list = own.flatMap((bound) =>
    bound.startsWith('FOR VALUES IN')
      ? [...bound.matchAll(/'((?:[^']|'')*)'|(?<=[(, ])(\d+)(?=[,)])/g)].map(
          ([, text, number]) => number ?? text!.replaceAll("''", "'"),
        )
      : [],
  );
  if (list.length > 0) return { list };
  const ranges = own.flatMap((bound) => {
    const [, from, to] = /FROM \('([^']*)'\) TO \('([^']*)'\)/.exec(bound) ?? [];
    return from === undefined ? [] : [[from, to!] as const];
  });
  if (ranges.length === 0 || !isTime(column)) return undefined;
  const first = ranges.map(([from]) => from).sort()[0]!;
  const last = ranges
    .map(([, to]) => to)
    .sort()
    .at(-1)!;
  return { time: [scalar(first), scalar(last)] };
}

const dayBefore = (today: Date, days: number): string =>
  new Date(today.getTime() - days * 86_400_000).toISOString().slice(0, 10);

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));
