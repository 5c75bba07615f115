import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { fakerPools } from './faker-pools.ts';
import type { ColumnLaw, Distinct, Generators, Law, Range, TableLaws, Together, Weighted } from './laws.ts';

export const generatorsFile = 'generators.yaml';

const lawWords = [
  'sequence',
  'uuid',
  'ref',
  'parent',
  'values',
  'histogram',
  'number',
  'time',
  'faker',
  'text',
  'token',
  'array',
  'json',
  'after',
  'same',
  'map',
] as const;
type LawWord = (typeof lawWords)[number];
const shortWords = ['sequence', 'uuid', 'null', 'default'] as const;
const always = ['nulls', 'distinct', 'order', 'zipf'] as const;
/** What else a law takes. */
const companions: Partial<Record<LawWord, readonly string[]>> = {
  sequence: ['start', 'step'],
  ref: ['column', 'within'],
  parent: ['by'],
  histogram: ['values'],
  number: ['step'],
  time: ['step'],
  array: ['length'],
  after: ['by'],
  map: ['values'],
};
const limits = { rows: 10_000_000_000, text: 200_000, values: 100_000, depth: 5, pages: 8 * 1024 * 1024 };

const example = `For example:
  tables:
    public.orders:
      rows: 12000
      columns:
        id: sequence
        customer_id: { ref: public.customers, zipf: 0.8 }
        state: { values: { open: 0.1, paid: 0.9 } }
        made_at: { time: [2025-01-01, 2026-01-01], order: 1 }`;

/** @throws Fault (usage) with the line of what is wrong, and the nearest right word */
export const parseGenerators = (file: string, text: string): Generators =>
  new GeneratorsReader(file, text).read();

class GeneratorsReader {
  readonly #file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  read(): Generators {
    if (this.#text.length > limits.pages)
      throw usage(
        `${this.#file} has ${Math.round(this.#text.length / 1e6)} MB; at most 8 are read.`,
        'Name fewer values.',
      );
    const document = parseDocument(this.#text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: true,
    });
    const [error] = document.errors;
    if (error) throw usage(`${this.#at(error.pos[0])}: this is no YAML: ${error.code}`, example);
    if (!isMap(document.contents)) throw usage(`${this.#file}: it names no tables.`, example);
    const top = this.#fields(document.contents, ['tables'], 'the file');
    const tables = this.#pairs(top.get('tables') ?? null, 'tables');
    if (tables.length === 0) throw usage(`${this.#file}: it names no tables.`, example);
    return { file: this.#file, tables: tables.map((pair) => this.#table(pair)) };
  }

