import type { Fields } from '../field.ts';
import { isKnownType, scanTypes } from './node-types.ts';

/** What stands on the line of a node, without its arrow. */
export interface NodeLine {
  readonly fields: Record<string, unknown>;
  /** Has cost or actual figures. */
  readonly figures: boolean;
  /** Is a node that PostgreSQL has (others come with extensions). */
  readonly known: boolean;
}

/** Figures, from where they begin to the end of the line. */
const figures =
  /^(?:\s*\(cost=[\d.]+\.\.([\d.]+) rows=(\d+) width=\d+\))?(?:\s*\((?:actual (?:time=([\d.]+)\.\.([\d.]+) )?rows=([\d.]+) loops=(\d+)|(never executed))\))?\s*$/;
/** The beginning of figures, whole or cut. */
export const figuresBegin = /\((?:cost=|actual\b|never(?: executed)?\b)/;

/**
 * Reads `Parallel Index Scan Backward using "i x" on s.t a  (cost=...) (actual ...)` as the fields that JSON has.
 * A string says why it is no such line.
 */
export function readNodeLine(line: string): NodeLine | string {
  if (line.length > longest) return 'it is longer than the line of a node can be';
  if (line !== last.line) last = { line, read: readLine(line) };
  return last.read;
}

/** Names have at most 63 bytes each; what a page of prose costs to try stays bounded. */
const longest = 4000;

/** A line is asked for more than once in a row. */
let last: { readonly line: string; readonly read: NodeLine | string } = { line: '', read: 'it is empty' };

function readLine(line: string): NodeLine | string {
  const at = figuresAt(line);
  const match = figures.exec(line.slice(at)) ?? figures.exec('')!;
  const name = (match[0] === '' ? line : line.slice(0, at)).trim();
  if (figuresBegin.test(withoutQuoted(name)))
    return figuresBegin.test(match[0])
      ? 'several nodes stand on one line'
      : 'its figures are cut off or are no numbers';
  const named = readName(name);
  if (typeof named === 'string') return named;
  return { ...named, fields: { ...named.fields, ...figuresOf(match) }, figures: match[0].trim() !== '' };
}

/** The cost, or where there is none (COSTS OFF) what was measured: the last of each, as names may hold such text too. */
function figuresAt(line: string): number {
  if (!line.includes('(')) return line.length;
  const measured = Math.max(line.lastIndexOf('(actual '), line.lastIndexOf('(never executed)'));
  const cost = line.lastIndexOf('(cost=');
  if (cost >= 0 && (measured < 0 || cost < measured) && !line.slice(cost).includes('"')) return cost;
  return measured >= 0 ? measured : cost >= 0 ? cost : line.length;
}

function figuresOf([, cost, estimated, , time, rows, loops, never]: readonly string[]): Fields {
  return {
    ...(cost ? { 'Total Cost': Number(cost) } : {}),
    ...(estimated ? { 'Plan Rows': Number(estimated) } : {}),
    ...(time ? { 'Actual Total Time': Number(time) } : {}),
    ...(rows ? { 'Actual Rows': Number(rows), 'Actual Loops': Number(loops) } : {}),
    ...(never ? { 'Actual Rows': 0, 'Actual Loops': 0, 'Actual Total Time': 0 } : {}),
  };
}

const withoutQuoted = (text: string) =>
  text.includes('"') ? text.replaceAll(/"(?:[^"]|"")*"/g, '""') : text;

const part = String.raw`(?:"(?:[^"]|"")+"|[^\s".]+)`;
const qualified = new RegExp(`^(?:${part}\\.)*?(${part})$`);
const using = new RegExp(` using (${part})$`);
const target = new RegExp(` on ((?:${part}\\.)*${part})(?: (${part}))?$`);

