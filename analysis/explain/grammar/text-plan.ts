import type { Fields } from '../field.ts';
import { columnOf, type Line } from '../source/line.ts';
import { figuresBegin, readNodeLine } from './node-line.ts';
import { hasFigures, planEnd } from './plan-ends.ts';
import { blocksOf, readProperty, settingsOf, triggerOf } from './property.ts';
import { Openness } from './quotes.ts';
import { isRoot, isSummary, readLine, type TextLine } from './text-line.ts';

/** The end of a plan in its lines, and the plan as JSON would have it, or where and why it cannot be read. */
export type TextPlan = { readonly next: number } & (
  | {
      readonly kind: 'plan';
      readonly document: Fields;
      readonly notes: readonly string[];
      /** Lines of the plan, as psql counts its rows; a broken one that was joined counts once. */
      readonly count: number;
    }
  | { readonly kind: 'broken'; readonly at: number; readonly why: string }
);

/** Where each node of a document stood. */
const places = new WeakMap<object, number>();
export const lineOf = (node: Fields): number | null => places.get(node) ?? null;

/** EXPLAIN's text format as the object that its JSON would be, as far as the text says. `from` is the root's line. */
export function parseTextPlan(lines: readonly Line[], from: number): TextPlan {
  const parser = new Parser(lines, from);
  try {
    return parser.parse();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: 'broken', at: error.at, why: error.message, next: parser.next };
  }
}

class Unreadable extends Error {
  readonly at: number;
  constructor(at: number, why: string) {
    super(why);
    this.at = at;
  }
}

type Node = Record<string, unknown> & { Plans?: Node[]; Workers?: object[] };
interface Open {
  readonly column: number;
  readonly node: Node;
  /** It has an input that is no subplan. */
  hasInput?: boolean;
}

/** Lines that follow a node, at most, until a broken one must be whole. */
const mostPieces = 4;
/** A text in a condition may have this many lines. */
const mostTextLines = 500;
/** Lines in which the width of a page shows. */
const linesOfPage = 1000;

class Parser {
  readonly #lines: readonly Line[];
  readonly #end: number;
  readonly #from: number;
  #widest: number | null = null;
  readonly #top: Record<string, unknown> = {};
  readonly #notes: string[] = [];
  readonly #open: Open[] = [];
  #heading: { column: number; text: string } | null = null;
  #root: Node | null = null;
  #figures = false;
  #buffers = false;
  #timed = false;
  #worker: { column: number; fields: Record<string, unknown> } | null = null;
  #section: string | null = null;
  #count = 0;
  next: number;

  constructor(lines: readonly Line[], from: number) {
    this.#lines = lines;
    this.next = from;
    this.#from = from;
    this.#end = planEnd(lines, from);
  }

  /** Of the page on which the lines may be broken; only a plan with a line that looks so asks for it. */
  get #width(): number {
    if (this.#widest === null) {
      this.#widest = 0;
      for (let i = this.#from; i < Math.min(this.#end, this.#from + linesOfPage); i++)
        this.#widest = Math.max(this.#widest, this.#lines[i]!.text.length);
    }
    return this.#widest;
  }