  #table(pair: Pair): TableLaws {
    const label = textOf(pair.key);
    const at = this.#place(pair.key);
    const fields = this.#fields(pair.value, ['rows', 'fixed', 'columns', 'together'], label);
    const rows = fields.get('rows');
    if (rows === undefined) throw usage(`${at}: ${label} has no "rows".`, 'For example: rows: 12000');
    const columns = new Map<string, ColumnLaw>();
    const listed = fields.get('columns');
    if (listed === undefined) throw usage(`${at}: ${label} has no "columns".`, example);
    for (const column of this.#pairs(listed, `columns of ${label}`))
      columns.set(textOf(column.key), this.#column(column.value, this.#place(column.key), 0));
    const fixed = fields.get('fixed');
    if (fixed !== undefined && !(isScalar(fixed) && typeof fixed.value === 'boolean'))
      throw usage(
        `${this.#place(fixed)}: "fixed" is true or false.`,
        'fixed: true keeps the rows whatever the factor.',
      );
    return {
      ...{ label, at, columns },
      rows: this.#number(rows, 'rows', [0, limits.rows], true),
      fixed: isScalar(fixed) && fixed.value === true,
      together: this.#items(fields.get('together')).map((item) => this.#together(item)),
    };
  }

  #together(node: Node): Together {
    const at = this.#place(node);
    const fields = this.#fields(node, ['columns', 'rows'], '"together"');
    const columns = this.#items(fields.get('columns')).map(textOf);
    const rows = this.#items(fields.get('rows')).map((row) => {
      const own = this.#fields(row, ['values', 'weight'], 'a row');
      const values = this.#items(own.get('values')).map((value) =>
        isScalar(value) && value.value === null ? null : textOf(value),
      );
      if (values.length !== columns.length)
        throw usage(
          `${this.#place(row)}: ${values.length} values for ${columns.length} columns.`,
          'Give one value for each column.',
        );
      const weight = own.get('weight');
      return { values, weight: weight ? this.#number(weight, 'weight', [0, 1e15]) : 1 };
    });
    if (columns.length < 2 || rows.every(({ weight }) => weight === 0))
      throw usage(
        `${at}: "together" takes two columns or more, and rows of values.`,
        'For example: - columns: [city, country]\n    rows: [{ values: [Paris, France], weight: 3 }]',
      );
    return { at, columns, rows };
  }

  #column(node: unknown, at: string, depth: number): ColumnLaw {
    const plain = { at, nulls: 0, distinct: null, order: 0, zipf: 0 } as const;
    if (depth > limits.depth)
      throw usage(`${at}: laws in laws in laws: at most ${limits.depth} deep.`, example);
    if (isScalar(node) || node === null) {
      const word = node === null || node.value === null ? 'null' : textOf(node);
      switch (word) {
        case 'sequence':
          return { ...plain, law: { kind: 'sequence', start: 1, step: 1 } };
        case 'uuid':
        case 'null':
        case 'default':
          return { ...plain, law: { kind: word } };
        default:
          throw usage(
            `${at}: there is no law "${word}".`,
            lawWords.includes(word as LawWord)
              ? `It takes more: ${examples[word as LawWord]}`
              : suggest(word, [...shortWords, ...lawWords]),
          );
      }
    }
    if (!isMap(node)) throw usage(`${at}: a column takes one law.`, example);
    const names = node.items.map(({ key }) => textOf(key));
    const word =
      names.find((name) => lawWords.includes(name as LawWord) && name !== 'values') ??
      names.find((name) => name === 'values');
    if (word === undefined) {
      const wrong = names.find((name) => !always.includes(name as 'nulls'));
      throw usage(
        `${at}: ${wrong === undefined ? 'no law is named' : `there is no law "${wrong}"`}.`,
        suggest(wrong ?? '', lawWords),
      );
    }
    const fields = this.#fields(node, [word, ...(companions[word as LawWord] ?? []), ...always], `"${word}"`);
    const share = (name: 'nulls' | 'order' | 'zipf', range: Range) => {
      const given = fields.get(name);
      return given === undefined ? 0 : this.#number(given, name, range);
    };
    return {
      at,
      law: this.#law(word as LawWord, fields, at, depth),
      nulls: share('nulls', [0, 1]),
      order: share('order', [-1, 1]),
      zipf: share('zipf', [0, 5]),
      distinct: this.#distinct(fields.get('distinct')),
    };
  }

  #law(word: LawWord, fields: ReadonlyMap<string, Node>, at: string, depth: number): Law {
    const own = fields.get(word)!;
    const text = (name: string) => {
      const given = fields.get(name);
      if (given === undefined) return null;
      if (isScalar(given) && given.value !== null) return textOf(given);
      throw usage(`${this.#place(given)}: "${name}" takes one name.`, `For example: ${examples[word]}`);
    };
    const step = (): number | null => {
      const given = fields.get('step');
      if (given === undefined) return null;
      const of = word === 'time' ? durationMs(textOf(given)) : this.#number(given, 'step', [1e-12, 1e15]);
      if (of === null || of <= 0)
        throw usage(
          `${this.#place(given)}: "step" is "${textOf(given)}".`,
          'For example: step: 0.01, and of times: 1d, 15m',
        );
      return of;
    };
    switch (word) {
      case 'sequence': {
        const number = (name: string) => {
          const given = fields.get(name);
          return given === undefined ? 1 : this.#number(given, name, [-(2 ** 52), 2 ** 52], true);
        };
        return { kind: 'sequence', start: number('start'), step: number('step') || 1 };
      }
      case 'uuid':
        return { kind: 'uuid' };
      case 'ref':
        return { kind: 'ref', table: text('ref')!, column: text('column'), within: text('within') };
      case 'parent': {
        const by = text('by');
        if (by === null)
          throw usage(
            `${at}: "parent" needs "by", the column that refers to the row.`,
            `For example: ${examples.parent}`,
          );
        return { kind: 'parent', take: text('parent')!, by };
      }
      case 'values': {
        const values = this.#weighted(own);
        return { kind: 'values', values };
      }
      case 'histogram': {
        const bounds = this.#items(own).map(textOf);
        if (bounds.length < 2)
          throw usage(
            `${this.#place(own)}: a histogram has two bounds or more.`,
            `For example: ${examples.histogram}`,
          );
        const values = fields.has('values') ? this.#weighted(fields.get('values')!) : [];
        const sum = values.reduce((all, { weight }) => all + weight, 0);
        if (sum > 1.0001)
          throw usage(
            `${this.#place(fields.get('values'))}: beside a histogram values have shares of all rows, and these are ${sum.toFixed(3)} together.`,
            'Leave something for the histogram: their sum is below 1.',
          );
        return { kind: 'histogram', bounds, values };
      }
      case 'number':
        return { kind: 'number', range: this.#range(own, [-1e18, 1e18]), step: step() };
      case 'time': {
        const [from, to, ...more] = this.#items(own).map(textOf);
        if (from === undefined || to === undefined || more.length > 0)
          throw usage(`${this.#place(own)}: "time" takes two times.`, `For example: ${examples.time}`);
        for (const time of [from, to])
          if (timeMs(time) === null)
            throw usage(
              `${this.#place(own)}: "${time}" is no time.`,
              'Times are written 2026-01-31, 2026-01-31T12:00:00Z, or 12:30:00 of the day.',
            );
        if (timeMs(from)! > timeMs(to)!)
          throw usage(`${this.#place(own)}: ${to} is before ${from}.`, 'The earlier time comes first.');
        return { kind: 'time', range: [from, to], step: step() };
      }
      case 'faker': {
        const pool = text('faker')!;
        const known = fakerPools.find((name) => name === pool);
        if (!known)
          throw usage(`${this.#place(own)}: faker has no pool "${pool}" here.`, suggest(pool, fakerPools));
        return { kind: 'faker', pool: known };
      }
      case 'text':
        return { kind: 'text', range: this.#range(own, [0, limits.text], true) };
      case 'token':
        return { kind: 'token', length: this.#number(own, 'token', [1, limits.text], true) };
      case 'array': {
        const length = fields.get('length');
        return {
          kind: 'array',
          of: this.#column(own, this.#place(own), depth + 1),
          range: length ? this.#range(length, [0, 1000], true) : [0, 3],
        };
      }
      case 'json':
        return {
          kind: 'json',
          fields: this.#pairs(own, 'json').map(
            (pair) => [textOf(pair.key), this.#column(pair.value, this.#place(pair.key), depth + 1)] as const,
          ),
        };
      case 'after': {
        const by = this.#items(fields.get('by')).map(textOf);
        if (by.length !== 2)
          throw usage(`${at}: "after" needs "by", from and to.`, `For example: ${examples.after}`);
        return { kind: 'after', column: text('after')!, by: [by[0]!, by[1]!] };
      }
      case 'same':
        return { kind: 'same', column: text('same')! };
      case 'map':
        return {
          kind: 'map',
          column: text('map')!,
          values: this.#pairs(fields.get('values') ?? null, 'values').map(
            ({ key, value }) => [textOf(key), textOf(value)] as const,
          ),
        };
    }
  }

  /** A list, or a map of values with their weights. */
  #weighted(node: Node): Weighted[] {
    const names = isMap(node) ? node.items.map(({ key }) => key) : this.#items(node);
    const none = names.find((name) => isScalar(name) && name.value === null);
    if (none)
      throw usage(
        `${this.#place(none)}: "${textOf(none)}" is no value.`,
        'Rows without a value are a share: nulls: 0.1. A text is quoted: "null".',
      );
    const values = isMap(node)
      ? node.items.map(({ key, value }) => ({
          text: textOf(key),
          weight: this.#number(value as Node, textOf(key), [0, 1e15]),
        }))
      : this.#items(node).map((item) => ({ text: textOf(item), weight: 1 }));
    if (values.every(({ weight }) => weight === 0) || values.length > limits.values)
      throw usage(
        `${this.#place(node)}: ${values.length === 0 ? 'no value is named' : values.length > limits.values ? `${values.length} values; at most ${limits.values}` : 'every value has the weight 0'}.`,
        `For example: ${examples.values}`,
      );
    return values;
  }

  #distinct(node: Node | undefined): Distinct | null {
    if (node === undefined) return null;
    const text = textOf(node);
    const share = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
    if (share !== undefined && Number(share) > 0 && Number(share) <= 100)
      return { share: Number(share) / 100 };
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1) return { count };
    throw usage(
      `${this.#place(node)}: "distinct" is "${text}".`,
      'It takes a number of values (distinct: 500), or a share of the rows (distinct: 40%).',
    );
  }

  #range(node: Node, [least, most]: Range, whole = false): Range {
    const items = this.#items(node);
    if (items.length !== 2)
      throw usage(`${this.#place(node)}: it takes from and to.`, 'For example: [1, 100]');
    const [from, to] = items.map((item) => this.#number(item, 'it', [least, most], whole));
    if (from! > to!)
      throw usage(`${this.#place(node)}: ${to} is less than ${from}.`, 'The smaller one comes first.');
    return [from!, to!];
  }

  #number(node: Node | null, name: string, [least, most]: Range, whole = false): number {
    const value = isScalar(node) ? Number(node.value) : Number.NaN;
    const numeric = isScalar(node) && node.value !== null && node.value !== '';
    if (numeric && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    throw usage(
      `${this.#place(node)}: "${name}" is "${isScalar(node) ? textOf(node) : 'no number'}".`,
      `It takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
    );
  }

  #fields(node: unknown, known: readonly string[], of: string): Map<string, Node> {
    const found = new Map<string, Node>();
    for (const { key, value } of this.#pairs(node, of)) {
      const name = textOf(key);
      if (!known.includes(name))
        throw usage(`${this.#place(key)}: unknown key "${name}" of ${of}.`, suggest(name, known));
      if (value === null || value === undefined)
        throw usage(`${this.#place(key)}: "${name}" of ${of} is empty.`, example);
      found.set(name, value as Node);
    }
    return found;
  }

  #pairs(node: unknown, of: string): Pair[] {
    if (isMap(node)) return (node as YAMLMap).items as Pair[];
    throw usage(
      `${node === null ? this.#file : this.#place(node)}: ${of} ${node === null ? 'is not there' : 'is no map'}.`,
      example,
    );
  }

  #items(node: Node | undefined): Node[] {
    if (node === undefined) return [];
    if (isSeq(node)) return node.items as Node[];
    throw usage(`${this.#place(node)}: this is no list.`, 'A list is written [a, b].');
  }

  #place(node: unknown): string {
    const range = (node as { range?: [number, number, number] } | null)?.range;
    return range ? this.#at(range[0]) : this.#file;
  }

  #at(offset: number): string {
    return `${this.#file}:${this.#lines.linePos(offset).line}`;
  }
}