/** The parts of a node's name. Quoted names may hold anything, also " on " and " using ". */
function readName(text: string): { fields: Record<string, unknown>; known: boolean } | string {
  const on = text.includes(' on ') ? target.exec(text) : null;
  const before = on ? text.slice(0, on.index) : text;
  const by = before.includes(' using ') ? using.exec(before) : null;
  const plain = (by ? before.slice(0, by.index) : before).trim();
  if (plain.includes('"')) return 'its names cannot be told apart';
  const fields = typeOf(plain);
  if (by) fields['Index Name'] = unquoted(by[1]!);
  const known = isKnownType(String(fields['Node Type']));
  if (!known) {
    if (!/^[A-Z][\w-]*(?: [A-Z][\w-]*)*(?: \([^()]*\))?$/.test(plain))
      return 'it begins with what is no node';
    if (scanTypes.some((type) => plain.endsWith(` ${type}`))) return 'it begins with what is no node';
  }
  if (on) Object.assign(fields, targetOf(fields, unquoted(on[1]!), on[2] && unquoted(on[2])));
  return { fields, known };
}

/** The last part of a name, without its quotes. */
function unquoted(name: string): string {
  const last = qualified.exec(name)?.[1] ?? name;
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last;
}

const aggregates: Readonly<Record<string, string>> = {
  HashAggregate: 'Hashed',
  GroupAggregate: 'Sorted',
  MixedAggregate: 'Mixed',
  Aggregate: 'Plain',
};

function typeOf(text: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const [, parallel, asynchronous, partial, rest = ''] =
    /^(Parallel )?(Async )?(Partial |Finalize |Simple )?(.*)$/.exec(text) ?? [];
  const name = rest.replace(/ Backward$/, '');
  if (parallel) fields['Parallel Aware'] = true;
  if (asynchronous) fields['Async Capable'] = true;
  if (partial) fields['Partial Mode'] = partial.trim();
  if (name !== rest) fields['Scan Direction'] = 'Backward';
  return Object.assign(fields, kindOf(name));
}

function kindOf(name: string): Fields {
  if (aggregates[name]) return { 'Node Type': 'Aggregate', Strategy: aggregates[name] };
  const [, method, join] = /^(Nested Loop|Hash|Merge)(?: (.+?))? Join$/.exec(name) ?? [];
  if (method)
    return {
      'Node Type': method === 'Nested Loop' ? method : `${method} Join`,
      'Join Type': join ?? 'Inner',
    };
  if (name === 'Nested Loop') return { 'Node Type': name, 'Join Type': 'Inner' };
  if (/^(Insert|Update|Delete|Merge)$/.test(name)) return { 'Node Type': 'ModifyTable', Operation: name };
  const [, foreign] = /^Foreign (Insert|Update|Delete)$/.exec(name) ?? [];
  if (foreign) return { 'Node Type': 'Foreign Scan', Operation: foreign };
  const [, hashed, command] = /^(Hash)?SetOp (.+)$/.exec(name) ?? [];
  if (command) return { 'Node Type': 'SetOp', Strategy: hashed ? 'Hashed' : 'Sorted', Command: command };
  const [, provider] = /^Custom Scan \((.*)\)$/.exec(name) ?? [];
  if (provider) return { 'Node Type': 'Custom Scan', 'Custom Plan Provider': provider };
  return { 'Node Type': name };
}

function targetOf({ 'Node Type': type }: Fields, object: string, alias: string | undefined): Fields {
  switch (type) {
    case 'Bitmap Index Scan':
      return { 'Index Name': object };
    case 'CTE Scan':
    case 'WorkTable Scan':
      return { 'CTE Name': object, Alias: alias ?? object };
    case 'Subquery Scan':
    case 'Values Scan':
      return { Alias: object };
    case 'Function Scan':
      return { 'Function Name': object, Alias: alias ?? object };
    case 'Table Function Scan':
      return { 'Table Function Name': object, Alias: alias ?? object };
    case 'Named Tuplestore Scan':
      return { 'Tuplestore Name': object, Alias: alias ?? object };
    default:
      return { 'Relation Name': object, Alias: alias ?? object };
  }
}