  parse(): TextPlan {
    const root = this.#lines[this.next]!;
    const text = this.#wholeNode(root.text.trim());
    this.#node(root, columnOf(root.text), text);
    this.#base(columnOf(root.text));
    while (this.next < this.#end && this.#line());
    this.#checkRest();
    if (!this.#timed) untimed(this.#root!);
    if (this.#buffers) untouched(this.#root!);
    return {
      kind: 'plan',
      document: { ...this.#top, Plan: this.#root },
      notes: this.#notes,
      next: this.next,
      count: this.#count,
    };
  }

  /** The root's own indentation is often lost when a plan is copied: it is two less than that of the line below it. */
  #base(column: number): void {
    for (let i = this.next; i < this.#end; i++) {
      const line = readLine(this.#lines[i]!.text);
      if (line.kind === 'blank') continue;
      if (isSummary(line) || line.kind === 'other') return;
      const below = line.kind === 'node' ? line.arrow : line.column;
      if (below < column + 2)
        throw new Unreadable(
          this.#lines[i]!.at,
          line.kind === 'node'
            ? 'its indentation is lost, so what is below what cannot be known'
            : 'this line has lost its indentation',
        );
      this.#open[0] = { ...this.#open[0]!, column: below - 2 };
      return;
    }
  }

  /** Reads one line; false at the first that is no part of the plan. */
  #line(): boolean {
    const { text, at } = this.#lines[this.next]!;
    const line = readLine(text);
    const base = this.#open[0]!.column;
    switch (line.kind) {
      case 'blank':
        return this.#skipBlank();
      case 'node': {
        if (this.#section !== null) return false;
        const parent = this.#parentAt(line.arrow, at);
        if (line.column !== line.arrow + 4)
          throw new Unreadable(at, 'its spaces are lost, so what is below what cannot be known');
        this.#node({ text, at }, line.column, this.#wholeNode(line.text), parent);
        return true;
      }
      case 'heading':
        if (line.column <= base) return false;
        this.#headingAt(line, at);
        this.#take();
        return true;
      case 'worker':
        this.#workerLine(line);
        this.#take();
        return true;
      case 'target':
        if (line.column <= base) return false;
        this.#take();
        return true;
      case 'property':
        return this.#property(line, at, base);
      case 'other':
        return false;
    }
  }

  #take(): void {
    this.next++;
    this.#count++;
  }

  /** To the next line that is not blank, if it belongs to the plan. */
  #skipBlank(): boolean {
    for (let i = this.next; i < this.#end; i++) {
      const line = readLine(this.#lines[i]!.text);
      if (line.kind === 'blank') continue;
      this.next = i;
      return (
        isSummary(line) || ('column' in line && line.column > this.#open[0]!.column && line.kind !== 'other')
      );
    }
    return false;
  }

  #parentAt(arrow: number, at: number): Open {
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const { column } = this.#open[i]!;
      const under = this.#heading?.column === column + 2;
      if (under ? arrow === column + 4 : arrow === column + 2) {
        this.#open.length = i + 1;
        return this.#open[i]!;
      }
    }
    throw new Unreadable(at, 'its indentation fits no node above it, so what is below what cannot be known');
  }

  #headingAt({ column, text }: { column: number; text: string }, at: number): void {
    if (!this.#open.some((open) => open.column + 2 === column))
      throw new Unreadable(at, `the indentation of "${text}" fits no node above it`);
    this.#heading = { column, text };
    this.#worker = null;
  }

  /** The text of a node, with the pieces of its line that stand on the next lines. */
  #wholeNode(first: string): string {
    const { at, text: raw } = this.#lines[this.next]!;
    this.#take();
    const complete = (text: string) => {
      const read = readNodeLine(text);
      return typeof read !== 'string' && (read.figures || !this.#figures || this.#root === null);
    };
    const lost = figuresBegin.test(first) || this.#figures;
    // broken between its cost and what was measured, a line looks whole
    const goesOn = /^\s*\((?:cost=|actual\b|never\b)/.test(this.#lines[this.next]?.text ?? '');
    if (!goesOn && complete(first) && !(lost && !hasFigures(first))) return first;
    let [tight, loose] = [first, first];
    for (let i = this.next; i < Math.min(this.#end, this.next + mostPieces); i++) {
      const piece = this.#lines[i]!.text;
      if (i > this.next && readLine(piece).kind === 'node') break;
      [tight, loose] = [`${tight}${piece}`, `${loose.trimEnd()} ${piece.trim()}`];
      const whole = [tight, loose].filter((text) => complete(text) && hasFigures(text));
      if (whole.length === 0) continue;
      this.#notes.push(
        `Line ${at} was broken, and is read with ${i === this.next ? `line ${at + 1}` : 'the lines below it'}.`,
      );
      this.next = i + 1;
      return whole.length === 2 && raw.length < this.#width ? loose : whole[0]!;
    }
    const why = readNodeLine(first);
    if (typeof why === 'string') throw new Unreadable(at, why);
    this.#notes.push(`The node in line ${at} has no figures, although others have: its line is not whole.`);
    return first;
  }

  #node({ at }: Line, column: number, text: string, parent?: Open): void {
    this.#worker = null;
    const read = readNodeLine(text);
    if (typeof read === 'string') throw new Unreadable(at, read);
    const node: Node = { ...read.fields };
    places.set(node, at);
    this.#figures ||= read.figures;
    this.#timed ||= node['Actual Total Time'] !== undefined && node['Actual Loops'] !== 0;
    if (parent) {
      const heading = this.#heading?.column === parent.column + 2 ? this.#heading.text : null;
      node['Parent Relationship'] = heading ? subplanOf(heading) : placeBelow(parent);
      if (heading) node['Subplan Name'] = heading;
      else parent.hasInput = true;
      parent.node.Plans ??= [];
      parent.node.Plans.push(node);
    } else this.#root = node;
    this.#heading = null;
    this.#open.push({ column, node });
  }

  #workerLine({ column, number, rest }: Extract<TextLine, { kind: 'worker' }>): void {
    const node = this.#open.at(-1)!.node;
    const fields: Record<string, unknown> = { 'Worker Number': number };
    const [, key, value] = /^([A-Z][\w ]*?): (.*)$/.exec(rest) ?? [];
    if (key) Object.assign(fields, readProperty(key, value!));
    node.Workers ??= [];
    node.Workers.push(fields);
    this.#worker = { column, fields };
  }

  #property(line: Extract<TextLine, { kind: 'property' }>, at: number, base: number): boolean {
    if (isSummary(line) && line.column <= base + 1) {
      const value = this.#wholeValue(line, at, base);
      return this.#summary(line.key, value);
    }
    if (line.column <= base) return false;
    if (this.#section !== null) {
      this.#ofSection(line.key, this.#wholeValue(line, at, base));
      return true;
    }
    const { column, node } = this.#open.at(-1)!;
    if (line.column < column + 2)
      throw new Unreadable(at, `the indentation of "${line.key}" does not fit the node above it`);
    if (this.#worker && line.column <= this.#worker.column) this.#worker = null;
    const value = this.#wholeValue(line, at, base);
    if (this.#worker) {
      if (line.column === this.#worker.column + 2)
        Object.assign(this.#worker.fields, readProperty(line.key, value));
      return true;
    }
    this.#buffers ||= line.key === 'Buffers';
    const several = /^(?:Group|Hash|Sort) Key$/.test(line.key) && node[line.key] !== undefined;
    Object.assign(
      node,
      several ? { [line.key]: `${node[line.key]}; ${value}` } : readProperty(line.key, value),
    );
    return true;
  }

  /** A value may go on in the next lines: as a text with line breaks in it does, or broken at the width of a page. */
  #wholeValue({ value: first }: { value: string }, at: number, base: number): string {
    let value = first;
    let last = this.#lines[this.next]!.text;
    this.#take();
    const start = this.next;
    const reading = new Openness().feed(value);
    for (let { open } = reading; open !== null; open = reading.open) {
      const line = this.#lines[this.next];
      if (!line || this.next >= this.#end || this.next - start > mostTextLines)
        throw new Unreadable(at, 'a quote or bracket in this line is never closed: the plan is cut off');
      // only a text has line breaks of its own, and those seldom stand where the next word would leave the page
      const full = this.#leavesPage(last, line.text);
      const broken = open !== 'text' || full;
      if (broken) this.#notes.push(`Line ${at} was broken, and is read with line ${line.at}.`);
      else this.#count++;
      value += broken
        ? `${full && last.length === this.#width ? '' : ' '}${line.text.trimStart()}`
        : `\n${line.text}`;
      reading.feed(line.text);
      last = line.text;
      this.next++;
    }
    const following = this.#lines[this.next];
    if (following && this.next < this.#end && this.#isPiece(value, last, following.text, base)) {
      this.#notes.push(`Line ${at} was broken, and is read with line ${following.at}.`);
      value += `${last.length === this.#width ? '' : ' '}${following.text.trim()}`;
      this.next++;
    }
    return value;
  }

  #leavesPage(last: string, next: string): boolean {
    const word = /^\S{0,80}/.exec(next.trimStart())![0];
    return this.#width >= 60 && last.length + 1 + word.length > this.#width;
  }

  #isPiece(value: string, last: string, text: string, base: number): boolean {
    if (last.length < this.#width - 1 || this.#width < 60 || /(?:\)|'|"|kB|ms)$/.test(value)) return false;
    const line = readLine(text);
    return line.kind === 'other' || (line.kind === 'property' && line.column <= base && !isSummary(line));
  }

  #summary(key: string, value: string): boolean {
    const ms = /^([\d.]+) ms$/.exec(value)?.[1];
    const name = key.replace(' t', ' T').replace('Total runtime', 'Execution Time');
    this.#section = key;
    if (/^(?:Planning|Execution) Time$/.test(name)) {
      if (this.#top[name] !== undefined)
        this.#notes.push(`${name} stands there twice: these may be lines of two plans.`);
      if (ms) this.#top[name] = Number(ms);
      else this.#notes.push(`${name} is "${value}", which is no time: the line is not whole.`);
    } else if (key === 'Settings') this.#top.Settings = settingsOf(value);
    else if (key === 'Trigger') this.#trigger(value);
    else if (key === 'Serialization') this.#top.Serialization = serializationOf(value);
    else if (key === 'Planning') this.#top.Planning = {};
    return true;
  }

  #ofSection(key: string, value: string): void {
    this.#buffers ||= key === 'Buffers';
    const { Planning, Serialization } = this.#top as { Planning?: object; Serialization?: object };
    if (this.#section === 'Planning' && key === 'Buffers') Object.assign(Planning!, blocksOf(value));
    else if (this.#section === 'Serialization' && key === 'Buffers')
      Object.assign(Serialization!, blocksOf(value));
    else if (this.#section === 'JIT' && key === 'Timing') {
      const [, total] = /Total ([\d.]+) ms/.exec(value) ?? [];
      if (total) this.#top.JIT = { Timing: { Total: Number(total) } };
    }
  }

  #trigger(text: string): void {
    const trigger = triggerOf(text);
    if (!trigger) return;
    this.#top.Triggers ??= [];
    (this.#top.Triggers as object[]).push(trigger);
  }

  /** What follows may be no more lines of this plan: then one between them was no line of it. */
  #checkRest(): void {
    for (let i = this.next; i < Math.min(this.#end, this.next + 30); i++) {
      const line = readLine(this.#lines[i]!.text);
      if (isRoot(this.#lines[i]!.text) && 'column' in line && line.column <= this.#open[0]!.column) return;
      const node =
        line.kind === 'node' &&
        typeof readNodeLine(line.text) !== 'string' &&
        hasFigures(line.text) === this.#figures;
      const known =
        line.kind === 'property' &&
        (isSummary(line) || (line.column > this.#open[0]!.column && surelyOfPlan.test(line.key)));
      if (!node && !known) continue;
      const { at, text } = this.#lines[this.next]!;
      throw new Unreadable(
        at,
        `"${text.trim().slice(0, 60)}" is no line of a plan, and the plan goes on below it`,
      );
    }
  }
}

/** Keys that nothing but a plan has. */
const surelyOfPlan =
  /^(?:Buffers|Output|Rows Removed by .*|(?:Index|Recheck|Hash|Merge) Cond|(?:Join )?Filter|(?:Sort|Group) Key|Sort Method|Heap Blocks|Heap Fetches|Workers Launched)$/;

/** With BUFFERS, the text leaves out the line of a node that touched no page. */
function untouched(node: Node): void {
  for (const [name, value] of Object.entries(blocksOf(''))) node[name] ??= value;
  for (const child of node.Plans ?? []) untouched(child);
}

/** Of a node that never ran the text does not say whether times were taken. */
function untimed(node: Node): void {
  delete node['Actual Total Time'];
  for (const child of node.Plans ?? []) untimed(child);
}

function serializationOf(value: string): Record<string, unknown> {
  const [, time] = /time=([\d.]+) ms/.exec(value) ?? [];
  return time ? { Time: Number(time) } : {};
}

const subplanOf = (name: string) => (name.startsWith('SubPlan') ? 'SubPlan' : 'InitPlan');

/** The relationship that JSON names and the text leaves to the reader. */
function placeBelow({ node, hasInput }: Open): string {
  if (/^(Merge )?Append$|^Bitmap(And|Or)$/.test(String(node['Node Type']))) return 'Member';
  if (node['Node Type'] === 'Subquery Scan') return 'Subquery';
  return hasInput ? 'Inner' : 'Outer';
}