/** As it is written: 1.10 and 007 stay what they are. */
function textOf(node: unknown): string {
  if (!isScalar(node)) return String(node);
  return node.source ?? String(node.value ?? '');
}

const examples: Record<LawWord, string> = {
  sequence: 'sequence, or { sequence: 1, start: 1000, step: 2 }',
  uuid: 'uuid',
  ref: '{ ref: public.customers, zipf: 0.8 }',
  parent: '{ parent: customer_id, by: rental_id }',
  values: '{ values: { open: 0.1, paid: 0.9 } }',
  histogram: '{ histogram: [1, 10, 50, 1000] }',
  number: '{ number: [0, 99.99], step: 0.01 }',
  time: '{ time: [2025-01-01, 2026-01-01] }',
  faker: '{ faker: email }',
  text: '{ text: [20, 200] }',
  token: '{ token: 40 }',
  array: '{ array: { faker: word }, length: [0, 3] }',
  json: '{ json: { size: { number: [1, 9] } } }',
  after: '{ after: made_at, by: [1h, 14d] }',
  same: '{ same: made_at }',
  map: '{ map: state, values: { open: "0", paid: "1" } }',
};

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** "15m" in milliseconds; null where it is none. */
export function durationMs(text: string): number | null {
  const [, number, unit] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * units[unit!]!;
}

/** Milliseconds since 1970, in UTC where no zone is named, or since midnight; null where it is no time. */
export function timeMs(text: string): number | null {
  const day = /^(\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(text);
  if (day) return (Number(day[1]) * 60 + Number(day[2])) * 60_000 + Number(day[3] ?? 0) * 1000;
  const [, date, time = '00:00:00', zone = 'Z'] =
    /^(\d{4,6}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(
      text,
    ) ?? [];
  // JavaScript takes 30 February for 2 March
  if (date === undefined || new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(date.slice(-2)))
    return null;
  const offset = /^([+-]\d{2}):?(\d{2})?$/.exec(zone);
  const ms = Date.parse(`${date}T${time}${offset ? `${offset[1]}:${offset[2] ?? '00'}` : zone}`);
  return Number.isNaN(ms) ? null : ms;
}
